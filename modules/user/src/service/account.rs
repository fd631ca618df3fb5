use feira_kernel::{Actor, Time, UserId, db, values};
use uuid::Uuid;

use super::{
    Service,
    rows::{USER_COLUMNS, UserRow, user_by_id},
};
use crate::{
    User, UserError, authorise,
    rules::{self, Profile},
};

/// An account with everything that its rows need, so that a repeated transaction is the same.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) profile: Profile,
    pub(super) hashed_password: String,
    pub(super) now: Time,
}

impl Service {
    pub(super) async fn user(&self, actor: &Actor, id: UserId) -> Result<User, UserError> {
        if !authorise::may_see(actor, id) {
            return Err(UserError::NotFound);
        }
        user_by_id(self.env.pool.by_key(), id)
            .await?
            .ok_or(UserError::NotFound)
    }

    pub(super) async fn users(
        &self,
        actor: &Actor,
        ids: Vec<UserId>,
    ) -> Result<Vec<User>, UserError> {
        let ids: Vec<Uuid> = rules::batch(actor, ids)?
            .into_iter()
            .map(|id| id.0)
            .collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {USER_COLUMNS} FROM users u WHERE u.id = ANY($1) ORDER BY u.id");
        let rows: Vec<UserRow> = db::rows(self.env.pool.reads(), &sql, values![ids]).await?;
        rows.into_iter().map(UserRow::into_user).collect()
    }

    pub(super) async fn is_empty(&self, actor: &Actor) -> Result<bool, UserError> {
        if !authorise::is_root(actor) {
            return Err(UserError::Forbidden);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM users)";
        let somebody: Option<bool> = db::scalar(self.env.pool.reads(), sql, values![]).await?;
        Ok(somebody != Some(true))
    }
}

/// Whether the verified account was made: `false` when the e-mail has one.
pub(super) async fn insert(tx: &db::Tx, account: &Account) -> Result<bool, UserError> {
    let profile = account.profile.clone();
    let inserted = db::exec(
        &**tx,
        "INSERT INTO users (id, username, email, hashed_password, first_name, last_name, \
             phone_number, locale, email_verified_at, credentials_changed_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $9) \
         ON CONFLICT ((lower(email))) DO NOTHING",
        values![
            account.id,
            profile.username,
            profile.email,
            account.hashed_password.clone(),
            profile.first_name,
            profile.last_name,
            profile.phone_number,
            profile.locale,
            account.now
        ],
    )
    .await?;
    Ok(inserted == 1)
}

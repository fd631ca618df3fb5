use feira_kernel::{
    Actor, Time, UserId,
    db::{self, Change, Find, Secret},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, Func, OnConflict},
};

use super::{
    Service,
    rows::{user_by_id, with_roles},
};
use crate::{
    User, UserError, access,
    entities::user,
    validate::{self, Profile},
};

/// All values of an account's rows, made before the transaction so that its retry writes the same.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) profile: Profile,
    pub(super) hashed_password: String,
    pub(super) now: Time,
}

impl Service {
    pub(crate) async fn user(&self, actor: &Actor, id: UserId) -> Result<User, UserError> {
        if !access::may_see(actor, id) {
            return Err(UserError::NotFound);
        }
        user_by_id(self.env.pool.read(), id)
            .await?
            .ok_or(UserError::NotFound)
    }

    pub(crate) async fn users(
        &self,
        actor: &Actor,
        ids: Vec<UserId>,
    ) -> Result<Vec<User>, UserError> {
        let ids = validate::batch(actor, ids)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = user::Entity::find().filter(user::Column::Id.eq_any(ids));
        with_roles(self.env.pool.read(), found).await
    }

    pub(crate) async fn is_empty(&self, actor: &Actor) -> Result<bool, UserError> {
        if !access::is_root(actor) {
            return Err(UserError::Forbidden);
        }
        let somebody = user::Entity::find().row(self.env.pool.read()).await?;
        Ok(somebody.is_none())
    }
}

/// Whether the account was made; `false` if the e-mail has one.
pub(super) async fn insert(tx: &db::Tx, account: &Account) -> Result<bool, UserError> {
    let Account {
        id,
        profile,
        hashed_password,
        now,
    } = account.clone();
    let row = user::ActiveModel {
        id: Set(id),
        username: Set(profile.username),
        email: Set(profile.email),
        hashed_password: Set(Some(Secret(hashed_password))),
        first_name: Set(profile.first_name),
        last_name: Set(profile.last_name),
        phone_number: Set(profile.phone_number),
        locale: Set(profile.locale),
        email_verified_at: Set(Some(now)),
        credentials_changed_at: Set(now),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let known = OnConflict::new()
        .expr(Func::lower(Expr::col(user::Column::Email)))
        .do_nothing()
        .to_owned();
    let insert = user::Entity::insert(row).on_conflict(known);
    Ok(insert.run(&**tx).await? == 1)
}

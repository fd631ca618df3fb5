use feira_kernel::{Actor, Env, Time, UserId, db, outbox, token::TokenKey, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    rows::{USER_COLUMNS, UserRow, user_by_id},
};
use crate::{
    ConfirmationId, Registered, Registration, User, UserError, authorise,
    rules::{self, Profile},
};

pub(super) const VERIFY_EMAIL: &str = "verify_email";

/// A new account with everything that its rows need, so that a repeated transaction is the same.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) profile: Profile,
    pub(super) hashed_password: String,
    pub(super) verified: bool,
    pub(super) now: Time,
}

/// An account that waits for its confirmation, as it is now.
#[derive(FromQueryResult)]
struct Unverified {
    id: Uuid,
    version: i64,
}

#[derive(FromQueryResult)]
struct Confirmation {
    value: String,
}

impl Service {
    pub(super) async fn register(&self, new: Registration) -> Result<(), UserError> {
        let profile = rules::registration(&new, &self.settings.default_locale)?;
        // Hashed whether the e-mail is known or not, so that both take as long.
        let hashed_password = self.hasher.hash(new.password).await?;
        let account = Account {
            id: UserId(self.env.uuid()),
            profile,
            hashed_password,
            verified: false,
            now: self.env.now(),
        };
        let confirmation = self.env.uuid();
        let expires_at = account.now + self.settings.confirmation_ttl;
        let input = (self.env.clone(), account, confirmation, expires_at);
        self.env
            .pool
            .transaction(input, |tx, (env, account, confirmation, expires_at)| {
                Box::pin(async move {
                    register(tx, &env, account, ConfirmationId(confirmation), expires_at).await
                })
            })
            .await
    }

    pub(super) async fn verify_email(&self, token: String) -> Result<(), UserError> {
        let id = TokenKey::id_of(&token).ok_or(UserError::TokenInvalid)?;
        let value = self
            .confirmation_value(VERIFY_EMAIL, id)
            .await?
            .filter(|value| {
                let key = &self.settings.token_key;
                key.verify(&token, VERIFY_EMAIL, id, value)
            })
            .ok_or(UserError::TokenInvalid)?;
        let input = (id, value, self.env.now());
        self.env
            .pool
            .transaction(input, |tx, (id, value, now)| {
                Box::pin(async move { verify_email(tx, id, &value, now).await })
            })
            .await
    }

    pub(super) async fn confirmation_token(
        &self,
        actor: &Actor,
        id: ConfirmationId,
    ) -> Result<String, UserError> {
        if !authorise::may_derive(actor) {
            return Err(UserError::Forbidden);
        }
        let value = self
            .confirmation_value(VERIFY_EMAIL, id.0)
            .await?
            .ok_or(UserError::NotFound)?;
        Ok(self.settings.token_key.derive(VERIFY_EMAIL, id.0, &value))
    }

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

    /// What a confirmation of this purpose is bound to; not yet whether it may be used.
    pub(super) async fn confirmation_value(
        &self,
        purpose: &str,
        id: Uuid,
    ) -> Result<Option<String>, UserError> {
        let found: Option<Confirmation> = db::optional(
            self.env.pool.reads(),
            "SELECT value FROM confirmations WHERE id = $1 AND purpose = $2",
            values![id, purpose],
        )
        .await?;
        Ok(found.map(|row| row.value))
    }
}

async fn register(
    tx: &db::Tx,
    env: &Env,
    account: Account,
    confirmation: ConfirmationId,
    expires_at: Time,
) -> Result<(), UserError> {
    if let Some(username) = &account.profile.username
        && username_taken(tx, username).await?
    {
        return Err(rules::invalid("/username", "taken", "somebody has it"));
    }
    let email = account.profile.email.to_ascii_lowercase();
    let unverified = write_unverified(tx, &account).await?;
    // Under the lock of the account's row: of all who registered, only the newest link is left.
    // A verified account has none, and waits for the same statement.
    db::exec(
        &**tx,
        "UPDATE confirmations SET used_at = $3, updated_at = $3 \
         WHERE user_id = (SELECT id FROM users WHERE lower(email) = $2) \
           AND purpose = $1 AND used_at IS NULL",
        values![VERIFY_EMAIL, email.clone(), account.now],
    )
    .await?;
    // For a verified e-mail a spent confirmation is written, which nobody can use: both cases wait
    // for the same disk, and their times stay alike.
    db::exec(
        &**tx,
        "INSERT INTO confirmations (id, purpose, user_id, value, expires_at, used_at) \
         SELECT $1, $2, id, $3, $4, $5 FROM users WHERE lower(email) = $3",
        values![
            confirmation,
            VERIFY_EMAIL,
            email,
            expires_at,
            unverified.is_none().then_some(account.now)
        ],
    )
    .await?;
    if let Some(account) = unverified {
        let event = Registered {
            user: UserId(account.id),
            version: account.version,
            confirmation,
        };
        outbox::publish(tx, env, &event).await?;
    }
    Ok(())
}

/// Makes the account, or gives one that nobody has confirmed to who asks for it now: whoever
/// asked before has shown nothing, and her password must not open what another one confirms.
/// `None` when the e-mail is verified: nothing changes then.
async fn write_unverified(tx: &db::Tx, account: &Account) -> Result<Option<Unverified>, UserError> {
    let profile = account.profile.clone();
    let written = db::optional(
        &**tx,
        "INSERT INTO users AS u (id, username, email, hashed_password, first_name, last_name, \
             phone_number, locale, credentials_changed_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9) \
         ON CONFLICT ((lower(email))) DO UPDATE SET \
             username = excluded.username, email = excluded.email, \
             hashed_password = excluded.hashed_password, first_name = excluded.first_name, \
             last_name = excluded.last_name, phone_number = excluded.phone_number, \
             locale = excluded.locale, credentials_changed_at = excluded.credentials_changed_at, \
             version = u.version + 1, updated_at = excluded.updated_at \
         WHERE u.email_verified_at IS NULL \
         RETURNING u.id, u.version",
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
    Ok(written)
}

/// Whether the account was made: `false` when the e-mail has one.
pub(super) async fn insert(tx: &db::Tx, account: &Account) -> Result<bool, UserError> {
    let profile = account.profile.clone();
    let inserted = db::exec(
        &**tx,
        "INSERT INTO users (id, username, email, hashed_password, first_name, last_name, \
             phone_number, locale, email_verified_at, credentials_changed_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10) \
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
            account.verified.then_some(account.now),
            account.now
        ],
    )
    .await?;
    Ok(inserted == 1)
}

async fn username_taken(tx: &db::Tx, username: &str) -> Result<bool, UserError> {
    let taken: Option<bool> = db::scalar(
        &**tx,
        "SELECT true FROM users WHERE username = $1 AND email_verified_at IS NOT NULL",
        values![username],
    )
    .await?;
    Ok(taken.is_some())
}

async fn verify_email(tx: &db::Tx, id: Uuid, value: &str, now: Time) -> Result<(), UserError> {
    // The account first, as registering takes it: the two then wait for each other in one order.
    db::exec(
        &**tx,
        "SELECT id FROM users WHERE lower(email) = $1 FOR UPDATE",
        values![value],
    )
    .await?;
    let user: Option<Uuid> = db::scalar(
        &**tx,
        "UPDATE confirmations SET used_at = $3, updated_at = $3 \
         WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id",
        values![id, VERIFY_EMAIL, now],
    )
    .await?;
    let user = user.ok_or(UserError::TokenInvalid)?;
    // Who verifies first keeps a username that two had asked for; the other goes on without.
    let verified = db::exec(
        &**tx,
        "UPDATE users u SET email_verified_at = $3, version = version + 1, updated_at = $3, \
             username = CASE WHEN EXISTS (SELECT 1 FROM users o WHERE o.username = u.username \
                 AND o.email_verified_at IS NOT NULL) THEN NULL ELSE u.username END \
         WHERE u.id = $1 AND lower(u.email) = $2 AND u.email_verified_at IS NULL",
        values![user, value, now],
    )
    .await
    .map_err(|error| match error.violates("users_username_key") {
        // Both at the same moment: this one comes again and finds the username gone.
        true => UserError::Unavailable(error.to_string()),
        false => error.into(),
    })?;
    if verified == 1 {
        Ok(())
    } else {
        Err(UserError::TokenInvalid)
    }
}

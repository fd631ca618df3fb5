use std::collections::BTreeSet;

use feira_kernel::{Actor, Time, UserId, db, token::TokenKey, values};
use uuid::Uuid;

use super::{
    Service,
    account::{Account, insert},
    rows::user_by_id,
};
use crate::{NewUser, User, UserError, authorise, rules};

const INVITATION: &str = "operator_invitation";
const ADMIN: &str = "admin";
/// An invitation confirms no value of a person's.
const NO_VALUE: &str = "";

impl Service {
    pub(super) async fn create(&self, actor: &Actor, new: NewUser) -> Result<User, UserError> {
        if !authorise::may_create(actor) {
            return Err(UserError::Forbidden);
        }
        let (account, roles) = self.verified(new).await?;
        self.env
            .pool
            .transaction((account, roles), |tx, (account, roles)| {
                Box::pin(async move { create(tx, account, roles).await })
            })
            .await
    }

    pub(super) async fn invite_first_operator(
        &self,
        actor: &Actor,
    ) -> Result<Option<String>, UserError> {
        if !authorise::is_root(actor) {
            return Err(UserError::Forbidden);
        }
        let id = self.env.uuid();
        let now = self.env.now();
        let input = (id, now, now + self.settings.confirmation_ttl);
        let invited: Option<Uuid> = self
            .env
            .pool
            .transaction(input, |tx, (id, now, expires_at)| {
                Box::pin(async move { invite(tx, id, now, expires_at).await })
            })
            .await?;
        let key = &self.settings.token_key;
        Ok(invited.map(|id| key.derive(INVITATION, id, NO_VALUE)))
    }

    pub(super) async fn accept_operator_invitation(
        &self,
        token: String,
        new: NewUser,
    ) -> Result<User, UserError> {
        // The signature first: nobody without a token makes us hash passwords.
        let id = TokenKey::id_of(&token).ok_or(UserError::TokenInvalid)?;
        if !self
            .settings
            .token_key
            .verify(&token, INVITATION, id, NO_VALUE)
        {
            return Err(UserError::TokenInvalid);
        }
        let (account, _) = self.verified(new).await?;
        self.env
            .pool
            .transaction((id, account), |tx, (id, account)| {
                Box::pin(async move { accept(tx, id, account).await })
            })
            .await
    }

    async fn verified(&self, new: NewUser) -> Result<(Account, BTreeSet<String>), UserError> {
        let (profile, roles) = rules::new_user(&new, &self.settings.default_locale)?;
        let hashed_password = self.hasher.hash(new.password).await?;
        let account = Account {
            id: UserId(self.env.uuid()),
            profile,
            hashed_password,
            now: self.env.now(),
        };
        Ok((account, roles))
    }
}

async fn create(tx: &db::Tx, account: Account, roles: BTreeSet<String>) -> Result<User, UserError> {
    if !insert(tx, &account).await? {
        return Err(UserError::EmailTaken);
    }
    for role in roles {
        let given = db::exec(
            &**tx,
            "INSERT INTO user_roles (user_id, role) SELECT $1, name FROM roles WHERE name = $2",
            values![account.id, role],
        )
        .await?;
        if given == 0 {
            return Err(rules::invalid("/roles", "unknown", "no such role"));
        }
    }
    user_by_id(&**tx, account.id)
        .await?
        .ok_or_else(|| UserError::Internal("the new account is not there".to_owned()))
}

/// Whether there is an operator already. Keeps others from becoming one until this commits:
/// a new `user_roles` row needs a lock on its role, which this takes away.
async fn has_operator(tx: &db::Tx) -> Result<bool, UserError> {
    db::exec(
        &**tx,
        "SELECT name FROM roles WHERE name = $1 FOR UPDATE",
        values![ADMIN],
    )
    .await?;
    let operator: Option<bool> = db::scalar(
        &**tx,
        "SELECT true FROM user_roles WHERE role = $1 LIMIT 1",
        values![ADMIN],
    )
    .await?;
    Ok(operator.is_some())
}

/// The invitation that is open, or else a new one: every process that starts asks, and a link that
/// somebody has copied goes on working.
async fn invite(
    tx: &db::Tx,
    id: Uuid,
    now: Time,
    expires_at: Time,
) -> Result<Option<Uuid>, UserError> {
    if has_operator(tx).await? {
        return Ok(None);
    }
    let open: Option<Uuid> = db::scalar(
        &**tx,
        "SELECT id FROM operator_invitations WHERE used_at IS NULL AND expires_at > $1",
        values![now],
    )
    .await?;
    if open.is_some() {
        return Ok(open);
    }
    db::exec(
        &**tx,
        "UPDATE operator_invitations SET used_at = $1, updated_at = $1 WHERE used_at IS NULL",
        values![now],
    )
    .await?;
    db::exec(
        &**tx,
        "INSERT INTO operator_invitations (id, expires_at) VALUES ($1, $2)",
        values![id, expires_at],
    )
    .await?;
    Ok(Some(id))
}

async fn accept(tx: &db::Tx, id: Uuid, account: Account) -> Result<User, UserError> {
    if has_operator(tx).await? {
        return Err(UserError::TokenInvalid);
    }
    let used = db::exec(
        &**tx,
        "UPDATE operator_invitations SET used_at = $2, updated_at = $2 \
         WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
        values![id, account.now],
    )
    .await?;
    if used == 0 {
        return Err(UserError::TokenInvalid);
    }
    create(tx, account, BTreeSet::from([ADMIN.to_owned()])).await
}

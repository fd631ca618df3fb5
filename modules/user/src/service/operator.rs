use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Env, FieldError, Time, UserId, audit,
    db::{self, Change, Find},
    token::TokenKey,
    validate::UNKNOWN,
    values,
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    account::{Account, insert},
    rows::user_by_id,
};
use crate::{
    InvitationState, NewUser, User, UserError, access,
    acts::OPERATOR_MADE,
    entities::{operator_invitation, role, user_role},
    validate,
};

const INVITATION: &str = "operator_invitation";
const ADMIN: &str = "admin";
/// The most roles listed in the error about an unknown one.
const ROLES_NAMED: u64 = 20;
/// The context of an invitation's token is empty.
const NO_VALUE: &str = "";

/// The most operators returned for a permission.
const MOST_OPERATORS: i64 = 100;

#[derive(FromQueryResult)]
struct Operator {
    id: UserId,
}

impl Service {
    pub(crate) async fn create(&self, actor: &Actor, new: NewUser) -> Result<User, UserError> {
        if !access::may_create(actor) {
            return Err(UserError::Forbidden);
        }
        let (account, roles) = self.verified(new).await?;
        let input = ((self.env.clone(), actor.clone()), account, roles);
        self.env
            .pool
            .transaction(input, |tx, (by, account, roles)| {
                Box::pin(async move { create(tx, &by, account, roles).await })
            })
            .await
    }

    pub(crate) async fn operators(
        &self,
        actor: &Actor,
        permission: String,
    ) -> Result<Vec<UserId>, UserError> {
        if !access::may_see_all(actor) {
            return Err(UserError::Forbidden);
        }
        let found: Vec<Operator> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/operators.sql"),
            values![permission, MOST_OPERATORS],
        )
        .await?;
        Ok(found.into_iter().map(|one| one.id).collect())
    }

    pub(crate) async fn invite_first_operator(
        &self,
        actor: &Actor,
    ) -> Result<Option<String>, UserError> {
        if !access::is_root(actor) {
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

    pub(crate) async fn accept_operator_invitation(
        &self,
        actor: &Actor,
        token: String,
        new: NewUser,
    ) -> Result<User, UserError> {
        // The token is checked before hashing, which is expensive.
        let id = TokenKey::id_of(&token).ok_or(UserError::TokenInvalid)?;
        if !self
            .settings
            .token_key
            .verify(&token, INVITATION, id, NO_VALUE)
        {
            return Err(UserError::TokenInvalid);
        }
        let (account, _) = self.verified(new).await?;
        let input = ((self.env.clone(), actor.clone()), id, account);
        self.env
            .pool
            .transaction(input, |tx, (by, id, account)| {
                Box::pin(async move { accept(tx, &by, id, account).await })
            })
            .await
    }

    pub(crate) async fn operator_invitation(
        &self,
        _: &Actor,
        token: String,
    ) -> Result<InvitationState, UserError> {
        let id = TokenKey::id_of(&token);
        let key = &self.settings.token_key;
        let Some(id) = id.filter(|id| key.verify(&token, INVITATION, *id, NO_VALUE)) else {
            return Ok(InvitationState::Ended);
        };
        let pool = self.env.pool.read();
        let found = operator_invitation::Entity::find_by_id(id)
            .row(pool)
            .await?;
        let now = self.env.now();
        if found.is_some_and(|row| row.used_at.is_none() && row.expires_at > now) {
            return Ok(InvitationState::Open);
        }
        let operator = user_role::Entity::find()
            .filter(user_role::Column::Role.eq(ADMIN))
            .row(self.env.pool.read())
            .await?;
        Ok(match operator {
            Some(_) => InvitationState::Used,
            None => InvitationState::Ended,
        })
    }

    async fn verified(&self, new: NewUser) -> Result<(Account, BTreeSet<String>), UserError> {
        let (profile, roles) = validate::new_user(&new, &self.settings.default_locale)?;
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

async fn create(
    tx: &db::Tx,
    (env, who): &(Env, Actor),
    account: Account,
    roles: BTreeSet<String>,
) -> Result<User, UserError> {
    if !insert(tx, &account).await? {
        return Err(UserError::EmailTaken);
    }
    if !roles.is_empty() {
        let details = json!({"roles": roles});
        audit::record(tx, env, who, OPERATOR_MADE, account.id.0, details).await?;
    }
    give_roles(tx, account.id, roles).await?;
    user_by_id(&**tx, account.id)
        .await?
        .ok_or_else(|| UserError::Internal("the new account is not there".to_owned()))
}

async fn give_roles(tx: &db::Tx, user: UserId, names: BTreeSet<String>) -> Result<(), UserError> {
    if names.is_empty() {
        return Ok(());
    }
    let known = role::Entity::find()
        .filter(role::Column::Name.is_in(names.clone()))
        .rows(&**tx)
        .await?;
    if known.len() < names.len() {
        let all = role::Entity::find()
            .order_by_asc(role::Column::Name)
            .limit(ROLES_NAMED)
            .rows(&**tx)
            .await?;
        let all: Vec<String> = all.into_iter().map(|role| role.name).collect();
        let detail = format!("no such role; there are: {}", all.join(", "));
        return Err(FieldError::new("/roles", UNKNOWN, detail).into());
    }
    let rows = names.into_iter().map(|name| user_role::ActiveModel {
        user_id: Set(user),
        role: Set(name),
        created_at: NotSet,
    });
    user_role::Entity::insert_many(rows).run(&**tx).await?;
    Ok(())
}

/// Whether an operator exists. Locks the role `admin`, which a new `user_roles` row needs, so that no
/// other transaction can add one until this one commits.
async fn has_operator(tx: &db::Tx) -> Result<bool, UserError> {
    let locked = role::Entity::find_by_id(ADMIN).lock_exclusive();
    locked.row(&**tx).await?;
    let operator = user_role::Entity::find()
        .filter(user_role::Column::Role.eq(ADMIN))
        .row(&**tx)
        .await?;
    Ok(operator.is_some())
}

/// The open invitation, or a new one. Every starting process calls this, and a link that was shown
/// before stays valid.
async fn invite(
    tx: &db::Tx,
    id: Uuid,
    now: Time,
    expires_at: Time,
) -> Result<Option<Uuid>, UserError> {
    if has_operator(tx).await? {
        return Ok(None);
    }
    let open = operator_invitation::Entity::find()
        .filter(operator_invitation::Column::UsedAt.is_null())
        .filter(operator_invitation::Column::ExpiresAt.gt(now))
        .row(&**tx)
        .await?;
    if let Some(open) = open {
        return Ok(Some(open.id));
    }
    let expired = operator_invitation::Entity::update_many()
        .set(used(now))
        .filter(operator_invitation::Column::UsedAt.is_null());
    expired.run(&**tx).await?;
    let row = operator_invitation::ActiveModel {
        id: Set(id),
        expires_at: Set(expires_at),
        ..Default::default()
    };
    operator_invitation::Entity::insert(row).run(&**tx).await?;
    Ok(Some(id))
}

/// The change that ends an invitation.
fn used(now: Time) -> operator_invitation::ActiveModel {
    operator_invitation::ActiveModel {
        used_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    }
}

async fn accept(
    tx: &db::Tx,
    by: &(Env, Actor),
    id: Uuid,
    account: Account,
) -> Result<User, UserError> {
    if has_operator(tx).await? {
        return Err(UserError::TokenInvalid);
    }
    let accepted = operator_invitation::Entity::update_many()
        .set(used(account.now))
        .filter(operator_invitation::Column::Id.eq(id))
        .filter(operator_invitation::Column::UsedAt.is_null())
        .filter(operator_invitation::Column::ExpiresAt.gt(account.now));
    if accepted.run(&**tx).await? == 0 {
        return Err(UserError::TokenInvalid);
    }
    create(tx, by, account, BTreeSet::from([ADMIN.to_owned()])).await
}

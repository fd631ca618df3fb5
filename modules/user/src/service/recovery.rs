//! Lost passwords: a link mailed to the account's address.

use feira_kernel::{
    Actor, Env, Time, UserId,
    db::{self, Returning, Secret},
    outbox, values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use time::Duration;

use super::{
    Service,
    link::{Touched, forget_links, lock_login, use_link},
    rows::user_by_id,
    session::revoke_others,
};
use crate::{
    AccountLinkId, ForgottenPassword, PasswordChanged, PasswordForgotten, PasswordReset, SessionId,
    User, UserError, UserStatus,
    entities::{account_link::LinkPurpose, user},
    revocations::Revocations,
    throttle::Key,
    validate,
};

/// The lifetime of a link.
const RESET_TTL: Duration = Duration::hours(1);
/// The most open links of a person; beyond it no mail is sent, and the earlier links stay valid.
const LINKS_KEPT: i64 = 5;

/// A change of password.
#[derive(Clone)]
pub(super) struct NewPassword {
    pub(super) hashed: String,
    /// The hash of the old password, if it was checked.
    pub(super) compared: Option<String>,
    /// The device that stays signed in.
    pub(super) kept: Option<SessionId>,
    pub(super) now: Time,
    pub(super) revocations: Revocations,
}

impl Service {
    pub(crate) async fn forgot_password(
        &self,
        _: &Actor,
        forgotten: ForgottenPassword,
    ) -> Result<(), UserError> {
        let email = validate::forgotten(&forgotten)?;
        let now = self.env.now();
        self.throttle
            .admit(Key::of_asking(forgotten.address.as_deref()), now)?;
        let link = AccountLinkId(self.env.uuid());
        let input = (self.env.clone(), link, email, now);
        self.env
            .pool
            .transaction(input, |tx, (env, link, email, now)| {
                Box::pin(async move { forgotten_by(tx, &env, link, email, now).await })
            })
            .await
    }

    pub(crate) async fn reset_password(
        &self,
        _: &Actor,
        reset: PasswordReset,
    ) -> Result<User, UserError> {
        // The link is checked before hashing, which is expensive.
        let link = self
            .link_of(&reset.token, LinkPurpose::ResetPassword)
            .await?;
        validate::new_password("/password", &reset.password, &link.email)?;
        let new = NewPassword {
            hashed: self.hasher.hash(reset.password).await?,
            compared: None,
            kept: None,
            now: self.env.now(),
            revocations: self.revocations.clone(),
        };
        self.env
            .pool
            .transaction((self.env.clone(), link.id, new), |tx, (env, id, new)| {
                Box::pin(async move {
                    let used = use_link(tx, id, LinkPurpose::ResetPassword, new.now).await?;
                    set_password(tx, &env, used.user_id, new).await?;
                    let user = user_by_id(&**tx, used.user_id).await?;
                    user.ok_or(UserError::TokenInvalid)
                })
            })
            .await
    }
}

async fn forgotten_by(
    tx: &db::Tx,
    env: &Env,
    link: AccountLinkId,
    email: String,
    now: Time,
) -> Result<(), UserError> {
    lock_login(tx, email.clone()).await?;
    let person: Option<Touched> = db::optional(
        &**tx,
        include_str!("../sql/add_reset_link.sql"),
        values![link, email, now + RESET_TTL, now, LINKS_KEPT],
    )
    .await?;
    let event = person.map(|Touched { id: user, version }| PasswordForgotten {
        user,
        version,
        link,
    });
    outbox::publish_if_any(tx, env, event).await?;
    Ok(())
}

/// Stores the new password and signs out all devices but the kept one.
pub(super) async fn set_password(
    tx: &db::Tx,
    env: &Env,
    user: UserId,
    new: NewPassword,
) -> Result<(), UserError> {
    let mut changed = user::Entity::update_many()
        .set(user::ActiveModel {
            hashed_password: Set(Some(Secret(new.hashed))),
            credentials_changed_at: Set(new.now),
            updated_at: Set(new.now),
            ..Default::default()
        })
        .col_expr(user::Column::Version, user::next_version())
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::Status.eq(UserStatus::Active))
        .filter(user::Column::EmailVerifiedAt.is_not_null());
    if let Some(compared) = new.compared {
        changed = changed.filter(user::Column::HashedPassword.eq(compared));
    }
    let changed = changed.returning(&**tx).await?.pop();
    // The person was blocked, or the password changed concurrently.
    let user::Model { version, .. } = changed.ok_or(UserError::TokenInvalid)?;
    forget_links(tx, user).await?;
    revoke_others(tx, &new.revocations, (user, new.kept), new.now).await?;
    outbox::publish(tx, env, &PasswordChanged { user, version }).await?;
    Ok(())
}

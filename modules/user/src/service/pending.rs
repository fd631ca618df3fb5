//! Waiting registrations. All changes lock the account's row first, so that concurrent ones are
//! serialized.

use feira_kernel::{
    Env, FieldError, Time, UserId,
    db::{self, Change, Find},
    outbox,
    validate::TAKEN,
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use time::Duration;

use super::account::Account;
use crate::{
    ConfirmationId, Registered, UserError,
    entities::{registration, user},
};

/// The most waiting registrations of an address, also per hour, because each mails an address that
/// anybody may type.
const KEPT: i64 = 5;
const BOUND_WITHIN: Duration = Duration::hours(1);
/// How long an earlier link is not replaced.
const AGAIN_AFTER: Duration = Duration::minutes(12);

/// The row of an unconfirmed address after the change.
#[derive(FromQueryResult)]
struct UnverifiedUser {
    id: UserId,
    version: i64,
}

/// A lost link and its replacement.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) old: ConfirmationId,
    pub(super) new: ConfirmationId,
    pub(super) now: Time,
    pub(super) expires_at: Time,
}

pub(super) async fn register(
    tx: &db::Tx,
    env: &Env,
    account: Account,
    confirmation: ConfirmationId,
    expires_at: Time,
) -> Result<(), UserError> {
    if let Some(username) = &account.profile.username
        && username_taken(tx, username).await?
    {
        return Err(FieldError::new("/username", TAKEN, "somebody has it").into());
    }
    let unverified = upsert_unverified(tx, &account).await?;
    // For a verified address an expired row is written, so that both cases take the same time.
    let end = match unverified {
        Some(_) => expires_at,
        None => account.now,
    };
    let waits = wait_for_link(tx, account, confirmation, (end, expires_at)).await?;
    announce(tx, env, unverified.filter(|_| waits), confirmation).await
}

/// Inserts or finds the address's row, without a password, and locks it. `None` if it is verified; then
/// nothing changes.
async fn upsert_unverified(
    tx: &db::Tx,
    account: &Account,
) -> Result<Option<UnverifiedUser>, UserError> {
    let profile = account.profile.clone();
    // The mail uses this spelling of the address and this language.
    let written = db::optional(
        &**tx,
        include_str!("../sql/upsert_unverified_user.sql"),
        values![
            account.id,
            profile.email,
            profile.first_name,
            profile.last_name,
            profile.locale,
            account.now
        ],
    )
    .await?;
    Ok(written)
}

/// Inserts the registration and removes the oldest beyond the limit. Returns whether it was kept:
/// `latest` is the expiry of new ones.
async fn wait_for_link(
    tx: &db::Tx,
    account: Account,
    confirmation: ConfirmationId,
    (end, latest): (Time, Time),
) -> Result<bool, UserError> {
    let profile = account.profile;
    let waits: Option<bool> = db::scalar(
        &**tx,
        include_str!("../sql/add_registration.sql"),
        values![
            confirmation,
            profile.email,
            profile.username,
            account.hashed_password,
            profile.first_name,
            profile.last_name,
            profile.phone_number,
            profile.locale,
            end,
            account.now,
            KEPT,
            latest - BOUND_WITHIN
        ],
    )
    .await?;
    let waits = waits.unwrap_or(false);
    // An expired row does not push out a valid one.
    let others = KEPT - i64::from(waits);
    db::exec(
        &**tx,
        include_str!("../sql/forget_old_registrations.sql"),
        values![confirmation, others],
    )
    .await?;
    Ok(waits)
}

async fn announce(
    tx: &db::Tx,
    env: &Env,
    unverified: Option<UnverifiedUser>,
    confirmation: ConfirmationId,
) -> Result<(), UserError> {
    let event = unverified.map(|unverified| Registered {
        user: unverified.id,
        version: unverified.version,
        confirmation,
    });
    outbox::publish_if_any(tx, env, event).await?;
    Ok(())
}

async fn username_taken(tx: &db::Tx, username: &str) -> Result<bool, UserError> {
    let taken = user::Entity::find()
        .filter(user::Column::Username.eq(username))
        .row(&**tx)
        .await?;
    Ok(taken.is_some())
}

/// Makes the account of a link, and ends the other links of the address.
pub(super) async fn verify_email(
    tx: &db::Tx,
    id: ConfirmationId,
    now: Time,
) -> Result<(), UserError> {
    let verified: Option<UserId> = db::scalar(
        &**tx,
        include_str!("../sql/verify_user.sql"),
        values![id, now],
    )
    .await
    .map_err(|error| match error.violates("users_username_key") {
        // A concurrent confirmation took the username; the repeat finds it taken.
        true => UserError::Unavailable(error.to_string()),
        false => error.into(),
    })?;
    let user = verified.ok_or(UserError::TokenInvalid)?;
    let waiting = registration::Entity::delete_many();
    let waiting = waiting.filter(registration::Column::UserId.eq(user));
    waiting.run(&**tx).await?;
    Ok(())
}

/// Replaces the link of a waiting registration.
pub(super) async fn renew(tx: &db::Tx, env: &Env, renewal: Renewal) -> Result<(), UserError> {
    let unverified: Option<UnverifiedUser> = db::optional(
        &**tx,
        include_str!("../sql/touch_unverified_user.sql"),
        values![renewal.old, renewal.now],
    )
    .await?;
    let renewed = registration::Entity::update_many()
        .set(registration::ActiveModel {
            id: Set(renewal.new),
            expires_at: Set(renewal.expires_at),
            updated_at: Set(renewal.now),
            ..Default::default()
        })
        .filter(registration::Column::Id.eq(renewal.old))
        .filter(registration::Column::ExpiresAt.lte(renewal.expires_at - AGAIN_AFTER));
    let renewed = renewed.run(&**tx).await?;
    // It was confirmed or replaced concurrently, so no mail is needed.
    let user = unverified.filter(|_| renewed == 1);
    announce(tx, env, user, renewal.new).await
}

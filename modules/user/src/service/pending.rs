//! The rows of registrations that wait for their link. All three changes take the account's row
//! first: they wait for each other in one order, and of several at once each sees the one before.

use feira_kernel::{Env, Time, UserId, db, outbox, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::account::Account;
use crate::{ConfirmationId, Registered, UserError, rules};

/// How many earlier registrations of an address wait beside a new one.
const EARLIER_KEPT: i64 = 4;

/// The place of an address that nobody has confirmed, as it is after this change.
#[derive(FromQueryResult)]
struct Place {
    id: Uuid,
    version: i64,
}

/// A lost link and the one that takes its place.
#[derive(Clone)]
pub(super) struct Renewal {
    pub(super) old: Uuid,
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
        return Err(rules::invalid("/username", "taken", "somebody has it"));
    }
    let place = place(tx, &account).await?;
    // For a verified address a row is written that has expired, which nobody can use: both cases
    // wait for the same disk, and their times stay alike.
    let expires_at = match place {
        Some(_) => expires_at,
        None => account.now,
    };
    wait_for_link(tx, account, confirmation, expires_at).await?;
    if let Some(place) = place {
        announce(tx, env, place, confirmation).await?;
    }
    Ok(())
}

/// Takes a place for the address, without a password, or finds the one that it has. `None` when
/// it is verified: nothing changes then. Holds the lock of the account's row either way.
async fn place(tx: &db::Tx, account: &Account) -> Result<Option<Place>, UserError> {
    let profile = account.profile.clone();
    // The mail of the link goes to this spelling of the address, in this language.
    let written = db::optional(
        &**tx,
        "INSERT INTO users AS u (id, email, first_name, last_name, locale, \
             credentials_changed_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $6) \
         ON CONFLICT ((lower(email))) DO UPDATE SET email = excluded.email, \
             locale = excluded.locale, version = u.version + 1, updated_at = excluded.updated_at \
         WHERE u.email_verified_at IS NULL \
         RETURNING u.id, u.version",
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

/// Writes the registration, and forgets what is beyond the number that an address may have.
async fn wait_for_link(
    tx: &db::Tx,
    account: Account,
    confirmation: ConfirmationId,
    expires_at: Time,
) -> Result<(), UserError> {
    let profile = account.profile;
    db::exec(
        &**tx,
        "INSERT INTO registrations (id, user_id, email, username, hashed_password, first_name, \
             last_name, phone_number, locale, expires_at) \
         SELECT $1, u.id, $2, $3, $4, $5, $6, $7, $8, $9 FROM users u \
         WHERE lower(u.email) = lower($2)",
        values![
            confirmation,
            profile.email,
            profile.username,
            account.hashed_password,
            profile.first_name,
            profile.last_name,
            profile.phone_number,
            profile.locale,
            expires_at
        ],
    )
    .await?;
    db::exec(
        &**tx,
        "DELETE FROM registrations WHERE id = ANY (ARRAY(SELECT o.id FROM registrations r \
             JOIN registrations o ON o.user_id = r.user_id AND o.id <> r.id \
             WHERE r.id = $1 ORDER BY o.expires_at DESC, o.id DESC OFFSET $2))",
        values![confirmation, EARLIER_KEPT],
    )
    .await?;
    Ok(())
}

async fn announce(
    tx: &db::Tx,
    env: &Env,
    place: Place,
    confirmation: ConfirmationId,
) -> Result<(), UserError> {
    let event = Registered {
        user: UserId(place.id),
        version: place.version,
        confirmation,
    };
    outbox::publish(tx, env, &event).await?;
    Ok(())
}

async fn username_taken(tx: &db::Tx, username: &str) -> Result<bool, UserError> {
    let taken: Option<bool> = db::scalar(
        &**tx,
        "SELECT true FROM users WHERE username = $1",
        values![username],
    )
    .await?;
    Ok(taken.is_some())
}

/// Makes the account that the link stands for, and ends the other links of its address.
pub(super) async fn verify_email(tx: &db::Tx, id: Uuid, now: Time) -> Result<(), UserError> {
    // Who verifies first keeps a username that two had asked for; the other goes on without.
    let verified: Option<Uuid> = db::scalar(
        &**tx,
        "UPDATE users u SET email = r.email, hashed_password = r.hashed_password, \
             first_name = r.first_name, last_name = r.last_name, phone_number = r.phone_number, \
             locale = r.locale, username = CASE WHEN EXISTS (SELECT 1 FROM users o \
                 WHERE o.username = r.username) THEN NULL ELSE r.username END, \
             email_verified_at = $2, credentials_changed_at = $2, version = u.version + 1, \
             updated_at = $2 \
         FROM registrations r WHERE r.id = $1 AND r.expires_at > $2 AND u.id = r.user_id \
           AND lower(u.email) = lower(r.email) AND u.email_verified_at IS NULL RETURNING u.id",
        values![id, now],
    )
    .await
    .map_err(|error| match error.violates("users_username_key") {
        // Both at the same moment: this one comes again and finds the username gone.
        true => UserError::Unavailable(error.to_string()),
        false => error.into(),
    })?;
    let user = verified.ok_or(UserError::TokenInvalid)?;
    db::exec(
        &**tx,
        "DELETE FROM registrations WHERE user_id = $1",
        values![user],
    )
    .await?;
    Ok(())
}

/// Gives a waiting registration a new link in place of the old one.
pub(super) async fn renew(tx: &db::Tx, env: &Env, renewal: Renewal) -> Result<(), UserError> {
    let place: Option<Place> = db::optional(
        &**tx,
        "UPDATE users SET version = version + 1, updated_at = $2 \
         WHERE id = (SELECT user_id FROM registrations WHERE id = $1) \
           AND email_verified_at IS NULL RETURNING id, version",
        values![renewal.old, renewal.now],
    )
    .await?;
    let renewed = db::exec(
        &**tx,
        "UPDATE registrations SET id = $2, expires_at = $3, updated_at = $4 WHERE id = $1",
        values![renewal.old, renewal.new, renewal.expires_at, renewal.now],
    )
    .await?;
    match place {
        Some(place) if renewed == 1 => announce(tx, env, place, renewal.new).await,
        // Confirmed, replaced or renewed meanwhile: whoever did that has had her mail.
        _ => Ok(()),
    }
}

//! The rows of a device's tokens. Each statement carries its own guard; that no two of them
//! disagree, whatever comes at the same moment, is proven in tests/it/refreshing.rs.

use feira_kernel::{Surface, Time, UserId, db, token::TokenHash, values};
use sea_orm::{ConnectionTrait, FromQueryResult};
use time::Duration;
use uuid::Uuid;

use super::rows::{surface, user_by_id};
use crate::{SessionId, User, UserError};

/// A row to be: a refresh token or a browser session.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) kind: &'static str,
    pub(super) family: Uuid,
    pub(super) hash: TokenHash,
    pub(super) user: UserId,
    pub(super) surface: Surface,
    pub(super) device: Option<String>,
    pub(super) address: Option<String>,
    pub(super) opened_at: Time,
    pub(super) now: Time,
    pub(super) expires_at: Time,
}

/// What a refresh needs beside the old token, made before the transaction.
#[derive(Clone)]
pub(super) struct Rotation {
    pub(super) old: TokenHash,
    pub(super) new: TokenHash,
    pub(super) id: Uuid,
    pub(super) now: Time,
    pub(super) ttl: Duration,
    pub(super) absolute_ttl: Duration,
    pub(super) grace: Duration,
}

#[derive(FromQueryResult)]
struct Rotated {
    family: Uuid,
    user_id: Uuid,
    surface: String,
    device: Option<String>,
    address: Option<String>,
    opened_at: Time,
}

#[derive(FromQueryResult)]
struct Spent {
    family: Uuid,
    rotated_at: Time,
}

/// Writes the row if the person is still entitled to it; locks her row, so that a block or a
/// change of password comes wholly before or wholly after.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    new: Session,
    credentials: Time,
) -> Result<bool, UserError> {
    let inserted = db::exec(
        db,
        "INSERT INTO sessions (id, kind, family, token_hash, user_id, surface, device, address, \
             opened_at, last_used_at, expires_at) \
         SELECT $1, $2, $3, $4, u.id, $6, $7, $8, $9, $10, $11 FROM users u \
         WHERE u.id = $5 AND u.status = 'active' AND u.credentials_changed_at <= $12 FOR SHARE",
        values![
            new.id,
            new.kind,
            new.family,
            new.hash,
            new.user,
            new.surface.as_str(),
            new.device,
            new.address,
            new.opened_at,
            new.now,
            new.expires_at,
            credentials
        ],
    )
    .await?;
    Ok(inserted == 1)
}

pub(super) async fn rotate(
    tx: &db::Tx,
    rotation: Rotation,
) -> Result<Option<(User, Surface, SessionId)>, UserError> {
    // Of any number who come with the same token, this statement lets one through.
    let rotated: Option<Rotated> = db::optional(
        &**tx,
        "UPDATE sessions s SET rotated_at = $2, last_used_at = $2, updated_at = $2 FROM users u \
         WHERE s.token_hash = $1 AND s.kind = 'refresh' AND s.expires_at > $2 \
           AND s.rotated_at IS NULL AND s.revoked_at IS NULL \
           AND u.id = s.user_id AND u.status = 'active' AND u.credentials_changed_at <= s.opened_at \
           AND (s.surface <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id)) \
         RETURNING s.family, s.user_id, s.surface, s.device, s.address, s.opened_at",
        values![rotation.old.clone(), rotation.now],
    )
    .await?;
    let Some(old) = rotated else {
        punish_reuse(tx, rotation).await?;
        return Ok(None);
    };
    let user = UserId(old.user_id);
    let surface = surface(&old.surface)?;
    let end = old.opened_at + rotation.absolute_ttl;
    let successor = Session {
        id: rotation.id,
        kind: "refresh",
        family: old.family,
        hash: rotation.new,
        user,
        surface,
        device: old.device,
        address: old.address,
        opened_at: old.opened_at,
        now: rotation.now,
        expires_at: end.min(rotation.now + rotation.ttl),
    };
    if !insert(&**tx, successor, old.opened_at).await? {
        return Ok(None);
    }
    let user = user_by_id(&**tx, user).await?;
    Ok(user.map(|user| (user, surface, SessionId(old.family))))
}

/// A spent token that comes again was copied: by whom, nobody can tell, so the device ends.
/// Right after its use it is rather the owner, who never got our answer.
async fn punish_reuse(tx: &db::Tx, rotation: Rotation) -> Result<(), UserError> {
    let spent: Option<Spent> = db::optional(
        &**tx,
        "SELECT family, rotated_at FROM sessions \
         WHERE token_hash = $1 AND kind = 'refresh' AND rotated_at IS NOT NULL",
        values![rotation.old],
    )
    .await?;
    let Some(spent) = spent else { return Ok(()) };
    if rotation.now - spent.rotated_at <= rotation.grace {
        return Ok(());
    }
    tracing::warn!(session = %spent.family, "a spent refresh token came again; the device is signed out");
    revoke(tx, spent.family, rotation.now).await
}

/// Ends all tokens of a device. Repeated until nothing is left: while the first statement
/// waits for a refresh that runs, that refresh adds a row which the statement cannot see.
pub(super) async fn revoke(tx: &db::Tx, family: Uuid, now: Time) -> Result<(), UserError> {
    loop {
        let revoked = db::exec(
            &**tx,
            "UPDATE sessions SET revoked_at = $2, updated_at = $2 \
             WHERE family = $1 AND revoked_at IS NULL",
            values![family, now],
        )
        .await?;
        if revoked == 0 {
            return Ok(());
        }
    }
}

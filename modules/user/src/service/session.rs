//! Rows of sessions. Each statement is guarded by itself; concurrent calls are tested in
//! tests/it/refreshing.rs.

use feira_kernel::{
    Surface, Time, UserId,
    db::{self, Change, Find, Returning},
    token::TokenHash,
    values,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use time::Duration;
use uuid::Uuid;

use super::rows::user_by_id;
use crate::{
    SessionId, User, UserError,
    entities::session::{self, Kind},
    revocations::Revocations,
};

/// A new row: a refresh token or a browser session.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) kind: Kind,
    pub(super) family: SessionId,
    pub(super) hash: TokenHash,
    pub(super) user: UserId,
    pub(super) surface: Surface,
    pub(super) device: Option<String>,
    pub(super) address: Option<String>,
    pub(super) opened_at: Time,
    pub(super) now: Time,
    pub(super) expires_at: Time,
}

/// The values of a refresh, made before the transaction.
#[derive(Clone)]
pub(super) struct Rotation {
    pub(super) old: TokenHash,
    pub(super) new: TokenHash,
    pub(super) id: Uuid,
    pub(super) now: Time,
    pub(super) ttl: Duration,
    pub(super) absolute_ttl: Duration,
    pub(super) grace: Duration,
    pub(super) revocations: Revocations,
}

#[derive(FromQueryResult)]
struct Rotated {
    family: SessionId,
    user_id: UserId,
    surface: Surface,
    device: Option<String>,
    address: Option<String>,
    opened_at: Time,
}

/// Inserts the session if the person may still sign in. Locks her row, which serializes this with
/// blocking and changes of password.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    new: Session,
    credentials: Time,
) -> Result<bool, UserError> {
    let inserted = db::exec(
        db,
        include_str!("../sql/open_session.sql"),
        values![
            new.id,
            new.kind,
            new.family,
            new.hash,
            new.user,
            new.surface,
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
) -> Result<Option<(User, Session)>, UserError> {
    let rotated: Option<Rotated> = db::optional(
        &**tx,
        include_str!("../sql/rotate_session.sql"),
        values![rotation.old.clone(), rotation.now],
    )
    .await?;
    let Some(old) = rotated else {
        punish_reuse(tx, rotation).await?;
        return Ok(None);
    };
    let end = old.opened_at + rotation.absolute_ttl;
    let successor = Session {
        id: rotation.id,
        kind: Kind::Refresh,
        family: old.family,
        hash: rotation.new,
        user: old.user_id,
        surface: old.surface,
        device: old.device,
        address: old.address,
        opened_at: old.opened_at,
        now: rotation.now,
        expires_at: end.min(rotation.now + rotation.ttl),
    };
    if !insert(&**tx, successor.clone(), old.opened_at).await? {
        return Ok(None);
    }
    let user = user_by_id(&**tx, old.user_id).await?;
    Ok(user.map(|user| (user, successor)))
}

/// A reused token was copied, so the device is revoked. Right after its first use it is rather the owner
/// whose answer was lost, so it is only refused.
async fn punish_reuse(tx: &db::Tx, rotation: Rotation) -> Result<(), UserError> {
    let spent = session::Entity::find()
        .filter(session::Column::TokenHash.eq(rotation.old))
        .filter(session::Column::Kind.eq(Kind::Refresh))
        .filter(session::Column::RotatedAt.is_not_null())
        .row(&**tx)
        .await?;
    let spent = spent.and_then(|row| Some((row.family, row.rotated_at?)));
    let Some((family, rotated_at)) = spent else {
        return Ok(());
    };
    if rotation.now - rotated_at <= rotation.grace {
        return Ok(());
    }
    tracing::warn!(session = %family, "a spent refresh token came again; the device is signed out");
    revoke(tx, &rotation.revocations, family, rotation.now).await
}

/// Revokes all devices but one of a person whose row is locked; that one counts as opened now.
pub(super) async fn revoke_others(
    tx: &db::Tx,
    revocations: &Revocations,
    (user, kept): (UserId, Option<SessionId>),
    now: Time,
) -> Result<(), UserError> {
    let mut ended = session::Entity::update_many()
        .set(session::ActiveModel {
            revoked_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(kept) = kept {
        ended = ended.filter(session::Column::Family.ne(kept));
    }
    for device in ended.returning(&**tx).await? {
        revocations.add(tx, device.family, now);
    }
    let Some(kept) = kept else { return Ok(()) };
    let stays = session::Entity::update_many()
        .set(session::ActiveModel {
            opened_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::Family.eq(kept))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::RotatedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now));
    stays.run(&**tx).await?;
    Ok(())
}

/// Ends all tokens of a device, also its access tokens. Repeated until nothing is left: while the
/// first statement waits for a refresh that runs, that refresh adds a row which the statement cannot
/// see.
pub(super) async fn revoke(
    tx: &db::Tx,
    revocations: &Revocations,
    family: SessionId,
    now: Time,
) -> Result<(), UserError> {
    revocations.add(tx, family, now);
    loop {
        let revoked = session::Entity::update_many()
            .set(session::ActiveModel {
                revoked_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(session::Column::Family.eq(family))
            .filter(session::Column::RevokedAt.is_null());
        if revoked.run(&**tx).await? == 0 {
            return Ok(());
        }
    }
}

//! Signed-out devices, kept in memory for an access token's lifetime. This process adds its own at their
//! commit and reads those of others with one bounded statement every few seconds. A request triggers the
//! read when the last one is too old, so an idle process reads nothing.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use feira_kernel::{
    Env, Time,
    db::{self, Find},
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use time::Duration;

use crate::{
    SessionId,
    entities::session::{self, Column, Kind},
    keyring::LEEWAY_SECONDS,
};

/// How long a read counts; sign-outs elsewhere must take effect within five seconds.
const FRESH: Duration = Duration::seconds(3);
/// The longest time between a transaction's timestamp and its commit.
const LATE_COMMIT: Duration = Duration::minutes(1);
/// Room for a hundred sign-outs a second over an access token's lifetime.
const MAX_REMEMBERED: usize = 100_000;

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Revocations(Arc<Inner>);

struct Inner {
    /// An access token's lifetime.
    life: Duration,
    known: RwLock<Known>,
    /// One read at a time; other requests wait for it.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// Sign-out time by device.
    devices: HashMap<SessionId, Time>,
    /// Time of the last read.
    asked_at: Option<Time>,
    /// Number of failed reads, and the last error.
    failures: u64,
    failure: Option<db::Error>,
}

#[derive(FromQueryResult)]
struct Revoked {
    family: SessionId,
    revoked_at: Time,
}

impl Revocations {
    pub(crate) fn new(access_ttl: Duration) -> Self {
        Self(Arc::new(Inner {
            // The clock of who signed the token may be ahead, ours behind.
            life: access_ttl + Duration::seconds(2 * LEEWAY_SECONDS),
            known: RwLock::default(),
            asking: tokio::sync::Mutex::default(),
        }))
    }

    /// From the commit on the device's access tokens are refused here.
    pub(crate) fn add(&self, tx: &db::Tx, device: SessionId, now: Time) {
        let revocations = self.clone();
        tx.on_commit(move || {
            revocations.write().devices.insert(device, now);
        });
    }

    /// Whether the device was signed out: here, or elsewhere before the last few seconds.
    pub(crate) async fn contains(&self, env: &Env, device: SessionId) -> Result<bool, db::Error> {
        self.refresh(env).await?;
        Ok(self.read().devices.contains_key(&device))
    }

    async fn refresh(&self, env: &Env) -> Result<(), db::Error> {
        let failures = self.read().failures;
        if self.is_fresh(env.now()) {
            return Ok(());
        }
        let _one = self.0.asking.lock().await;
        let now = env.now();
        if self.is_fresh(now) {
            return Ok(());
        }
        // Who waited for an answer that did not come has that one: it is not waited for once by each.
        if let Some(failure) = self.failure_after(failures) {
            return Err(failure);
        }
        let asked = self.ask(env, now).await;
        if let Err(failure) = &asked {
            let mut known = self.write();
            known.failures += 1;
            known.failure = Some(failure.clone());
        }
        asked
    }

    fn failure_after(&self, failures: u64) -> Option<db::Error> {
        let known = self.read();
        let newer = known.failures != failures;
        known.failure.clone().filter(|_| newer)
    }

    fn is_fresh(&self, now: Time) -> bool {
        let asked_at = self.read().asked_at;
        asked_at.is_some_and(|at| at <= now && now - at < FRESH)
    }

    async fn ask(&self, env: &Env, now: Time) -> Result<(), db::Error> {
        let oldest = now - self.0.life;
        let asked_at = self.read().asked_at;
        let since = asked_at.map_or(oldest, |at| oldest.max(at - LATE_COMMIT));
        // Of each device the one token that was not rotated, the last ones first.
        let revoked = session::Entity::find()
            .filter(db::is(Column::Kind, Kind::Refresh))
            .filter(Column::RotatedAt.is_null())
            .filter(Column::RevokedAt.gt(since))
            .order_by_desc(Column::RevokedAt)
            .limit(u64::try_from(MAX_REMEMBERED).unwrap_or(u64::MAX))
            .select_only()
            .columns([Column::Family, Column::RevokedAt])
            .into_model::<Revoked>();
        let revoked = revoked.rows(env.pool.read()).await?;
        if revoked.len() == MAX_REMEMBERED {
            tracing::warn!("too many devices were signed out; access tokens of the first live on");
        }
        let mut known = self.write();
        known.devices.retain(|_, at| *at > oldest);
        let revoked = revoked.into_iter().map(|row| (row.family, row.revoked_at));
        known.devices.extend(revoked);
        known.asked_at = Some(now);
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

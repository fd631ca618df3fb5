use feira_kernel::{IdempotencyKey, db, failpoint, idempotency::KEEP, values};
use sea_orm::FromQueryResult;
use time::{Duration, OffsetDateTime as Time};
use uuid::Uuid;

use super::Gateway;

/// After this time a request that left no answer is taken to have died.
const LEASE: Duration = Duration::seconds(15);

/// An answer as it was first given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Nobody used it: go on, then `finish` or `abandon`.
    Fresh(Claim),
    /// It was answered.
    Answered(Stored),
    /// The first request is still running; after so many seconds it is taken to have died.
    Running { left: u32 },
    /// It was used for another request.
    Mismatch,
}

#[derive(FromQueryResult)]
struct Row {
    fingerprint: String,
    status: Option<i32>,
    location: Option<String>,
    body: Option<String>,
    started_at: Time,
}

/// A key that one request works on. Another may have taken it over when that one was silent for
/// the lease; then nothing more is written by the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    scope: String,
    route: String,
    key: String,
    holder: Uuid,
}

impl Claim {
    fn values(&self) -> Vec<sea_orm::Value> {
        let Self {
            scope,
            route,
            key,
            holder,
        } = self.clone();
        values![scope, route, key, holder]
    }
}

impl Gateway {
    /// Takes the key for a request of this caller on this route, or tells what became of it.
    /// The row is a convenience: the truth is the module's own key, so it need not be durable.
    pub(crate) async fn begin(
        &self,
        scope: &str,
        key: &IdempotencyKey,
    ) -> Result<Begin, db::Error> {
        let claim = Claim {
            scope: scope.to_owned(),
            route: key.route.clone(),
            key: key.key.clone(),
            holder: self.env.uuid(),
        };
        let now = self.env.now();
        let taken = match self.take(&claim, key, now).await {
            Ok(taken) => taken,
            Err(error) => {
                // It may have been written all the same, and the repeat would wait for nobody.
                self.give_back(&claim).await;
                return Err(error);
            }
        };
        if taken {
            return Ok(Begin::Fresh(claim));
        }
        let row: Option<Row> = db::optional(
            self.env.pool.relaxed(),
            "SELECT fingerprint, status, location, body, started_at FROM idempotency \
             WHERE scope = $1 AND route = $2 AND key = $3",
            values![scope, key.route.clone(), key.key.clone()],
        )
        .await?;
        Ok(match row {
            // It was given back this moment: the caller may try again.
            None => Begin::Running { left: 1 },
            Some(row) if row.fingerprint != key.fingerprint => Begin::Mismatch,
            Some(Row {
                status: Some(status),
                location,
                body,
                ..
            }) => Begin::Answered(Stored {
                status: u16::try_from(status).unwrap_or(500),
                location,
                body: body.unwrap_or_default(),
            }),
            Some(row) => {
                let left = (row.started_at + LEASE - now).whole_seconds();
                let left = u32::try_from(left.max(0)).unwrap_or_default() + 1;
                Begin::Running { left }
            }
        })
    }

    /// `false` if it is somebody else's. A row whose request died, or that is past its time, is
    /// taken over.
    async fn take(
        &self,
        claim: &Claim,
        key: &IdempotencyKey,
        now: Time,
    ) -> Result<bool, db::Error> {
        let mut values = claim.values();
        values.extend(values![
            key.fingerprint.clone(),
            now,
            now - LEASE,
            now - KEEP,
            now + LEASE
        ]);
        let taken: Option<bool> = db::scalar(
            self.env.pool.relaxed(),
            "INSERT INTO idempotency (scope, route, key, holder, fingerprint, started_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (scope, route, key) DO UPDATE \
                SET started_at = $6, status = NULL, body = NULL, location = NULL, fingerprint = $5, holder = $4 \
              WHERE (idempotency.status IS NULL AND idempotency.fingerprint = $5 \
                     AND (idempotency.started_at < $7 OR idempotency.started_at > $9)) \
                 OR idempotency.started_at < $8 \
             RETURNING true",
            values,
        )
        .await?;
        Ok(taken.is_some())
    }

    /// The request is still at work.
    pub(crate) async fn renew(&self, claim: &Claim) -> Result<(), db::Error> {
        let mut values = claim.values();
        values.extend(values![self.env.now()]);
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE idempotency SET started_at = $5 \
             WHERE scope = $1 AND route = $2 AND key = $3 AND holder = $4 AND status IS NULL",
            values,
        )
        .await
        .map(|_| ())
    }

    /// Keeps the answer. If that fails the key is given back: a repeat asks the module again.
    pub(crate) async fn finish(&self, claim: &Claim, answer: &Stored) {
        failpoint::pass("gateway.finish.before");
        let mut values = claim.values();
        values.extend(values![
            i32::from(answer.status),
            answer.location.clone(),
            answer.body.clone()
        ]);
        let kept = db::exec(
            self.env.pool.relaxed(),
            "UPDATE idempotency SET status = $5, location = $6, body = $7 \
             WHERE scope = $1 AND route = $2 AND key = $3 AND holder = $4 AND status IS NULL",
            values,
        );
        if let Err(error) = kept.await {
            tracing::warn!(%error, "an answer was not kept; a repeat asks the module again");
            self.give_back(claim).await;
        }
    }

    /// Gives the key back: nothing happened that a repeat may not do again. Asked twice, because the
    /// connection may have broken on which it was asked first; else the lease ends by itself.
    pub(crate) async fn give_back(&self, claim: &Claim) {
        for _ in 0..2 {
            let gone = db::exec(
                self.env.pool.relaxed(),
                "DELETE FROM idempotency \
                 WHERE scope = $1 AND route = $2 AND key = $3 AND holder = $4 AND status IS NULL",
                claim.values(),
            );
            match gone.await {
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, "a key was not given back; it is free when its lease ends");
                }
            }
        }
    }

    /// Gives back the keys of requests that died with an earlier process: only for a process
    /// that is alone with its database.
    pub(crate) async fn give_back_all(&self) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.reads(),
            "DELETE FROM idempotency WHERE status IS NULL",
            values![],
        )
        .await
        .map(|_| ())
    }

    pub(super) async fn forget(&self) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.reads(),
            "DELETE FROM idempotency WHERE started_at < $1",
            values![self.env.now() - KEEP],
        )
        .await
        .map(|_| ())
    }
}

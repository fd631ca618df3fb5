use feira_kernel::{IdempotencyKey, db, failpoint, idempotency::KEEP, values};
use sea_orm::FromQueryResult;
use time::{Duration, OffsetDateTime as Time};

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
    Fresh,
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

fn place(scope: &str, key: &IdempotencyKey) -> Vec<sea_orm::Value> {
    values![scope, key.route.clone(), key.key.clone()]
}

impl Gateway {
    /// Takes the key for a request of this caller on this route, or tells what became of it.
    /// The row is a convenience: the truth is the module's own key, so it need not be durable.
    pub(crate) async fn begin(
        &self,
        scope: &str,
        key: &IdempotencyKey,
    ) -> Result<Begin, db::Error> {
        let now = self.env.now();
        let relaxed = self.env.pool.relaxed();
        // A row whose request died, or that is past its time, is taken over.
        let mut values = place(scope, key);
        values.extend(values![
            key.fingerprint.clone(),
            now,
            now - LEASE,
            now - KEEP,
            now + LEASE
        ]);
        let taken: Option<bool> = db::scalar(
            relaxed,
            "INSERT INTO idempotency (scope, route, key, fingerprint, started_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (scope, route, key) DO UPDATE \
                SET started_at = $5, status = NULL, body = NULL, location = NULL, fingerprint = $4 \
              WHERE (idempotency.status IS NULL AND idempotency.fingerprint = $4 \
                     AND (idempotency.started_at < $6 OR idempotency.started_at > $8)) \
                 OR idempotency.started_at < $7 \
             RETURNING true",
            values,
        )
        .await?;
        if taken.is_some() {
            return Ok(Begin::Fresh);
        }
        let row: Option<Row> = db::optional(
            relaxed,
            "SELECT fingerprint, status, location, body, started_at FROM idempotency \
             WHERE scope = $1 AND route = $2 AND key = $3",
            place(scope, key),
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

    /// The request is still at work.
    pub(crate) async fn renew(&self, scope: &str, key: &IdempotencyKey) -> Result<(), db::Error> {
        let mut values = place(scope, key);
        values.extend(values![self.env.now()]);
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE idempotency SET started_at = $4 \
             WHERE scope = $1 AND route = $2 AND key = $3 AND status IS NULL",
            values,
        )
        .await
        .map(|_| ())
    }

    /// Keeps the answer.
    pub(crate) async fn finish(
        &self,
        scope: &str,
        key: &IdempotencyKey,
        answer: &Stored,
    ) -> Result<(), db::Error> {
        failpoint::pass("gateway.finish.before");
        let mut values = place(scope, key);
        values.extend(values![
            i32::from(answer.status),
            answer.location.clone(),
            answer.body.clone()
        ]);
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE idempotency SET status = $4, location = $5, body = $6 \
             WHERE scope = $1 AND route = $2 AND key = $3 AND status IS NULL",
            values,
        )
        .await
        .map(|_| ())
    }

    /// Gives the key back: nothing happened that a repeat may not do again.
    pub(crate) async fn abandon(&self, scope: &str, key: &IdempotencyKey) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.reads(),
            "DELETE FROM idempotency WHERE scope = $1 AND route = $2 AND key = $3 AND status IS NULL",
            place(scope, key),
        )
        .await
        .map(|_| ())
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

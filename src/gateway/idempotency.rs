use feira_kernel::{db, values};
use sea_orm::FromQueryResult;
use time::Duration;

use super::Gateway;

/// How long an answer is kept; what the API promises.
const KEEP: Duration = Duration::hours(72);
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
    /// The first request is still running.
    Running,
    /// It was used for another request.
    Mismatch,
}

#[derive(FromQueryResult)]
struct Row {
    fingerprint: String,
    status: Option<i32>,
    location: Option<String>,
    body: Option<String>,
}

impl Gateway {
    /// Takes the key for a request of this caller on this route, or tells what became of it.
    /// The row is a convenience: the truth is the module's own key, so it need not be durable.
    pub(crate) async fn begin(
        &self,
        scope: &str,
        route: &str,
        key: &str,
        fingerprint: &str,
    ) -> Result<Begin, db::Error> {
        let now = self.env.now();
        let relaxed = self.env.pool.relaxed();
        let place = (scope.to_owned(), route.to_owned(), key.to_owned());
        let (scope, route, key) = place.clone();
        // A row whose request died, or that is past its time, is taken over.
        let taken: Option<bool> = db::scalar(
            relaxed,
            "INSERT INTO idempotency (scope, route, key, fingerprint, started_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (scope, route, key) DO UPDATE \
                SET started_at = $5, status = NULL, body = NULL, location = NULL, fingerprint = $4 \
              WHERE (idempotency.status IS NULL AND idempotency.started_at < $6 AND idempotency.fingerprint = $4) \
                 OR idempotency.started_at < $7 \
             RETURNING true",
            values![scope, route, key, fingerprint, now, now - LEASE, now - KEEP],
        )
        .await?;
        if taken.is_some() {
            return Ok(Begin::Fresh);
        }
        let (scope, route, key) = place;
        let row: Option<Row> = db::optional(
            relaxed,
            "SELECT fingerprint, status, location, body FROM idempotency \
             WHERE scope = $1 AND route = $2 AND key = $3",
            values![scope, route, key],
        )
        .await?;
        Ok(match row {
            // It was given back this moment: the caller may try again.
            None => Begin::Running,
            Some(row) if row.fingerprint != fingerprint => Begin::Mismatch,
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
            Some(_) => Begin::Running,
        })
    }

    /// Keeps the answer.
    pub(crate) async fn finish(
        &self,
        scope: &str,
        route: &str,
        key: &str,
        answer: &Stored,
    ) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE idempotency SET status = $4, location = $5, body = $6 \
             WHERE scope = $1 AND route = $2 AND key = $3 AND status IS NULL",
            values![
                scope,
                route,
                key,
                i32::from(answer.status),
                answer.location.clone(),
                answer.body.clone()
            ],
        )
        .await
        .map(|_| ())
    }

    /// Gives the key back: nothing happened that a repeat may not do again.
    pub(crate) async fn abandon(
        &self,
        scope: &str,
        route: &str,
        key: &str,
    ) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.reads(),
            "DELETE FROM idempotency WHERE scope = $1 AND route = $2 AND key = $3 AND status IS NULL",
            values![scope, route, key],
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

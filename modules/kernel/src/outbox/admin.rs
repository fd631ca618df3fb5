use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{Env, Page, PageError, PageRequest, db, values};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Pending,
    Done,
    Dead,
}

/// One event on its way to one subscriber, as an operator sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub event_id: Uuid,
    pub name: String,
    pub subscriber: String,
    pub state: DeliveryState,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub occurred_at: OffsetDateTime,
    pub next_attempt_at: OffsetDateTime,
}

/// How far deliveries are behind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lag {
    pub waiting: i64,
    pub dead: i64,
    pub oldest_seconds: i64,
}

#[derive(FromQueryResult)]
struct Row {
    event_id: Uuid,
    name: String,
    subscriber: String,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    occurred_at: OffsetDateTime,
    next_attempt_at: OffsetDateTime,
}

#[derive(FromQueryResult)]
struct LagRow {
    waiting: i64,
    dead: i64,
    oldest: Option<OffsetDateTime>,
}

impl Delivery {
    /// Newest events first; `dead_only` for what waits for an operator.
    pub async fn list(
        env: &Env,
        dead_only: bool,
        page: &PageRequest,
    ) -> Result<Result<Page<Self>, PageError>, db::Error> {
        let after: Option<(Uuid, String)> = match page.after() {
            Ok(after) => after,
            Err(error) => return Ok(Err(error)),
        };
        let (id, subscriber) = after.map_or((None, None), |(id, s)| (Some(id), Some(s)));
        let rows: Vec<Row> = db::rows(
            env.pool.reads(),
            "SELECT d.event_id, e.name, d.subscriber, d.state, d.attempts, d.last_error, e.occurred_at, d.next_attempt_at \
             FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id \
             WHERE ($1 = false OR d.state = 'dead') AND ($2::uuid IS NULL OR (d.event_id, d.subscriber) < ($2, $3)) \
             ORDER BY d.event_id DESC, d.subscriber DESC LIMIT $4",
            values![dead_only, id, subscriber, page.fetch()],
        )
        .await?;
        let items = rows.into_iter().map(Self::from).collect();
        Ok(Ok(Page::from_rows(items, page, |d: &Self| {
            (d.event_id, d.subscriber.clone())
        })))
    }

    /// Puts a dead delivery back in line; `false` if it is not dead.
    pub async fn retry(env: &Env, event_id: Uuid, subscriber: &str) -> Result<bool, db::Error> {
        let changed = db::exec(
            env.pool.reads(),
            "UPDATE outbox_delivery SET state = 'pending', attempts = 0, next_attempt_at = $3, lease_until = NULL \
             WHERE event_id = $1 AND subscriber = $2 AND state = 'dead'",
            values![event_id, subscriber, env.now()],
        )
        .await?;
        if changed == 1 {
            env.pool.published().notify_one();
        }
        Ok(changed == 1)
    }

    /// Removes what was delivered long ago, in small steps.
    pub async fn purge(env: &Env, older_than: Duration) -> Result<u64, db::Error> {
        db::exec(
            env.pool.reads(),
            "WITH old AS (SELECT e.id FROM outbox_event e WHERE e.fanned_out_at IS NOT NULL AND e.occurred_at < $1 \
                          AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.event_id = e.id AND d.state <> 'done') \
                          ORDER BY e.id LIMIT 1000), \
                  gone AS (DELETE FROM outbox_delivery d USING old WHERE d.event_id = old.id) \
             DELETE FROM outbox_event e USING old WHERE e.id = old.id",
            values![env.now() - older_than],
        )
        .await
    }
}

impl Lag {
    pub async fn read(env: &Env) -> Result<Self, db::Error> {
        let row: LagRow = db::one(
            env.pool.reads(),
            "SELECT (SELECT count(*) FROM outbox_event WHERE fanned_out_at IS NULL) \
                    + count(*) FILTER (WHERE d.state = 'pending') AS waiting, \
                    count(*) FILTER (WHERE d.state = 'dead') AS dead, \
                    least(min(d.next_attempt_at) FILTER (WHERE d.state = 'pending'), \
                          (SELECT min(occurred_at) FROM outbox_event WHERE fanned_out_at IS NULL)) AS oldest \
             FROM outbox_delivery d WHERE d.state IN ('pending', 'dead')",
            values![],
        )
        .await?;
        let oldest_seconds = row
            .oldest
            .map_or(0, |oldest| (env.now() - oldest).whole_seconds().max(0));
        Ok(Self {
            waiting: row.waiting,
            dead: row.dead,
            oldest_seconds,
        })
    }
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            event_id: row.event_id,
            name: row.name,
            subscriber: row.subscriber,
            state: match row.state.as_str() {
                "done" => DeliveryState::Done,
                "dead" => DeliveryState::Dead,
                _ => DeliveryState::Pending,
            },
            attempts: row.attempts,
            last_error: row.last_error,
            occurred_at: row.occurred_at,
            next_attempt_at: row.next_attempt_at,
        }
    }
}

//! Events of a module that runs in another process, read by cursor into the usual inbox.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Envelope;
use crate::{Env, Subscription, db, values};

const BATCH: i64 = 200;

/// A place in a module's events: the writing transaction, then the event. Sequence order is
/// not commit order, so only transactions that every reader can already see are given out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub transaction: i64,
    pub event: Uuid,
}

#[derive(FromQueryResult)]
struct Row {
    transaction: i64,
    id: Uuid,
    name: String,
    aggregate_id: Uuid,
    aggregate_version: i64,
    payload: serde_json::Value,
    occurred_at: OffsetDateTime,
}

/// The publisher's side: events after the position, oldest first, bounded.
pub async fn pull(env: &Env, after: &Position) -> Result<Vec<(Position, Envelope)>, db::Error> {
    let rows: Vec<Row> = db::rows(
        env.pool.reads(),
        "SELECT transaction_id AS transaction, id, name, aggregate_id, aggregate_version, payload, occurred_at \
         FROM outbox_event \
         WHERE (transaction_id, id) > ($1, $2) \
           AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
         ORDER BY transaction_id, id LIMIT $3",
        values![after.transaction, after.event, BATCH],
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let envelope = Envelope {
                id: row.id,
                name: row.name,
                aggregate_id: row.aggregate_id,
                aggregate_version: row.aggregate_version,
                occurred_at: row.occurred_at,
                payload: row.payload,
            };
            (
                Position {
                    transaction: row.transaction,
                    event: row.id,
                },
                envelope,
            )
        })
        .collect())
}

type Pulled = Pin<Box<dyn Future<Output = Result<Vec<(Position, Envelope)>, String>> + Send>>;
/// Where events come from: the other process.
pub type Source = Arc<dyn Fn(Position) -> Pulled + Send + Sync>;

/// The subscriber's side: one cursor per consumer, kept in the consumer's schema.
pub struct Puller {
    env: Env,
    subscription: Subscription,
    source: Source,
}

#[derive(FromQueryResult)]
struct Cursor {
    transaction_id: i64,
    event_id: Uuid,
}

impl Puller {
    pub fn new(env: Env, subscription: Subscription, source: Source) -> Self {
        Self {
            env,
            subscription,
            source,
        }
    }

    /// Takes one batch; the cursor moves past an event only after its reaction succeeded.
    pub async fn tick(&self) -> Result<usize, String> {
        let cursor: Option<Cursor> = db::optional(
            self.env.pool.reads(),
            "SELECT transaction_id, event_id FROM outbox_cursor WHERE consumer = $1",
            values![self.subscription.consumer],
        )
        .await
        .map_err(|e| e.to_string())?;
        let after = cursor.map_or_else(Position::default, |c| Position {
            transaction: c.transaction_id,
            event: c.event_id,
        });
        let batch = (self.source)(after).await?;
        let count = batch.len();
        for (position, envelope) in batch {
            if self.subscription.events.contains(&envelope.name.as_str()) {
                (self.subscription.handler)(envelope).await?;
            }
            self.keep(&position).await.map_err(|e| e.to_string())?;
        }
        Ok(count)
    }

    async fn keep(&self, position: &Position) -> Result<(), db::Error> {
        db::exec(
            self.env.pool.reads(),
            "INSERT INTO outbox_cursor (consumer, transaction_id, event_id) VALUES ($1, $2, $3) \
             ON CONFLICT (consumer) DO UPDATE SET transaction_id = excluded.transaction_id, event_id = excluded.event_id",
            values![self.subscription.consumer, position.transaction, position.event],
        )
        .await
        .map(|_| ())
    }

    pub async fn run_until(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.tick().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(
                    consumer = self.subscription.consumer,
                    error,
                    "events could not be pulled; trying again"
                ),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }
}

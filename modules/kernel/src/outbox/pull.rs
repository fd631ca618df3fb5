use std::{sync::Arc, time::Duration};

use sea_orm::EntityTrait;
use tokio_util::sync::CancellationToken;

use super::{Envelope, Outbox, OutboxError, Position};
use crate::{
    Actor, Env, Runtime,
    db::{self, Find},
    entities::outbox_cursor,
    values,
};

/// Brings the events of a module in another process into the outbox of one that hears them.
/// From there its own relay delivers them like any others: each to each subscriber, with tries,
/// and dead in the end.
#[derive(Clone)]
pub struct Puller {
    env: Env,
    reader: &'static str,
    source: &'static str,
    events: Vec<&'static str>,
    outbox: Arc<dyn Outbox>,
}

/// What one transaction keeps.
#[derive(Clone)]
struct Batch {
    source: &'static str,
    events: Vec<Envelope>,
    end: Position,
}

impl Puller {
    /// Absent if the module hears nothing of that source.
    pub fn new(runtime: &Runtime, source: &'static str, outbox: Arc<dyn Outbox>) -> Option<Self> {
        let heard = runtime.subscriptions.iter().filter(|s| s.source == source);
        let events: Vec<_> = heard.flat_map(|s| s.events).copied().collect();
        (!events.is_empty()).then(|| Self {
            env: runtime.env.clone(),
            reader: runtime.name,
            source,
            events,
            outbox,
        })
    }

    /// Takes one batch and tells how many events were in it.
    pub async fn tick(&self) -> Result<usize, OutboxError> {
        let after = self.position().await?;
        let mut found = self.outbox.read(&Actor::system(self.reader), after).await?;
        let Some(end) = found.last().map(|(position, _)| position.clone()) else {
            return Ok(0);
        };
        let count = found.len();
        found.retain(|(_, envelope)| self.events.contains(&envelope.name.as_str()));
        let batch = Batch {
            source: self.source,
            events: found.into_iter().map(|(_, envelope)| envelope).collect(),
            end,
        };
        self.env
            .pool
            .transaction(batch, |tx, batch| Box::pin(batch.keep(tx)))
            .await?;
        Ok(count)
    }

    async fn position(&self) -> Result<Position, OutboxError> {
        let cursor = outbox_cursor::Entity::find_by_id(self.source);
        let cursor = cursor.row(self.env.pool.read()).await?;
        Ok(cursor.map_or_else(Position::default, |c| Position {
            transaction: c.transaction_id,
            event: c.event_id,
        }))
    }

    /// Pulls until told to stop; looks once a second.
    pub async fn run_until(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.tick().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(
                    module = self.reader,
                    source = self.source,
                    ?error,
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

impl Batch {
    /// The events and the place after them, both or neither. What is there already, by another
    /// replica or by a cursor that began anew, stays as it is.
    async fn keep(self, tx: &db::Tx) -> Result<(), OutboxError> {
        if !self.events.is_empty() {
            db::exec(
                &**tx,
                include_str!("../sql/pull_events.sql"),
                values![db::recordset(&self.events)?, self.source],
            )
            .await?;
            tx.mark_published();
        }
        db::exec(
            &**tx,
            include_str!("../sql/pull_advance.sql"),
            values![self.source, self.end.transaction, self.end.event],
        )
        .await?;
        Ok(())
    }
}

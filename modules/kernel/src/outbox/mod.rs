//! Events: written in the business transaction, delivered at least once to each subscriber.
//!
//! `outbox_event` holds what happened; `outbox_delivery`, made by the relay, has one row per
//! event and subscriber, so that one broken listener delays nobody.
//! What a module hears of one in another process is pulled into its own `outbox_event` first.

mod api;
mod local;
mod pull;
mod relay;
mod retention;

use sea_orm::{EntityTrait, Set};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

pub use api::{
    Delivery, DeliveryState, HttpOutbox, Lag, MANAGE_EVENTS, Outbox, OutboxError, Position,
    dispatch_outbox,
};
pub use local::LocalOutbox;
pub use pull::Puller;
pub use relay::{Pace, Relay};
pub use retention::purge;

use crate::{
    Env,
    db::{self, Change},
    entities::outbox_event,
    values,
};

/// To be run in each schema that was restored into another cluster.
pub const AFTER_RESTORE: &str = include_str!("../../sql/restored.sql");

/// A fact that a module publishes. Additive only within a version; ids and numbers, never
/// personal data or a secret.
pub trait Event: Serialize + DeserializeOwned {
    /// `<module>.<what happened>.v<n>`.
    const NAME: &'static str;
    fn aggregate_id(&self) -> Uuid;
    /// The aggregate's version after the change; starts at 1.
    fn aggregate_version(&self) -> i64;
}

/// Makes a type an event: which of its fields is the id of what it tells of, and its name. Its
/// `version` is that one's.
#[macro_export]
macro_rules! event {
    ($type:ty, $id:ident, $name:literal) => {
        impl $crate::outbox::Event for $type {
            const NAME: &'static str = $name;

            fn aggregate_id(&self) -> $crate::__private::uuid::Uuid {
                self.$id.0
            }

            fn aggregate_version(&self) -> i64 {
                self.version
            }
        }
    };
}

crate::recordset! {
    /// An event as it is written and delivered.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Envelope {
        pub id: Uuid,
        pub name: String,
        pub aggregate_id: Uuid,
        pub aggregate_version: i64,
        #[serde(with = "time::serde::rfc3339")]
        pub occurred_at: OffsetDateTime,
        pub payload: serde_json::Value,
    }
}

/// The payload is not what its name says.
#[derive(Debug, thiserror::Error)]
#[error("event {id} ({name}) cannot be read: {reason}")]
pub struct DecodeError {
    id: Uuid,
    name: String,
    reason: String,
}

impl Envelope {
    pub fn is<E: Event>(&self) -> bool {
        self.name == E::NAME
    }

    pub fn decode<E: Event>(&self) -> Result<E, DecodeError> {
        serde_json::from_value(self.payload.clone()).map_err(|error| DecodeError {
            id: self.id,
            name: self.name.clone(),
            reason: error.to_string(),
        })
    }
}

/// Writes the event in the transaction of the change that it tells of.
pub async fn publish<E: Event>(tx: &db::Tx, env: &Env, event: &E) -> Result<Uuid, db::Error> {
    let Envelope {
        id,
        name,
        aggregate_id,
        aggregate_version,
        occurred_at,
        payload,
    } = record(env, event)?;
    let row = outbox_event::ActiveModel {
        id: Set(id),
        name: Set(name),
        aggregate_id: Set(aggregate_id),
        aggregate_version: Set(aggregate_version),
        payload: Set(payload),
        occurred_at: Set(occurred_at),
        ..Default::default()
    };
    outbox_event::Entity::insert(row).run(&**tx).await?;
    tx.mark_published();
    Ok(id)
}

/// For a statement that writes the events of several changes beside them (see [`db::recordset`]).
pub fn record<E: Event>(env: &Env, event: &E) -> Result<Envelope, db::Error> {
    Ok(Envelope {
        id: env.uuid(),
        name: E::NAME.to_owned(),
        aggregate_id: event.aggregate_id(),
        aggregate_version: event.aggregate_version(),
        occurred_at: env.now(),
        payload: payload(event)?,
    })
}

/// Writes events in the transaction of the changes that they tell of.
pub async fn publish_all<E: Event>(tx: &db::Tx, env: &Env, events: &[E]) -> Result<(), db::Error> {
    if events.is_empty() {
        return Ok(());
    }
    write(tx, env, events).await
}

/// Writes the event, if there is one. Of none the database is asked as often: whoever must not learn
/// whether there was one cannot tell by the time.
pub async fn publish_if_any<E: Event>(
    tx: &db::Tx,
    env: &Env,
    event: Option<E>,
) -> Result<(), db::Error> {
    write(tx, env, event.as_slice()).await
}

async fn write<E: Event>(tx: &db::Tx, env: &Env, events: &[E]) -> Result<(), db::Error> {
    let records: Result<Vec<_>, _> = events.iter().map(|event| record(env, event)).collect();
    db::exec(
        &**tx,
        include_str!("../sql/publish_all.sql"),
        values![db::recordset(&records?)?],
    )
    .await?;
    if !events.is_empty() {
        tx.mark_published();
    }
    Ok(())
}

fn payload(event: &impl Event) -> Result<serde_json::Value, db::Error> {
    serde_json::to_value(event).map_err(|error| db::Error::unreadable(&error))
}

#[cfg(test)]
mod tests {
    use feira_testkit::reads;

    use super::*;
    use crate::db::Recordset;

    #[test]
    fn events_are_the_rows_that_the_statements_read() {
        reads(include_str!("../sql/publish_all.sql"), 1, Envelope::FIELDS);
        reads(include_str!("../sql/pull_events.sql"), 1, Envelope::FIELDS);
    }
}

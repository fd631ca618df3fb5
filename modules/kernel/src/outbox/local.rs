use std::sync::{Mutex, PoisonError};

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    Delivery, DeliveryState, Envelope, Lag, MANAGE_EVENTS, OutboxError, Position, retention,
};
use crate::{
    Actor, Env, IdempotencyKey, Page, PageRequest, audit,
    db::{self, Change, Direction},
    entities::{
        outbox_delivery::{self, Column},
        outbox_event,
    },
    idempotency,
    jobs::Job,
    values,
};

/// Events that a reader is given at once.
const BATCH: i64 = 200;

/// A job is late when it has been due so long; a process that has just started may take as long.
const LATE: Duration = Duration::minutes(5);

/// The outbox of a module of this process.
pub struct LocalOutbox {
    env: Env,
    jobs: Vec<(String, Duration)>,
    /// Since when the jobs could have been run; moved back with a clock that goes back.
    since: Mutex<OffsetDateTime>,
}

#[derive(FromQueryResult)]
struct DeliveryRow {
    event_id: Uuid,
    name: String,
    subscriber: String,
    state: DeliveryState,
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
    late_jobs: i64,
}

#[derive(FromQueryResult)]
struct EventRow {
    transaction: i64,
    id: Uuid,
    name: String,
    aggregate_id: Uuid,
    aggregate_version: i64,
    payload: serde_json::Value,
    occurred_at: OffsetDateTime,
}

impl LocalOutbox {
    pub fn new(env: Env) -> Self {
        Self {
            since: Mutex::new(env.now()),
            jobs: Vec::new(),
            env,
        }
    }

    /// Knows of these jobs too, for whoever asks whether the module is behind.
    pub fn with_jobs(mut self, jobs: &[Job]) -> Self {
        self.jobs = jobs
            .iter()
            .map(|job| (job.name.to_owned(), job.every))
            .collect();
        self
    }

    fn since(&self, now: OffsetDateTime) -> OffsetDateTime {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = now.min(*since);
        *since
    }
}

impl LocalOutbox {
    pub(crate) async fn lag(&self, actor: &Actor) -> Result<Lag, OutboxError> {
        if !actor.is_system(&["gateway"]) {
            operator(actor)?;
        }
        let now = self.env.now();
        let names: Vec<String> = self.jobs.iter().map(|(name, _)| name.clone()).collect();
        let latest = self.jobs.iter().map(|(_, every)| now + *every + LATE);
        let latest: Vec<OffsetDateTime> = latest.collect();
        let row: LagRow = db::one(
            self.env.pool.read(),
            include_str!("../sql/outbox_lag.sql"),
            values![names, now - LATE, self.since(now), latest],
        )
        .await?;
        Ok(Lag {
            waiting: row.waiting,
            dead: row.dead,
            oldest_seconds: row
                .oldest
                .map_or(0, |oldest| (now - oldest).whole_seconds().max(0)),
            late_jobs: row.late_jobs,
        })
    }

    pub(crate) async fn deliveries(
        &self,
        actor: &Actor,
        dead_only: bool,
        page: PageRequest,
    ) -> Result<Page<Delivery>, OutboxError> {
        operator(actor)?;
        let mut wanted = outbox_delivery::Entity::find();
        if dead_only {
            wanted = wanted.filter(db::is(Column::State, DeliveryState::Dead));
        }
        let wanted = wanted
            .inner_join(outbox_event::Entity)
            .column(outbox_event::Column::Name)
            .column(outbox_event::Column::OccurredAt);
        let order = [Column::EventId, Column::Subscriber];
        let newest = (&order[..], Direction::Descending);
        let key = |row: &DeliveryRow| (row.event_id, row.subscriber.clone());
        let db = self.env.pool.search();
        let rows = db::page_as::<_, _, _, OutboxError>(db, wanted, newest, &page, key).await?;
        Ok(rows.map(Delivery::from))
    }

    pub(crate) async fn retry(
        &self,
        actor: &Actor,
        event: Uuid,
        subscriber: String,
        key: Option<IdempotencyKey>,
    ) -> Result<(), OutboxError> {
        operator(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.env.clone(), actor.clone(), subscriber, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (env, who, subscriber, keyed)| {
                Box::pin(async move {
                    let done = idempotency::first(tx, &env, keyed.as_ref(), &event).await?;
                    if done.is_some() {
                        return Ok(());
                    }
                    let details = json!({"subscriber": subscriber});
                    if !retry_dead(tx, event, &subscriber, env.now()).await? {
                        return Err(OutboxError::NotDead);
                    }
                    let act = audit::EVENT_RETRIED;
                    audit::record(tx, &env, &who, act, event, details).await?;
                    Ok(())
                })
            })
            .await
    }

    pub(crate) async fn read(
        &self,
        actor: &Actor,
        after: Position,
    ) -> Result<Vec<(Position, Envelope)>, OutboxError> {
        let Actor::System { module, .. } = actor else {
            return Err(OutboxError::Forbidden);
        };
        retention::remember(&self.env, module, &after).await?;
        let rows: Vec<EventRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/events_after.sql"),
            values![after.transaction, after.event, BATCH],
        )
        .await?;
        Ok(rows.into_iter().map(EventRow::placed).collect())
    }
}

/// Begins a dead delivery anew; `false` if it is not dead.
async fn retry_dead(
    tx: &db::Tx,
    event: Uuid,
    subscriber: &str,
    now: OffsetDateTime,
) -> Result<bool, db::Error> {
    let retried = outbox_delivery::Entity::update_many()
        .set(outbox_delivery::ActiveModel {
            state: Set(DeliveryState::Pending),
            attempts: Set(0),
            next_attempt_at: Set(now),
            lease_until: Set(None),
            ..Default::default()
        })
        .filter(Column::EventId.eq(event))
        .filter(Column::Subscriber.eq(subscriber))
        .filter(Column::State.eq(DeliveryState::Dead));
    Ok(retried.run(&**tx).await? == 1)
}

fn operator(actor: &Actor) -> Result<(), OutboxError> {
    let may = actor.is_operator(MANAGE_EVENTS);
    may.then_some(()).ok_or(OutboxError::Forbidden)
}

impl EventRow {
    fn placed(self) -> (Position, Envelope) {
        let position = Position {
            transaction: self.transaction,
            event: self.id,
        };
        let envelope = Envelope {
            id: self.id,
            name: self.name,
            aggregate_id: self.aggregate_id,
            aggregate_version: self.aggregate_version,
            occurred_at: self.occurred_at,
            payload: self.payload,
        };
        (position, envelope)
    }
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            event_id: row.event_id,
            name: row.name,
            subscriber: row.subscriber,
            state: row.state,
            attempts: row.attempts,
            last_error: row.last_error,
            occurred_at: row.occurred_at,
            next_attempt_at: row.next_attempt_at,
        }
    }
}

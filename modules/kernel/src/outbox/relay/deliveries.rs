//! The rows of deliveries: made, claimed, and marked as delivered or failed. The marks need not reach the
//! disk: what is lost is done again.

use sea_orm::FromQueryResult;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{BATCH, LONGEST_RETRY, MAX_ATTEMPTS, Relay};
use crate::{db, outbox::DeliveryState, values};

#[derive(FromQueryResult)]
pub(super) struct Claimed {
    pub(super) event_id: Uuid,
    pub(super) subscriber: String,
    pub(super) attempts: i32,
    pub(super) name: String,
    pub(super) aggregate_id: Uuid,
    pub(super) aggregate_version: i64,
    pub(super) payload: serde_json::Value,
    pub(super) occurred_at: OffsetDateTime,
}

/// What became of a claimed delivery.
pub(super) enum Outcome {
    Taken,
    Failed(String),
    /// The lease ended before its turn came.
    NotReached,
}

/// What came of new events.
#[derive(Default)]
pub(super) struct Fresh {
    pub(super) events: usize,
    pub(super) claimed: Vec<Claimed>,
    /// Some deliveries wait for a subscriber that is busy.
    pub(super) left: bool,
}

/// A new event with one of its deliveries, if anybody listens.
#[derive(FromQueryResult)]
struct FreshRow {
    event_id: Uuid,
    subscriber: Option<String>,
    attempts: Option<i32>,
    name: String,
    aggregate_id: Uuid,
    aggregate_version: i64,
    payload: serde_json::Value,
    occurred_at: OffsetDateTime,
}

/// Deliveries as columns, each with the number of the attempt that it was claimed for: one who
/// outlived a lease finds another number and changes nothing.
#[derive(Default)]
struct Keys {
    events: Vec<Uuid>,
    subscribers: Vec<String>,
    attempts: Vec<i32>,
}

impl Keys {
    fn push(&mut self, delivery: Claimed) {
        self.events.push(delivery.event_id);
        self.subscribers.push(delivery.subscriber);
        self.attempts.push(delivery.attempts);
    }
}

crate::recordset! {
    /// A row of `mark_failed.sql`.
    #[derive(Serialize)]
    struct FailureRow {
        event: Uuid,
        subscriber: String,
        attempts: i32,
        state: DeliveryState,
        #[serde(with = "time::serde::rfc3339")]
        next_attempt_at: OffsetDateTime,
        error: String,
    }
}

impl FreshRow {
    fn claimed(self) -> Option<Claimed> {
        Some(Claimed {
            event_id: self.event_id,
            subscriber: self.subscriber?,
            attempts: self.attempts?,
            name: self.name,
            aggregate_id: self.aggregate_id,
            aggregate_version: self.aggregate_version,
            payload: self.payload,
            occurred_at: self.occurred_at,
        })
    }
}

impl Relay {
    /// Makes the delivery rows of new events. Those of idle subscribers are claimed with it.
    pub(super) async fn take_fresh(&self, idle: impl Fn(&str) -> bool) -> Result<Fresh, db::Error> {
        let mut columns: (Vec<String>, Vec<String>, Vec<bool>) = Default::default();
        for subscription in self.subscriptions.iter() {
            for name in subscription.events {
                columns.0.push(subscription.consumer.to_owned());
                columns.1.push((*name).to_owned());
                columns.2.push(idle(subscription.consumer));
            }
        }
        let (subscribers, names, idle) = columns;
        let rows: Vec<FreshRow> = db::rows(
            self.env.pool.write(),
            include_str!("../../sql/take_fresh.sql"),
            values![
                subscribers,
                names,
                idle,
                self.env.now(),
                self.pace.lease.as_secs_f64(),
                BATCH as i64
            ],
        )
        .await?;
        let mut fresh = Fresh::default();
        let mut last = None;
        for row in rows {
            fresh.events += usize::from(last.replace(row.event_id) != Some(row.event_id));
            match row.claimed() {
                Some(claimed) if claimed.attempts > 0 => fresh.claimed.push(claimed),
                Some(_) => fresh.left = true,
                None => {}
            }
        }
        Ok(fresh)
    }

    /// Takes deliveries that are due for the wanted subscribers.
    pub(super) async fn claim(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Claimed>, db::Error> {
        let consumers: Vec<String> = self
            .subscriptions
            .iter()
            .map(|s| s.consumer.to_owned())
            .filter(|consumer| wanted(consumer))
            .collect();
        if consumers.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.env.now();
        db::rows(
            self.env.pool.write(),
            include_str!("../../sql/claim_deliveries.sql"),
            values![
                consumers,
                now,
                self.pace.lease.as_secs_f64(),
                BATCH as i64,
                now + LONGEST_RETRY
            ],
        )
        .await
    }

    /// Writes down what became of claimed deliveries; successes first, so that no failure to
    /// write the others costs them.
    pub(super) async fn settle(&self, outcomes: Vec<(Claimed, Outcome)>) -> Result<(), db::Error> {
        let (mut done, mut back, mut failed) = (Keys::default(), Keys::default(), Vec::new());
        for (delivery, outcome) in outcomes {
            match outcome {
                Outcome::Taken => done.push(delivery),
                Outcome::NotReached => back.push(delivery),
                Outcome::Failed(error) => failed.push((delivery, error)),
            }
        }
        self.done(done).await?;
        self.give_back(back).await?;
        self.failed(failed).await
    }

    async fn done(&self, keys: Keys) -> Result<(), db::Error> {
        if keys.events.is_empty() {
            return Ok(());
        }
        db::exec(
            self.env.pool.write(),
            include_str!("../../sql/mark_delivered.sql"),
            values![
                keys.events,
                keys.subscribers,
                keys.attempts,
                self.env.now(),
                DeliveryState::Pending
            ],
        )
        .await
        .map(|_| ())
    }

    /// What was not tried costs no try, or a slow subscriber's deliveries would die of waiting.
    async fn give_back(&self, keys: Keys) -> Result<(), db::Error> {
        if keys.events.is_empty() {
            return Ok(());
        }
        db::exec(
            self.env.pool.write(),
            include_str!("../../sql/give_deliveries_back.sql"),
            values![
                keys.events,
                keys.subscribers,
                keys.attempts,
                DeliveryState::Pending
            ],
        )
        .await
        .map(|_| ())
    }

    async fn failed(&self, failed: Vec<(Claimed, String)>) -> Result<(), db::Error> {
        if failed.is_empty() {
            return Ok(());
        }
        let marks = failed.into_iter();
        let marks: Vec<FailureRow> = marks
            .map(|(delivery, error)| self.failure(delivery, error))
            .collect();
        db::exec(
            self.env.pool.write(),
            include_str!("../../sql/mark_failed.sql"),
            values![db::recordset(&marks)?, DeliveryState::Pending],
        )
        .await
        .map(drop)
    }

    /// Logs it, and says when it is tried again.
    fn failure(&self, delivery: Claimed, error: String) -> FailureRow {
        let dead = delivery.attempts >= MAX_ATTEMPTS;
        tracing::warn!(
            module = self.module, event = %delivery.event_id, name = delivery.name, subscriber = delivery.subscriber,
            attempts = delivery.attempts, dead, error, "an event was not taken"
        );
        // 1 s doubling to about 34 minutes, with up to half of it again as jitter.
        let seconds = 1_i64 << (delivery.attempts.clamp(1, 12) - 1);
        let jitter = self
            .env
            .entropy
            .below(u64::try_from(seconds * 500).unwrap_or(1) + 1);
        let next = self.env.now()
            + time::Duration::seconds(seconds)
            + time::Duration::milliseconds(i64::try_from(jitter).unwrap_or(0));
        FailureRow {
            event: delivery.event_id,
            subscriber: delivery.subscriber,
            attempts: delivery.attempts,
            state: match dead {
                true => DeliveryState::Dead,
                false => DeliveryState::Pending,
            },
            next_attempt_at: next,
            // PostgreSQL keeps no NUL.
            error: error.replace('\0', ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Recordset;

    #[test]
    fn a_row_has_what_the_statement_reads() {
        feira_testkit::reads(
            include_str!("../../sql/mark_failed.sql"),
            1,
            FailureRow::FIELDS,
        );
    }
}

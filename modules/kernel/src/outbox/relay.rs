use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use futures::{FutureExt, StreamExt, future, stream};
use sea_orm::FromQueryResult;
use time::OffsetDateTime;
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Envelope;
use crate::{Env, Subscription, db, values};

/// Tries before a delivery is dead and waits for an operator.
pub(super) const MAX_ATTEMPTS: i32 = 12;
const LEASE_SECONDS: f64 = 30.0;
const BATCH: i64 = 128;
/// Reactions of one subscriber at once.
const CONCURRENCY: usize = 4;

/// Delivers one module's events to its subscribers. Several replicas may run.
#[derive(Clone)]
pub struct Relay {
    env: Env,
    module: &'static str,
    subscriptions: Arc<Vec<Subscription>>,
}

#[derive(FromQueryResult)]
struct Claimed {
    event_id: Uuid,
    subscriber: String,
    attempts: i32,
    name: String,
    aggregate_id: Uuid,
    aggregate_version: i64,
    payload: serde_json::Value,
    occurred_at: OffsetDateTime,
}

impl Relay {
    pub fn new(env: Env, module: &'static str, subscriptions: Vec<Subscription>) -> Self {
        Self {
            env,
            module,
            subscriptions: Arc::new(subscriptions),
        }
    }

    /// Makes delivery rows, delivers what is due, and tells how much was done.
    pub async fn tick(&self) -> Result<usize, db::Error> {
        let fanned = self.fan_out().await?;
        let claimed = self.claim(|_| true).await?;
        let count = claimed.len();
        let batches = by_subscriber(claimed).into_values();
        future::try_join_all(batches.map(|batch| self.work_off(batch))).await?;
        Ok(fanned + count)
    }

    /// Delivers until told to stop; woken at commit, and looks every second besides, because
    /// another replica may have published. A subscriber is given more when it is through with
    /// what it has; nobody else waits for it.
    pub async fn run_until(&self, stop: CancellationToken) {
        let published = self.env.pool.published();
        let mut tasks = JoinSet::new();
        let mut busy: HashMap<Id, String> = HashMap::new();
        while !stop.is_cancelled() {
            match self.hand_out(&mut tasks, &mut busy).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => self.delayed(&error),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = published.notified() => {}
                Some(ended) = tasks.join_next_with_id() => {
                    let id = ended.map_or_else(|failed| failed.id(), |(id, ())| id);
                    busy.remove(&id);
                }
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Starts a task for each idle subscriber that has deliveries due.
    async fn hand_out(
        &self,
        tasks: &mut JoinSet<()>,
        busy: &mut HashMap<Id, String>,
    ) -> Result<usize, db::Error> {
        let fanned = self.fan_out().await?;
        let claimed = self
            .claim(|consumer| busy.values().all(|name| name != consumer))
            .await?;
        let count = claimed.len();
        for (subscriber, batch) in by_subscriber(claimed) {
            let relay = self.clone();
            let task = tasks.spawn(async move {
                if let Err(error) = relay.work_off(batch).await {
                    relay.delayed(&error);
                }
            });
            busy.insert(task.id(), subscriber);
        }
        Ok(fanned + count)
    }

    fn delayed(&self, error: &db::Error) {
        tracing::warn!(module = self.module, %error, "events could not be delivered; trying again");
    }

    /// Delivers one subscriber's batch and writes down what became of it.
    async fn work_off(&self, batch: Vec<Claimed>) -> Result<(), db::Error> {
        let results = stream::iter(batch)
            .map(|delivery| async move {
                let result = self.deliver(&delivery).await;
                (delivery, result)
            })
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        self.settle(results).await
    }

    async fn fan_out(&self) -> Result<usize, db::Error> {
        let mut subscribers = Vec::new();
        let mut names = Vec::new();
        for subscription in self.subscriptions.iter() {
            for name in subscription.events {
                subscribers.push(subscription.consumer.to_owned());
                names.push((*name).to_owned());
            }
        }
        let count = self
            .env
            .pool
            .transaction_relaxed((subscribers, names, self.env.now()), |tx, (subscribers, names, now)| {
                Box::pin(async move {
                    db::exec(
                        &**tx,
                        "WITH fresh AS (SELECT id, name FROM outbox_event WHERE fanned_out_at IS NULL \
                                        ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED), \
                              made AS (INSERT INTO outbox_delivery (event_id, subscriber, next_attempt_at) \
                                       SELECT fresh.id, s.subscriber, $3 FROM fresh \
                                       JOIN unnest($1::text[], $2::text[]) AS s (subscriber, name) ON s.name = fresh.name \
                                       ON CONFLICT DO NOTHING) \
                         UPDATE outbox_event SET fanned_out_at = $3 FROM fresh WHERE outbox_event.id = fresh.id",
                        values![subscribers, names, now, BATCH],
                    )
                    .await
                })
            })
            .await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    async fn claim(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Claimed>, db::Error> {
        let consumers: Vec<String> = self
            .subscriptions
            .iter()
            .map(|s| s.consumer.to_owned())
            .filter(|consumer| wanted(consumer))
            .collect();
        if consumers.is_empty() {
            return Ok(Vec::new());
        }
        self.env
            .pool
            .transaction_relaxed((consumers, self.env.now()), |tx, (consumers, now)| {
                Box::pin(async move {
                    db::rows(
                        &**tx,
                        "WITH due AS (SELECT event_id, subscriber FROM outbox_delivery \
                                      WHERE state = 'pending' AND next_attempt_at <= $2 AND subscriber = ANY($1) \
                                        AND (lease_until IS NULL OR lease_until < now()) \
                                      ORDER BY next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED), \
                              taken AS (UPDATE outbox_delivery d \
                                        SET attempts = d.attempts + 1, lease_until = now() + make_interval(secs => $3) \
                                        FROM due WHERE d.event_id = due.event_id AND d.subscriber = due.subscriber \
                                          AND d.state = 'pending' \
                                        RETURNING d.event_id, d.subscriber, d.attempts) \
                         SELECT t.event_id, t.subscriber, t.attempts, e.name, e.aggregate_id, e.aggregate_version, \
                                e.payload, e.occurred_at \
                         FROM taken t JOIN outbox_event e ON e.id = t.event_id ORDER BY e.id",
                        values![consumers, now, LEASE_SECONDS, BATCH],
                    )
                    .await
                })
            })
            .await
    }

    async fn deliver(&self, delivery: &Claimed) -> Result<(), String> {
        let Some(subscription) = self
            .subscriptions
            .iter()
            .find(|s| s.consumer == delivery.subscriber)
        else {
            return Err("no such subscriber in this release".to_owned());
        };
        let envelope = Envelope {
            id: delivery.event_id,
            name: delivery.name.clone(),
            aggregate_id: delivery.aggregate_id,
            aggregate_version: delivery.aggregate_version,
            occurred_at: delivery.occurred_at,
            payload: delivery.payload.clone(),
        };
        // A panic is this subscriber's failure, not the end of the relay.
        AssertUnwindSafe(async { (subscription.handler)(envelope).await })
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err("the subscriber panicked".to_owned()))
    }

    async fn settle(&self, results: Vec<(Claimed, Result<(), String>)>) -> Result<(), db::Error> {
        let now = self.env.now();
        let mut done: (Vec<Uuid>, Vec<String>, Vec<i32>) = Default::default();
        for (delivery, result) in results {
            match result {
                Ok(()) => {
                    done.0.push(delivery.event_id);
                    done.1.push(delivery.subscriber);
                    done.2.push(delivery.attempts);
                }
                Err(error) => self.failed(&delivery, error, now).await?,
            }
        }
        if done.0.is_empty() {
            return Ok(());
        }
        self.env
            .pool
            .transaction_relaxed((done, now), |tx, ((events, subscribers, attempts), now)| {
                Box::pin(async move {
                    db::exec(
                        &**tx,
                        "UPDATE outbox_delivery d SET state = 'done', done_at = $4, lease_until = NULL, last_error = NULL \
                         FROM unnest($1::uuid[], $2::text[], $3::int[]) AS r (event_id, subscriber, attempts) \
                         WHERE d.event_id = r.event_id AND d.subscriber = r.subscriber \
                           AND d.state = 'pending' AND d.attempts = r.attempts",
                        values![events, subscribers, attempts, now],
                    )
                    .await
                })
            })
            .await
            .map(|_| ())
    }

    async fn failed(
        &self,
        delivery: &Claimed,
        error: String,
        now: OffsetDateTime,
    ) -> Result<(), db::Error> {
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
        let next = now
            + time::Duration::seconds(seconds)
            + time::Duration::milliseconds(i64::try_from(jitter).unwrap_or(0));
        db::exec(
            self.env.pool.reads(),
            "UPDATE outbox_delivery SET state = CASE WHEN $4 THEN 'dead' ELSE 'pending' END, next_attempt_at = $5, \
                    lease_until = NULL, last_error = $6 \
             WHERE event_id = $1 AND subscriber = $2 AND attempts = $3 AND state = 'pending'",
            values![delivery.event_id, delivery.subscriber.clone(), delivery.attempts, dead, next, error],
        )
        .await?;
        Ok(())
    }
}

fn by_subscriber(claimed: Vec<Claimed>) -> BTreeMap<String, Vec<Claimed>> {
    let mut batches: BTreeMap<String, Vec<Claimed>> = BTreeMap::new();
    for delivery in claimed {
        batches
            .entry(delivery.subscriber.clone())
            .or_default()
            .push(delivery);
    }
    batches
}

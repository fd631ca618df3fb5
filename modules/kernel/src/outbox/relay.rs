use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, future, stream};
use sea_orm::FromQueryResult;
use time::OffsetDateTime;
use tokio::{
    task::{Id, JoinSet},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Envelope;
use crate::{Env, Subscription, db, values};

/// Tries before a delivery is dead and waits for an operator.
pub(super) const MAX_ATTEMPTS: i32 = 12;
const LEASE: Duration = Duration::from_secs(30);
/// Small enough to be worked off within the lease.
const BATCH: usize = 32;
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

/// What came of new events.
#[derive(Default)]
struct Fresh {
    events: usize,
    claimed: Vec<Claimed>,
    /// Some deliveries wait for a subscriber that is busy.
    left: bool,
}

/// Who is at work, and what is still to be looked for.
#[derive(Default)]
struct Round {
    tasks: JoinSet<()>,
    busy: HashMap<Id, String>,
    /// Deliveries that were made before may be due.
    look: bool,
    /// A subscriber that is busy has more waiting.
    left: bool,
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
        let started = Instant::now();
        let all = |_: &str| true;
        let mut fresh = self.take_fresh(all).await?;
        fresh.claimed.extend(self.claim(all).await?);
        let count = fresh.events + fresh.claimed.len();
        let batches = by_subscriber(fresh.claimed).into_values();
        future::try_join_all(batches.map(|batch| self.work_off(batch, started))).await?;
        Ok(count)
    }

    /// Delivers until told to stop; woken at commit, and looks every second besides for what is
    /// to be tried again and for what another replica published or left. A subscriber is given
    /// more when it is through with what it has; nobody else waits for it.
    pub async fn run_until(&self, stop: CancellationToken) {
        let published = self.env.pool.published();
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = Round::default();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = published.notified() => {}
                _ = second.tick() => round.look = true,
                Some(ended) = round.tasks.join_next_with_id() => {
                    let id = ended.map_or_else(|failed| failed.id(), |(id, ())| id);
                    round.busy.remove(&id);
                    if !round.left {
                        continue;
                    }
                    round.look = true;
                }
            }
            loop {
                match self.hand_out(&mut round).await {
                    Ok(true) if !stop.is_cancelled() => {}
                    Ok(_) => break,
                    Err(error) => {
                        self.delayed(&error);
                        break;
                    }
                }
            }
        }
        while round.tasks.join_next().await.is_some() {}
    }

    /// Starts a task for each idle subscriber that has deliveries due; tells whether there may
    /// be more.
    async fn hand_out(&self, round: &mut Round) -> Result<bool, db::Error> {
        let started = Instant::now();
        let busy: Vec<&str> = round.busy.values().map(String::as_str).collect();
        let idle = |consumer: &str| !busy.contains(&consumer);
        let fresh = self.take_fresh(idle).await?;
        let mut more = fresh.events == BATCH;
        let mut claimed = fresh.claimed;
        round.left |= fresh.left;
        if round.look {
            let due = self.claim(idle).await?;
            more |= due.len() == BATCH;
            round.look = more;
            round.left = more || !busy.is_empty();
            claimed.extend(due);
        }
        for (subscriber, batch) in by_subscriber(claimed) {
            let relay = self.clone();
            let task = round.tasks.spawn(async move {
                if let Err(error) = relay.work_off(batch, started).await {
                    relay.delayed(&error);
                }
            });
            round.busy.insert(task.id(), subscriber);
        }
        Ok(more)
    }

    fn delayed(&self, error: &db::Error) {
        tracing::warn!(module = self.module, %error, "events could not be delivered; trying again");
    }

    /// Delivers one subscriber's batch and writes down what became of it. What its turn comes to
    /// after the lease is left to whoever holds it then.
    async fn work_off(&self, batch: Vec<Claimed>, started: Instant) -> Result<(), db::Error> {
        let results = stream::iter(batch)
            .map(|delivery| async move {
                if started.elapsed() >= LEASE {
                    return None;
                }
                let result = self.deliver(&delivery).await;
                Some((delivery, result))
            })
            .buffer_unordered(CONCURRENCY)
            .filter_map(future::ready)
            .collect()
            .await;
        self.settle(results).await
    }

    /// Makes the delivery rows of new events. Those of idle subscribers are claimed with it.
    /// Like all marks of the relay it need not reach the disk: what is lost is done again.
    async fn take_fresh(&self, idle: impl Fn(&str) -> bool) -> Result<Fresh, db::Error> {
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
            self.env.pool.relaxed(),
            "WITH fresh AS (SELECT id, name, aggregate_id, aggregate_version, payload, occurred_at \
                            FROM outbox_event WHERE fanned_out_at IS NULL ORDER BY id LIMIT $6 FOR UPDATE SKIP LOCKED), \
                  made AS (INSERT INTO outbox_delivery (event_id, subscriber, next_attempt_at, attempts, lease_until) \
                           SELECT fresh.id, s.subscriber, $4, s.idle::int, \
                                  CASE WHEN s.idle THEN now() + make_interval(secs => $5) END \
                           FROM fresh JOIN unnest($1::text[], $2::text[], $3::bool[]) AS s (subscriber, name, idle) \
                                ON s.name = fresh.name \
                           ON CONFLICT DO NOTHING RETURNING event_id, subscriber, attempts), \
                  marked AS (UPDATE outbox_event SET fanned_out_at = $4 FROM fresh WHERE outbox_event.id = fresh.id) \
             SELECT f.id AS event_id, m.subscriber, m.attempts, f.name, f.aggregate_id, f.aggregate_version, \
                    f.payload, f.occurred_at \
             FROM fresh f LEFT JOIN made m ON m.event_id = f.id ORDER BY f.id",
            values![subscribers, names, idle, self.env.now(), LEASE.as_secs_f64(), BATCH as i64],
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
        db::rows(
            self.env.pool.relaxed(),
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
            values![consumers, self.env.now(), LEASE.as_secs_f64(), BATCH as i64],
        )
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
        let (events, subscribers, attempts) = done;
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE outbox_delivery d SET state = 'done', done_at = $4, lease_until = NULL, last_error = NULL \
             FROM unnest($1::uuid[], $2::text[], $3::int[]) AS r (event_id, subscriber, attempts) \
             WHERE d.event_id = r.event_id AND d.subscriber = r.subscriber \
               AND d.state = 'pending' AND d.attempts = r.attempts",
            values![events, subscribers, attempts, now],
        )
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

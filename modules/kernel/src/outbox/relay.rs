use std::{
    collections::{BTreeMap, HashMap},
    mem,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, future, stream};
use tokio::{
    task::{Id, JoinSet},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use super::Envelope;
use crate::{Env, Subscription, db};

mod deliveries;

use deliveries::{Claimed, Outcome};

/// Tries before a delivery is dead and waits for an operator.
const MAX_ATTEMPTS: i32 = 12;
/// Longer than any pause before a retry, its jitter included.
const LONGEST_RETRY: time::Duration = time::Duration::minutes(52);
/// Small enough to be worked off within the lease.
const BATCH: usize = 32;
/// Reactions of one subscriber at once; what they write at the same time is written together.
const CONCURRENCY: usize = 16;

/// How long a claim holds, how often is looked for what nobody announces, and how soon after the
/// last events new ones are taken: what comes in between is taken together.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub lease: Duration,
    pub look: Duration,
    pub gather: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            look: Duration::from_secs(1),
            gather: Duration::from_millis(50),
        }
    }
}

/// Delivers the events in one module's outbox to their subscribers. Several replicas may run.
#[derive(Clone)]
pub struct Relay {
    env: Env,
    module: &'static str,
    subscriptions: Arc<Vec<Subscription>>,
    pace: Pace,
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
    /// New events were taken.
    took: bool,
}

impl Round {
    fn is_idle(&self, consumer: &str) -> bool {
        self.busy.values().all(|busy| busy != consumer)
    }
}

impl Relay {
    pub fn new(env: Env, module: &'static str, subscriptions: Vec<Subscription>) -> Self {
        Self::at_pace(env, module, subscriptions, Pace::default())
    }

    /// At another pace than the usual, for who cannot wait.
    pub fn at_pace(
        env: Env,
        module: &'static str,
        subscriptions: Vec<Subscription>,
        pace: Pace,
    ) -> Self {
        Self {
            env,
            module,
            subscriptions: Arc::new(subscriptions),
            pace,
        }
    }

    /// Makes delivery rows, delivers what is due, and tells how much was done.
    pub async fn tick(&self) -> Result<usize, db::Error> {
        let started = Instant::now();
        let all = |_: &str| true;
        let mut claimed = self.claim(all).await?;
        let fresh = self.take_fresh(all).await?;
        claimed.extend(fresh.claimed);
        let count = fresh.events + claimed.len();
        let batches = by_subscriber(claimed).into_values();
        future::try_join_all(batches.map(|batch| self.work_off(batch, started))).await?;
        Ok(count)
    }

    /// Delivers until told to stop; woken at commit, and looks every second besides for what is
    /// to be tried again and for what another replica published or left. A subscriber is given
    /// more when it is through with what it has; nobody else waits for it. The first event after
    /// a silence goes at once, and under load a statement takes many.
    pub async fn run_until(&self, stop: CancellationToken) {
        let published = self.env.pool.published();
        let (mut gathering, mut gathered) = (false, tokio::time::Instant::now());
        let mut look = tokio::time::interval(self.pace.look);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = Round::default();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = published.notified(), if !gathering => {
                    gathering = tokio::time::Instant::now() < gathered;
                    if gathering {
                        continue;
                    }
                }
                () = tokio::time::sleep_until(gathered), if gathering => {}
                _ = look.tick() => round.look = true,
                Some(ended) = round.tasks.join_next_with_id() => {
                    let id = ended.map_or_else(|failed| failed.id(), |(id, ())| id);
                    round.busy.remove(&id);
                    if !round.left {
                        continue;
                    }
                    round.look = true;
                }
            }
            gathering = false;
            // What was announced until here is seen by the statements below.
            published.notified().now_or_never();
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
            if mem::take(&mut round.took) {
                gathered = tokio::time::Instant::now() + self.pace.gather;
            }
        }
        while round.tasks.join_next().await.is_some() {}
    }

    /// Gives each idle subscriber what is due; tells whether there may be more. What was made
    /// before comes first, and is at work before the next statement can fail.
    async fn hand_out(&self, round: &mut Round) -> Result<bool, db::Error> {
        let mut more = false;
        if round.look {
            let started = Instant::now();
            let due = self.claim(|consumer| round.is_idle(consumer)).await?;
            more = due.len() == BATCH;
            round.look = more;
            round.left = more || !round.busy.is_empty();
            self.start(round, due, started);
        }
        let started = Instant::now();
        let fresh = self.take_fresh(|consumer| round.is_idle(consumer)).await?;
        more |= fresh.events == BATCH;
        round.left |= fresh.left;
        round.took |= fresh.events > 0;
        self.start(round, fresh.claimed, started);
        Ok(more)
    }

    /// Starts a task for each subscriber's part of what was claimed.
    fn start(&self, round: &mut Round, claimed: Vec<Claimed>, started: Instant) {
        for (subscriber, batch) in by_subscriber(claimed) {
            let relay = self.clone();
            let task = round.tasks.spawn(async move {
                if let Err(error) = relay.work_off(batch, started).await {
                    relay.delayed(&error);
                }
            });
            round.busy.insert(task.id(), subscriber);
        }
    }

    fn delayed(&self, error: &db::Error) {
        tracing::warn!(module = self.module, %error, "events could not be delivered; trying again");
    }

    /// Delivers one subscriber's batch and writes down what became of it. What its turn comes to
    /// after the lease is left to whoever holds it then.
    async fn work_off(&self, batch: Vec<Claimed>, started: Instant) -> Result<(), db::Error> {
        let outcomes = stream::iter(batch)
            .map(|delivery| async move {
                let outcome = match started.elapsed() < self.pace.lease {
                    true => self.deliver(&delivery).await,
                    false => Outcome::NotReached,
                };
                (delivery, outcome)
            })
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        self.settle(outcomes).await
    }

    async fn deliver(&self, delivery: &Claimed) -> Outcome {
        let Some(subscription) = self
            .subscriptions
            .iter()
            .find(|s| s.consumer == delivery.subscriber)
        else {
            return Outcome::Failed("no such subscriber in this release".to_owned());
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
        let result = AssertUnwindSafe(async { (subscription.handler)(envelope).await })
            .catch_unwind()
            .await;
        match result {
            Ok(Ok(())) => Outcome::Taken,
            Ok(Err(error)) => Outcome::Failed(error),
            Err(_) => Outcome::Failed("the subscriber panicked".to_owned()),
        }
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

use std::{collections::BTreeMap, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Env, Runtime, Subscription, db,
    jobs::{Job, Worker},
    outbox::{Delivery, Relay},
};

/// Done deliveries and their events are kept this long.
const KEEP_EVENTS: time::Duration = time::Duration::days(7);

/// Runs what modules of this process do beside answering calls: deliveries and jobs.
#[derive(Clone)]
pub struct Runner {
    relays: Vec<Relay>,
    workers: Vec<Worker>,
}

impl Runner {
    /// One relay and one worker per module; subscriptions go to their source's relay.
    pub fn new(runtimes: &[Runtime]) -> Self {
        let mut by_source: BTreeMap<&str, Vec<Subscription>> = BTreeMap::new();
        for subscription in runtimes.iter().flat_map(|r| &r.subscriptions) {
            by_source
                .entry(subscription.source)
                .or_default()
                .push(subscription.clone());
        }
        let relays = runtimes
            .iter()
            .map(|r| {
                Relay::new(
                    r.env.clone(),
                    r.name,
                    by_source.remove(r.name).unwrap_or_default(),
                )
            })
            .collect();
        let workers = runtimes
            .iter()
            .map(|r| {
                let mut jobs = r.jobs.clone();
                jobs.push(purge_job(r.env.clone()));
                Worker::new(r.env.clone(), r.name, jobs)
            })
            .collect();
        Self { relays, workers }
    }

    /// Subscriptions to modules that are not in this process: to be pulled.
    pub fn foreign(runtimes: &[Runtime]) -> Vec<(Env, Subscription)> {
        runtimes
            .iter()
            .flat_map(|r| {
                r.subscriptions
                    .iter()
                    .map(move |s| (r.env.clone(), s.clone()))
            })
            .filter(|(_, s)| runtimes.iter().all(|r| r.name != s.source))
            .collect()
    }

    /// Makes the rows of jobs; once, at start.
    pub async fn register(&self) -> Result<(), db::Error> {
        for worker in &self.workers {
            worker.register().await?;
        }
        Ok(())
    }

    /// Delivers and runs everything that is due until nothing is: how a test waits.
    pub async fn settle(&self) -> Result<(), db::Error> {
        loop {
            let mut done = 0;
            for relay in &self.relays {
                done += relay.tick().await?;
            }
            if done > 0 {
                continue;
            }
            for worker in &self.workers {
                done += worker.tick().await?;
            }
            if done == 0 {
                return Ok(());
            }
        }
    }

    /// Runs until told to stop; what was claimed is finished first.
    pub async fn run_until(&self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        for relay in &self.relays {
            let (relay, stop) = (relay.clone(), stop.clone());
            tasks.spawn(async move { relay.run_until(stop).await });
        }
        for worker in &self.workers {
            let (worker, stop) = (worker.clone(), stop.clone());
            tasks.spawn(async move { worker.run_until(stop).await });
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended
                && !stop.is_cancelled()
            {
                tracing::error!(%error, "a background task ended early");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn purge_job(env: Env) -> Job {
    Job::new("outbox.purge", time::Duration::hours(1), move || {
        let env = env.clone();
        async move { Delivery::purge(&env, KEEP_EVENTS).await.map(|_| ()) }
    })
}

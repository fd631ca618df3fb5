use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Runtime, Subscription, db,
    jobs::Worker,
    outbox::{Outbox, OutboxError, Puller, Relay},
};

/// The pause before a crashed task is restarted; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs the background work of this process: deliveries and jobs.
#[derive(Clone)]
pub struct Runner {
    pullers: Vec<Puller>,
    relays: Vec<Relay>,
    workers: Vec<Worker>,
}

impl Runner {
    /// For modules that subscribe only to modules of this process.
    pub fn new(runtimes: &[Runtime]) -> Self {
        Self::with_remote(runtimes, &[])
    }

    /// One relay and one worker per module, and a puller for each module in another process
    /// that it hears; subscriptions go to their source's relay.
    pub fn with_remote(runtimes: &[Runtime], remote: &[(&'static str, Arc<dyn Outbox>)]) -> Self {
        let pullers = runtimes.iter().flat_map(|runtime| {
            let from = |(source, outbox): &(&'static str, Arc<dyn Outbox>)| {
                Puller::new(runtime, source, outbox.clone())
            };
            remote.iter().filter_map(from)
        });
        let relays = runtimes
            .iter()
            .map(|r| Relay::new(r.env.clone(), r.name, subscriptions(r, runtimes)));
        let workers = runtimes
            .iter()
            .map(|r| Worker::new(r.env.clone(), r.name, r.all_jobs()));
        Self {
            pullers: pullers.collect(),
            relays: relays.collect(),
            workers: workers.collect(),
        }
    }

    /// Inserts the rows of jobs; once, at start.
    pub async fn register(&self) -> Result<(), db::Error> {
        for worker in &self.workers {
            worker.register().await?;
        }
        Ok(())
    }

    /// Delivers and runs everything that is due until nothing is left: for tests.
    pub async fn settle(&self) -> Result<(), OutboxError> {
        loop {
            let mut done = 0;
            for puller in &self.pullers {
                done += puller.tick().await?;
            }
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

    /// Runs until told to stop; finishes what was claimed.
    pub async fn run_until(&self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        spawn(
            &mut tasks,
            &stop,
            &self.pullers,
            |puller, stop| async move {
                puller.run_until(stop).await;
            },
        );
        spawn(&mut tasks, &stop, &self.relays, |relay, stop| async move {
            relay.run_until(stop).await;
        });
        spawn(
            &mut tasks,
            &stop,
            &self.workers,
            |worker, stop| async move {
                worker.run_until(stop).await;
            },
        );
        while tasks.join_next().await.is_some() {}
    }
}

/// The subscriptions of a module's relay: those to the module, and all of its own, because events that
/// were pulled from another process are in its own outbox.
fn subscriptions(of: &Runtime, all: &[Runtime]) -> Vec<Subscription> {
    all.iter()
        .flat_map(|r| r.subscriptions.iter().map(move |s| (r.name, s)))
        .filter(|(hearer, s)| s.source == of.name || *hearer == of.name)
        .map(|(_, s)| s.clone())
        .collect()
}

/// Starts a task for each, which ends when it is told to.
fn spawn<T, F, Fut>(tasks: &mut JoinSet<()>, stop: &CancellationToken, all: &[T], run: F)
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T, CancellationToken) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    for one in all {
        let one = one.clone();
        let run = move |stop| run(one.clone(), stop);
        tasks.spawn(keep_running(stop.clone(), run));
    }
}

/// Restarts the work whenever it ends before it was told to.
async fn keep_running<Fut>(stop: CancellationToken, run: impl Fn(CancellationToken) -> Fut)
where
    Fut: Future<Output = ()>,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let started = Instant::now();
        let ended = AssertUnwindSafe(run(stop.clone())).catch_unwind().await;
        if stop.is_cancelled() {
            return;
        }
        if started.elapsed() >= LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        tracing::error!(
            panicked = ended.is_err(),
            ?pause,
            "a background task ended early; it is started again"
        );
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

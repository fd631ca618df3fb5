//! Periodic jobs: sweeps, expiries, retries. A worker claims a job with a lease; when the lease of a
//! crashed worker expires, another one takes the job over, so every job may run twice.

use std::{
    future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration as StdDuration,
};

use futures::FutureExt;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, NotSet, QueryFilter, Set};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    Env,
    db::{self, Change},
    entities::job::{self, Column},
    values,
};

const LEASE_SECONDS: f64 = 60.0;
/// The most that clocks of two processes differ by.
const SKEW: Duration = Duration::seconds(5);

type Work = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A periodic job of a module.
#[derive(Clone)]
pub struct Job {
    /// Unique in the module; the key of the job's row, so it never changes.
    pub name: &'static str,
    pub every: Duration,
    pub run: Arc<dyn Fn() -> Work + Send + Sync>,
}

impl Job {
    /// Each run is given a clone of `with`.
    pub fn new<S, F, Fut, E>(name: &'static str, every: Duration, with: &S, f: F) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let with = with.clone();
        let run = Arc::new(move || {
            let work = f(with.clone());
            let boxed: Work = Box::pin(async move { work.await.map_err(|e| e.to_string()) });
            boxed
        });
        Self { name, every, run }
    }
}

/// Runs one module's jobs.
#[derive(Clone)]
pub struct Worker {
    env: Env,
    module: &'static str,
    jobs: Arc<Vec<Job>>,
}

#[derive(FromQueryResult)]
struct Claimed {
    id: Uuid,
    name: String,
    attempts: i32,
}

impl Worker {
    pub fn new(env: Env, module: &'static str, jobs: Vec<Job>) -> Self {
        Self {
            env,
            module,
            jobs: Arc::new(jobs),
        }
    }

    /// Inserts missing rows of jobs, due now.
    pub async fn register(&self) -> Result<(), db::Error> {
        for job in self.jobs.iter() {
            let row = job::ActiveModel {
                id: Set(self.env.uuid()),
                name: Set(job.name.to_owned()),
                run_at: Set(self.env.now()),
                ..Default::default()
            };
            let missing = job::Entity::insert(row).on_conflict_do_nothing_on([Column::Name]);
            missing.run(self.env.pool.write()).await?;
        }
        Ok(())
    }

    /// Runs the job that has been due longest; returns how many ran, one or none. One at a time, so that
    /// a lease starts when its job does.
    pub async fn tick(&self) -> Result<usize, db::Error> {
        let known: Vec<String> = self.jobs.iter().map(|job| job.name.to_owned()).collect();
        if known.is_empty() {
            return Ok(0);
        }
        let now = self.env.now();
        let latest = self.jobs.iter().map(|job| now + job.every + SKEW);
        let latest: Vec<OffsetDateTime> = latest.collect();
        let claimed: Option<Claimed> = db::optional(
            self.env.pool.write(),
            include_str!("sql/claim_job.sql"),
            values![known, now, LEASE_SECONDS, latest],
        )
        .await?;
        match claimed {
            Some(job) => self.run(job).await.map(|()| 1),
            None => Ok(0),
        }
    }

    async fn run(&self, claimed: Claimed) -> Result<(), db::Error> {
        let Some(job) = self.jobs.iter().find(|job| job.name == claimed.name) else {
            return Ok(());
        };
        // A panic is this job's failure, not the end of the worker.
        let result = AssertUnwindSafe(async { (job.run)().await })
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err("the job panicked".to_owned()));
        let now = self.env.now();
        let (run_at, error) = match result {
            Ok(()) => (now + job.every, None),
            Err(error) => {
                tracing::warn!(
                    module = self.module,
                    job = job.name,
                    attempts = claimed.attempts,
                    error,
                    "job failed; it will run again"
                );
                (now + retry_in(job.every, claimed.attempts), Some(error))
            }
        };
        self.finish(&claimed, run_at, error).await
    }

    async fn finish(
        &self,
        claimed: &Claimed,
        run_at: OffsetDateTime,
        error: Option<String>,
    ) -> Result<(), db::Error> {
        let attempts = match error {
            Some(_) => NotSet,
            None => Set(0),
        };
        // A worker that outlived its lease finds another count and changes nothing.
        let finished = job::Entity::update_many()
            .set(job::ActiveModel {
                run_at: Set(run_at),
                attempts,
                lease_until: Set(None),
                last_error: Set(error),
                finished_at: Set(Some(self.env.now())),
                ..Default::default()
            })
            .filter(Column::Id.eq(claimed.id))
            .filter(Column::Attempts.eq(claimed.attempts));
        finished.run(self.env.pool.write()).await.map(drop)
    }

    /// Runs due jobs until told to stop; polls once a second.
    pub async fn run_until(&self, stop: tokio_util::sync::CancellationToken) {
        while !stop.is_cancelled() {
            match self.tick().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(module = self.module, %error, "jobs could not be claimed; trying again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(StdDuration::from_secs(1)) => {}
            }
        }
    }
}

/// Doubles from one second, never longer than the job's own period.
fn retry_in(every: Duration, attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0);
    Duration::seconds(2_i64.saturating_pow(exponent)).min(every)
}

use std::{future::Future, pin::Pin, sync::Arc};

use crate::{
    Env, idempotency,
    jobs::Job,
    outbox::{self, Envelope},
};

/// The result of a reaction; an error is stored, and the delivery is retried.
pub type Reaction = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
/// A module's reaction to one event; may be called several times with the same event.
pub type Handler = Arc<dyn Fn(Envelope) -> Reaction + Send + Sync>;

/// An event that a module subscribes to, of a module below it, or of its own.
#[derive(Clone)]
pub struct Subscription {
    /// `<module>.<what for>`: the name in delivery and inbox rows; never changes.
    pub consumer: &'static str,
    /// The publishing module.
    pub source: &'static str,
    /// Names with version.
    pub events: &'static [&'static str],
    pub handler: Handler,
}

impl Subscription {
    /// Wraps an async function from an envelope to any displayable error.
    pub fn new<F, Fut, E>(
        consumer: &'static str,
        source: &'static str,
        events: &'static [&'static str],
        f: F,
    ) -> Self
    where
        F: Fn(Envelope) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let handler: Handler = Arc::new(move |envelope| {
            let work = f(envelope);
            Box::pin(async move { work.await.map_err(|e| e.to_string()) })
        });
        Self {
            consumer,
            source,
            events,
            handler,
        }
    }
}

/// What runs beside a module's trait.
#[derive(Clone)]
pub struct Runtime {
    /// The crate's short name: `order`, `catalog`.
    pub name: &'static str,
    pub env: Env,
    pub subscriptions: Vec<Subscription>,
    pub jobs: Vec<Job>,
}

impl Runtime {
    /// The module's own jobs and those that every module has.
    pub fn all_jobs(&self) -> Vec<Job> {
        let every = time::Duration::hours(1);
        let purge = Job::new("outbox.purge", every, &self.env, |env| async move {
            idempotency::forget(&env).await?;
            outbox::purge(&env).await
        });
        self.jobs.iter().cloned().chain([purge]).collect()
    }
}

/// A started module: its trait for callers, its reactions and jobs for the composition root.
pub struct Module<A: ?Sized> {
    pub api: Arc<A>,
    pub runtime: Runtime,
}

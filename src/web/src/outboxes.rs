//! The events of every module on their way, wherever the module runs: one interface for the
//! operator's page, the API and whoever watches the process.

use std::sync::Arc;

use feira_kernel::{
    Actor, Runtime,
    outbox::{Lag, LocalOutbox, Outbox, OutboxError},
};
use futures::future::join_all;

/// The outboxes by module: those of this process, then those of others.
#[derive(Clone)]
pub struct Outboxes(Vec<OutboxSource>);

#[derive(Clone)]
struct OutboxSource {
    module: &'static str,
    /// In this process.
    here: bool,
    outbox: Arc<dyn Outbox>,
}

/// How far one module's deliveries are behind, or why that is not known.
pub struct ModuleLag {
    pub module: &'static str,
    pub lag: Result<Lag, OutboxError>,
}

impl ModuleLag {
    /// Deliveries that wait for an operator, as far as is known.
    pub fn dead(&self) -> i64 {
        self.lag.as_ref().map_or(0, |lag| lag.dead)
    }
}

/// What an operator is told of the work in the background, as far as is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backlog {
    /// Deliveries that wait for an operator.
    pub dead: i64,
    pub late_jobs: i64,
}

impl Outboxes {
    pub fn new(runtimes: &[Runtime], remote: &[(&'static str, Arc<dyn Outbox>)]) -> Self {
        let here = runtimes.iter().map(|runtime| OutboxSource {
            module: runtime.name,
            here: true,
            outbox: Arc::new(LocalOutbox::new(runtime.env.clone()).with_jobs(&runtime.all_jobs())),
        });
        let elsewhere = remote.iter().map(|(module, outbox)| OutboxSource {
            module,
            here: false,
            outbox: outbox.clone(),
        });
        Self(here.chain(elsewhere).collect())
    }

    pub fn of(&self, module: &str) -> Result<&dyn Outbox, OutboxError> {
        let place = self.0.iter().find(|place| place.module == module);
        place
            .map(|place| place.outbox.as_ref())
            .ok_or(OutboxError::NoModule)
    }

    /// Those of this process only.
    pub fn own(&self) -> Self {
        Self(self.0.iter().filter(|place| place.here).cloned().collect())
    }

    /// That of a module of this process, to be served to others.
    pub fn here(&self, module: &str) -> Option<Arc<dyn Outbox>> {
        let mut here = self.0.iter().filter(|place| place.here);
        here.find(|place| place.module == module)
            .map(|place| place.outbox.clone())
    }

    /// All modules at once; one that does not answer keeps nothing from the others.
    pub async fn lags(&self, actor: &Actor) -> Vec<ModuleLag> {
        join_all(self.0.iter().map(|place| async move {
            ModuleLag {
                module: place.module,
                lag: place.outbox.lag(actor).await,
            }
        }))
        .await
    }

    /// What is behind in all modules together; `None` for somebody who may not see it.
    pub async fn behind(&self, actor: &Actor) -> Option<Backlog> {
        let mut all = Backlog::default();
        for seen in self.lags(actor).await {
            match seen.lag {
                Ok(lag) => {
                    all.dead += lag.dead;
                    all.late_jobs += lag.late_jobs;
                }
                Err(OutboxError::Forbidden) => return None,
                Err(_) => {}
            }
        }
        Some(all)
    }
}

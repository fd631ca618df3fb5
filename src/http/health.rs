//! For whoever watches a process, also one that serves other processes only.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use actix_web::{HttpResponse, web::Data};
use feira_kernel::{Actor, Env, Runtime, Time, db};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use time::Duration;
use tokio_util::sync::CancellationToken;

use crate::outboxes::Outboxes;

/// Events older than this mean that deliveries are stuck.
const MAX_LAG_SECONDS: i64 = 300;

/// After a write that found no room: no readiness for so long, and then only if one finds room.
const HOLD: Duration = Duration::seconds(10);

const GATEWAY: Actor = Actor::system("gateway");

/// What is watched.
pub(crate) struct Health {
    pub(crate) outboxes: Outboxes,
    pub(crate) storage: Storage,
    pub(crate) metrics: PrometheusHandle,
    /// Refuses new work once the process was told to stop.
    pub(crate) stopping: CancellationToken,
}

/// Where this process writes: the modules' schemas and files.
pub(crate) struct Storage {
    envs: Vec<Env>,
    /// What was last seen, by schema.
    seen: Mutex<HashMap<&'static str, Writes>>,
}

#[derive(Clone, Copy, Default)]
struct Writes {
    refusals: u64,
    /// A write found no room, and none has found any since.
    full_until: Option<Time>,
}

impl Storage {
    pub(crate) fn new(runtimes: &[Runtime]) -> Self {
        Self {
            envs: runtimes.iter().map(|r| r.env.clone()).collect(),
            seen: Mutex::default(),
        }
    }

    /// Whether writes find room, as far as was seen; after trouble it is tried.
    async fn has_room(&self) -> bool {
        for env in &self.envs {
            let Some(until) = self.full_until(env) else {
                continue;
            };
            let rest = until - env.now();
            // A clock that went back must not make it longer.
            if rest.is_positive() && rest <= HOLD {
                return false;
            }
            if let Err(error) = env.pool.try_write().await {
                tracing::warn!(schema = env.pool.schema(), %error, "not ready: no room");
                self.full_until(env);
                return false;
            }
            self.change(env, |writes| writes.full_until = None);
        }
        true
    }

    fn full_until(&self, env: &Env) -> Option<Time> {
        let refusals = env.pool.room().refusals();
        self.change(env, |writes| {
            if writes.refusals != refusals {
                writes.refusals = refusals;
                writes.full_until = Some(env.now() + HOLD);
            }
            writes.full_until
        })
    }

    fn change<T>(&self, env: &Env, change: impl FnOnce(&mut Writes) -> T) -> T {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        change(seen.entry(env.pool.schema()).or_default())
    }
}

/// The process answers.
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "alive"}))
}

/// The process can do its work: room for writes, database, events, not stopping. What is wrong in another process
/// is for that one to say: whatever does without it goes on here.
pub(crate) async fn ready(health: Data<Health>) -> HttpResponse {
    if health.stopping.is_cancelled() {
        return not_ready("the process is stopping");
    }
    if !health.storage.has_room().await {
        return not_ready("there is no room for writes, or the disk fails; it goes on by itself");
    }
    for seen in health.outboxes.own().lags(&GATEWAY).await {
        match seen.lag {
            Ok(lag) if lag.oldest_seconds > MAX_LAG_SECONDS => {
                return not_ready("events are not delivered");
            }
            Ok(lag) if lag.late_jobs > 0 => return not_ready("jobs are late"),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(module = seen.module, ?error, "not ready: no answer");
                return not_ready("the database does not answer");
            }
        }
    }
    HttpResponse::Ok().json(json!({"status": "ready"}))
}

fn not_ready(why: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "reason": why}))
}

/// Prometheus text; events of modules in other processes are counted here too.
pub(crate) async fn metrics(health: Data<Health>) -> HttpResponse {
    let stats = db::stats();
    metrics::counter!("feira_sql_round_trips_total").absolute(stats.round_trips);
    metrics::counter!("feira_sql_commits_total").absolute(stats.commits);
    for seen in health.outboxes.lags(&GATEWAY).await {
        let module = seen.module;
        let up = if seen.lag.is_ok() { 1.0 } else { 0.0 };
        metrics::gauge!("feira_module_up", "module" => module).set(up);
        if let Ok(lag) = seen.lag {
            metrics::gauge!("feira_outbox_waiting", "module" => module).set(lag.waiting as f64);
            metrics::gauge!("feira_outbox_dead", "module" => module).set(lag.dead as f64);
            metrics::gauge!("feira_outbox_oldest_seconds", "module" => module)
                .set(lag.oldest_seconds as f64);
            metrics::gauge!("feira_jobs_late", "module" => module).set(lag.late_jobs as f64);
        }
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(health.metrics.render())
}

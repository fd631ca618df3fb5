//! For whoever watches a process, also one that serves other processes only.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, ServiceConfig, resource},
};
use feira_kernel::{Env, Runtime, Time, db};
use feira_web::{auth::GATEWAY, error::Problem, outboxes::Outboxes};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use time::Duration;
use tokio_util::sync::CancellationToken;

pub use crate::metrics_access::MetricsAccess;

/// Events older than this mean that deliveries are stuck.
const MAX_LAG_SECONDS: i64 = 300;

/// After a write that found no room: no readiness for so long, and then only if one at the same
/// place finds room.
const HOLD: Duration = Duration::seconds(10);

/// What is watched.
pub struct Health {
    pub outboxes: Outboxes,
    pub storage: Storage,
    pub metrics: PrometheusHandle,
    pub metrics_access: MetricsAccess,
    /// Refuses new work once the process was told to stop.
    pub stopping: CancellationToken,
}

/// Where this process writes: the modules' schemas and files.
pub struct Storage {
    envs: Vec<Env>,
    /// What was last seen, by schema and place.
    seen: Mutex<HashMap<(&'static str, Place), Writes>>,
}

/// A module's files may lie on another disk than the database: each is tried by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Database,
    Files,
}

#[derive(Clone, Copy, Default)]
struct Writes {
    refusals: u64,
    /// A write found no room, and none has found any since.
    full_until: Option<Time>,
}

const NO_ROOM: &str = "there is no room for writes, or the disk fails; it goes on by itself";
const NO_ANSWER: &str = "the database does not answer";

impl Storage {
    pub fn new(runtimes: &[Runtime]) -> Self {
        Self {
            envs: runtimes.iter().map(|r| r.env.clone()).collect(),
            seen: Mutex::default(),
        }
    }

    /// Why writes are not taken, as far as was seen; after trouble it is tried.
    async fn trouble(&self) -> Option<&'static str> {
        for env in &self.envs {
            for place in [Place::Database, Place::Files] {
                let trouble = self.trouble_of(env, place).await;
                if trouble.is_some() {
                    return trouble;
                }
            }
        }
        None
    }

    async fn trouble_of(&self, env: &Env, place: Place) -> Option<&'static str> {
        let until = self.full_until(env, place)?;
        let rest = until - env.now();
        // A clock that went back must not make it longer.
        if rest.is_positive() && rest <= HOLD {
            return Some(NO_ROOM);
        }
        let before = place.refusals(env);
        let Err(error) = place.try_write(env).await else {
            self.change(env, place, |writes| writes.full_until = None);
            return None;
        };
        let full = place.refusals(env) != before;
        tracing::warn!(
            schema = env.pool.schema(),
            ?place,
            full,
            error,
            "not ready: a write failed"
        );
        self.full_until(env, place);
        Some(match place {
            Place::Database if !full => NO_ANSWER,
            _ => NO_ROOM,
        })
    }

    fn full_until(&self, env: &Env, place: Place) -> Option<Time> {
        let refusals = place.refusals(env);
        self.change(env, place, |writes| {
            if writes.refusals != refusals {
                writes.refusals = refusals;
                writes.full_until = Some(env.now() + HOLD);
            }
            writes.full_until
        })
    }

    fn change<T>(&self, env: &Env, place: Place, change: impl FnOnce(&mut Writes) -> T) -> T {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        change(seen.entry((env.pool.schema(), place)).or_default())
    }
}

impl Place {
    fn refusals(self, env: &Env) -> u64 {
        match self {
            Self::Database => env.pool.disk_health().failed_statements(),
            Self::Files => env.pool.disk_health().failed_files(),
        }
    }

    async fn try_write(self, env: &Env) -> Result<(), String> {
        match self {
            Self::Database => env.pool.try_write().await.map_err(|e| e.to_string()),
            Self::Files => env
                .pool
                .disk_health()
                .probe_files()
                .await
                .map_err(|e| e.to_string()),
        }
    }
}

pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/healthz").get(alive))
        .service(resource("/readyz").get(ready))
        .service(resource("/metrics").get(metrics));
}

/// The process answers.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "alive"}))
}

/// The process can do its work: room for writes, database, events, not stopping. What is wrong in another process
/// is for that one to say: whatever does without it goes on here.
async fn ready(health: Data<Health>) -> HttpResponse {
    if health.stopping.is_cancelled() {
        return not_ready("the process is stopping");
    }
    if let Some(trouble) = health.storage.trouble().await {
        return not_ready(trouble);
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
                return not_ready(NO_ANSWER);
            }
        }
    }
    HttpResponse::Ok().json(json!({"status": "ready"}))
}

fn not_ready(why: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "reason": why}))
}

/// Prometheus text; events of modules in other processes are counted here too.
async fn metrics(request: HttpRequest, health: Data<Health>) -> Result<HttpResponse, Problem> {
    health.metrics_access.check(&request)?;
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
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(health.metrics.render()))
}

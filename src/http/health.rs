//! For whoever watches a process, also one that serves other processes only.

use actix_web::{HttpResponse, web::Data};
use feira_kernel::{Actor, db};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::outboxes::Outboxes;

/// Events older than this mean that deliveries are stuck.
const MAX_LAG_SECONDS: i64 = 300;

const GATEWAY: Actor = Actor::system("gateway");

/// What is watched.
pub(crate) struct Health {
    pub(crate) outboxes: Outboxes,
    pub(crate) metrics: PrometheusHandle,
    /// Refuses new work once the process was told to stop.
    pub(crate) stopping: CancellationToken,
}

/// The process answers.
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "alive"}))
}

/// The process can do its work: database, events, not stopping. What is wrong in another process
/// is for that one to say: whatever does without it goes on here.
pub(crate) async fn ready(health: Data<Health>) -> HttpResponse {
    if health.stopping.is_cancelled() {
        return not_ready("the process is stopping");
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
    HttpResponse::ServiceUnavailable()
        .insert_header(("retry-after", "2"))
        .json(json!({"status": "not_ready", "reason": why}))
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

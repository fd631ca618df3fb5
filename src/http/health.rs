//! For whoever watches the process.

use actix_web::{HttpResponse, web::Data};
use feira_kernel::{db, outbox::Lag, values};
use serde_json::json;

use super::state::AppState;

/// Events older than this mean that deliveries are stuck.
const MAX_LAG_SECONDS: i64 = 300;

/// The process answers.
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "alive"}))
}

/// The process can do its work: database, events, not stopping.
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    if state.stopping.is_cancelled() {
        return not_ready("the process is stopping");
    }
    for (module, env) in &state.events {
        let answer: Result<Option<i32>, _> =
            db::scalar(env.pool.reads(), "SELECT 1", values![]).await;
        if let Err(error) = answer {
            tracing::warn!(module, %error, "not ready: the database does not answer");
            return not_ready("the database does not answer");
        }
        match Lag::read(env).await {
            Ok(lag) if lag.oldest_seconds > MAX_LAG_SECONDS => {
                return not_ready("events are not delivered");
            }
            Ok(_) => {}
            Err(_) => return not_ready("the database does not answer"),
        }
    }
    HttpResponse::Ok().json(json!({"status": "ready"}))
}

fn not_ready(why: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header(("retry-after", "2"))
        .json(json!({"status": "not_ready", "reason": why}))
}

/// Prometheus text.
pub(crate) async fn metrics(state: Data<AppState>) -> HttpResponse {
    let stats = db::stats();
    metrics::counter!("feira_sql_round_trips_total").absolute(stats.round_trips);
    metrics::counter!("feira_sql_commits_total").absolute(stats.commits);
    for (module, env) in &state.events {
        if let Ok(lag) = Lag::read(env).await {
            metrics::gauge!("feira_outbox_waiting", "module" => *module).set(lag.waiting as f64);
            metrics::gauge!("feira_outbox_dead", "module" => *module).set(lag.dead as f64);
            metrics::gauge!("feira_outbox_oldest_seconds", "module" => *module)
                .set(lag.oldest_seconds as f64);
        }
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(state.metrics.render())
}

//! Deliveries of events, as operators see and retry them.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use feira_kernel::outbox::Delivery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    views::{rfc3339, word},
};
use crate::http::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    extract::Params,
    state::AppState,
};

/// Operators who see and retry deliveries of events.
pub(crate) const MANAGE_EVENTS: &str = "events.manage";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParams {
    /// The publishing module, such as `order`.
    module: String,
    /// Only what waits for an operator.
    dead: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    event_id: Uuid,
    name: String,
    subscriber: String,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    occurred_at: String,
    next_attempt_at: String,
}

impl From<Delivery> for DeliveryView {
    fn from(d: Delivery) -> Self {
        Self {
            event_id: d.event_id,
            name: d.name,
            subscriber: d.subscriber,
            state: word(d.state),
            attempts: d.attempts,
            last_error: d.last_error,
            occurred_at: rfc3339(d.occurred_at),
            next_attempt_at: rfc3339(d.next_attempt_at),
        }
    }
}

/// Events of a module on their way to their subscribers.
#[utoipa::path(get, path = "/api/v1/admin/events", tag = "admin", params(EventParams), security(("bearer" = [])),
    responses((status = 200, body = List<DeliveryView>), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn events(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<EventParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(p.limit, p.cursor)?;
    let env = event_env(&state, &caller, &p.module)?;
    let found = Delivery::list(env, p.dead.unwrap_or(false), &page)
        .await
        .map_err(unavailable)??;
    Ok(list::answer(&request, found.map(DeliveryView::from)))
}

/// Put a dead delivery back in line.
#[utoipa::path(post, path = "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry", tag = "admin",
    params(("module" = String, Path), ("event_id" = Uuid, Path), ("subscriber" = String, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It will be delivered again"), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn retry_event(
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<(String, Uuid, String)>,
) -> Result<HttpResponse, Problem> {
    let (module, event, subscriber) = path.into_inner();
    let env = event_env(&state, &caller, &module)?;
    match Delivery::retry(env, event, &subscriber)
        .await
        .map_err(unavailable)?
    {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found()),
    }
}

fn event_env<'a>(
    state: &'a AppState,
    caller: &AdminCaller,
    module: &str,
) -> Result<&'a feira_kernel::Env, Problem> {
    if !caller.0.is_operator(MANAGE_EVENTS) {
        return Err(Problem::new(
            actix_web::http::StatusCode::FORBIDDEN,
            "request.forbidden",
            "you may not do this",
        ));
    }
    state
        .events
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, env)| env)
        .ok_or_else(Problem::not_found)
}

fn unavailable(error: feira_kernel::db::Error) -> Problem {
    if error.is_unacceptable() {
        return Problem::not_found();
    }
    tracing::error!(%error, "deliveries cannot be read");
    Problem::new(
        actix_web::http::StatusCode::SERVICE_UNAVAILABLE,
        "request.unavailable",
        "try again in a moment",
    )
}

//! Deliveries of events, as operators see and retry them.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::outbox::Delivery;
use feira_web::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    extract::Params,
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    views::{Timestamp, words},
};

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
    state: words::DeliveryState,
    attempts: i32,
    last_error: Option<String>,
    occurred_at: Timestamp,
    next_attempt_at: Timestamp,
}

impl From<Delivery> for DeliveryView {
    fn from(d: Delivery) -> Self {
        Self {
            event_id: d.event_id,
            name: d.name,
            subscriber: d.subscriber,
            state: d.state.into(),
            attempts: d.attempts,
            last_error: d.last_error,
            occurred_at: d.occurred_at.into(),
            next_attempt_at: d.next_attempt_at.into(),
        }
    }
}

/// Events of a module on their way to their subscribers.
#[utoipa::path(tag = "admin", params(EventParams), security(("admin" = [])),
    responses((status = 200, body = List<DeliveryView>), (status = 404, body = ProblemBody)))]
#[get("/admin/events")]
pub(crate) async fn events(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<EventParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(&request, p.limit, p.cursor)?;
    let outbox = state.outboxes.of(&p.module)?;
    let found = outbox
        .deliveries(&caller.0, p.dead.unwrap_or(false), page)
        .await?;
    Ok(list::answer(&request, found.map(DeliveryView::from)))
}

/// Put a dead delivery back in line.
#[utoipa::path(tag = "admin",
    params(("module" = String, Path), ("event_id" = Uuid, Path), ("subscriber" = String, Path)),
    security(("admin" = [])), responses((status = 204, description = "It will be delivered again")))]
#[post("/admin/events/{module}/{event_id}/{subscriber}/retry")]
pub(crate) async fn retry_event(
    post: Post<AdminCaller>,
    path: Path<(String, Uuid, String)>,
) -> Result<HttpResponse, Problem> {
    let (module, event, subscriber) = path.into_inner();
    let outbox = post.state.outboxes.of(&module)?;
    let retry = |key| outbox.retry(&post.actor, event, subscriber, key);
    post.once(b"", retry, |()| Reply::no_content()).await
}

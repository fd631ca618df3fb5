//! What operators decide about stores.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::StoreId;
use feira_store::{StoreFilter, StoreStatus};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    stores::StoreView,
    views::words,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StoreParams {
    #[param(value_type = Option<words::StoreStatus>, inline)]
    status: Option<StoreStatus>,
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The tax id is of another company"}))]
pub(crate) struct ReasonBody {
    /// What the applicant reads.
    reason: String,
}

/// Stores in any state.
#[utoipa::path(tag = "admin", params(StoreParams), security(("admin" = [])),
    responses((status = 200, body = List<StoreView>)))]
#[get("/admin/stores")]
pub(crate) async fn stores(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<StoreParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = StoreFilter {
        status: params.0.status,
        q: params.0.q,
    };
    let found = state.stores.list(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(StoreView::from)))
}

/// What an operator decides about a store.
enum Decision {
    Approve,
    Reject(String),
    Suspend(String),
}

async fn decide(
    post: Post<AdminCaller>,
    id: Path<Uuid>,
    body: &[u8],
    decision: Decision,
) -> Result<HttpResponse, Problem> {
    let (module, actor, id) = (&post.state.stores, &post.actor, StoreId(*id));
    let decided = |key| async move {
        match decision {
            Decision::Approve => module.approve(actor, id, key).await,
            Decision::Reject(reason) => module.reject(actor, id, reason, key).await,
            Decision::Suspend(reason) => module.suspend(actor, id, reason, key).await,
        }
    };
    post.once(body, decided, Reply::ok::<StoreView>).await
}

/// Approve an application, or lift a suspension.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/approve")]
pub(crate) async fn approve(
    post: Post<AdminCaller>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    decide(post, id, b"", Decision::Approve).await
}

/// Reject an application.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/reject")]
pub(crate) async fn reject(
    post: Post<AdminCaller>,
    id: Path<Uuid>,
    body: Body<ReasonBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    decide(post, id, &bytes, Decision::Reject(value.reason)).await
}

/// Suspend a store: at once nothing of it can be bought.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/suspend")]
pub(crate) async fn suspend(
    post: Post<AdminCaller>,
    id: Path<Uuid>,
    body: Body<ReasonBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    decide(post, id, &bytes, Decision::Suspend(value.reason)).await
}

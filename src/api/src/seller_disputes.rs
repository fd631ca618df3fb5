//! Disputes of a store's orders, and the evidence that its people write.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use feira_payment::DisputeFilter;
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::{Body, Params},
    idempotent::Post,
    state::AppState,
};
use uuid::Uuid;

use super::{
    disputes::{EvidenceBody, OwnFileParams, UploadParams, given, sent, shown, uploaded, written},
    list::{self, List, Paging},
    views::{DisputeDetailsView, DisputeView},
};

/// Disputes of the store's orders, newest first.
#[utoipa::path(tag = "seller", params(Paging), security(("seller" = [])),
    responses((status = 200, body = List<DisputeView>)))]
#[get("/seller/disputes")]
pub(crate) async fn disputes(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = DisputeFilter::default();
    let found = state.payments.disputes(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(DisputeView::from)))
}

/// One dispute with its evidence.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = DisputeDetailsView), (status = 304, description = "Not modified")))]
#[get("/seller/disputes/{id}")]
pub(crate) async fn dispute(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    shown(&request, &state, &caller.0, path.into_inner()).await
}

/// Write evidence of a dispute, while it is opened. For members who may give money back.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = EvidenceBody, security(("seller" = [])),
    responses((status = 200, body = DisputeDetailsView)))]
#[post("/seller/disputes/{id}/evidence")]
pub(crate) async fn evidence(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<EvidenceBody>,
) -> Result<HttpResponse, Problem> {
    written(post, path.into_inner(), body).await
}

/// Add a file to the evidence, in the place of the one of its kind: the body is a PDF, JPEG or PNG file of up to
/// 5 MiB. For members who may give money back.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), UploadParams),
    request_body(content((String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"))),
    security(("seller" = [])), responses((status = 200, body = DisputeDetailsView)))]
#[post("/seller/disputes/{id}/evidence/file")]
pub(crate) async fn evidence_upload(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    params: Params<UploadParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    uploaded(post, path.into_inner(), params.0, payload).await
}

/// A file of the evidence, as it was given.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), OwnFileParams),
    security(("seller" = [])), responses((status = 200, description = "The file",
    content((String = "application/pdf"), (String = "image/jpeg"), (String = "image/png")))))]
#[get("/seller/disputes/{id}/evidence/file")]
pub(crate) async fn evidence_file(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<OwnFileParams>,
) -> Result<HttpResponse, Problem> {
    let of = (None, params.0.kind);
    given(&state, &caller.0, path.into_inner(), of).await
}

/// Send the evidence to the provider, which takes it once. For members who may give money back.
#[utoipa::path(tag = "seller",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: it is sent once")),
    security(("seller" = [])), responses((status = 200, body = DisputeDetailsView)))]
#[post("/seller/disputes/{id}/send-evidence")]
pub(crate) async fn send_evidence(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    sent(post, path.into_inner()).await
}

//! Disputes of payments as operators see them, and what they share with the stores' own.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Data, Path, Payload},
};
use feira_kernel::{Actor, StoreId};
use feira_payment::{
    DisputeFilter, DisputeId, DisputeState, EvidenceKind, EvidenceUpload, NewEvidence,
};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{self, Body, Params},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    seller_stock::unsupported,
    views::{DisputeDetailsView, DisputeView, words},
};

/// What evidence may be, besides words.
const FILES: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DisputeParams {
    #[param(value_type = Option<words::DisputeState>, inline)]
    state: Option<DisputeState>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "explanation", "text": "She has the cup."}))]
pub(crate) struct EvidenceBody {
    #[schema(value_type = words::EvidenceKind)]
    kind: EvidenceKind,
    /// In the place of the text that there was.
    text: Option<String>,
    /// Takes away text and file of the kind.
    #[serde(default)]
    remove: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadParams {
    #[param(value_type = words::EvidenceKind, inline)]
    kind: EvidenceKind,
    /// The file's name; absent: that of its kind.
    name: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileParams {
    #[param(value_type = words::EvidenceKind, inline)]
    pub(crate) kind: EvidenceKind,
    /// The store that wrote it; absent: the marketplace.
    store_id: Option<Uuid>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnFileParams {
    #[param(value_type = words::EvidenceKind, inline)]
    pub(crate) kind: EvidenceKind,
}

pub(crate) async fn shown(
    request: &HttpRequest,
    state: &AppState,
    actor: &Actor,
    id: Uuid,
) -> Result<HttpResponse, Problem> {
    let details = state.payments.dispute(actor, DisputeId(id)).await?;
    let view = DisputeDetailsView::from(details);
    Ok(tagged(request, None, &view, PRIVATE))
}

/// As it was given, and never as a page of this place.
pub(crate) async fn given(
    state: &AppState,
    actor: &Actor,
    id: Uuid,
    (store, kind): (Option<StoreId>, EvidenceKind),
) -> Result<HttpResponse, Problem> {
    let payments = &state.payments;
    let file = payments.evidence_file(actor, DisputeId(id), store, kind);
    let file = file.await?;
    Ok(HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .body(file.bytes))
}

pub(crate) async fn written<C>(
    post: Post<C>,
    id: Uuid,
    body: Body<EvidenceBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let written = NewEvidence {
        kind: value.kind,
        remove: value.remove,
        text: value.text,
        file: None,
    };
    let payments = &post.state.payments;
    let write = |key| payments.put_evidence(&post.actor, DisputeId(id), written, key);
    post.once(&bytes, write, Reply::ok::<DisputeDetailsView>)
        .await
}

pub(crate) async fn uploaded<C>(
    post: Post<C>,
    id: Uuid,
    params: UploadParams,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let media_type = extract::media_type(post.request.headers());
    if !FILES.contains(&media_type.as_str()) {
        let detail = "send the file as application/pdf, image/jpeg or image/png";
        return Err(unsupported(detail));
    }
    let limit = post.state.settings.max_upload_bytes;
    let bytes = extract::read(payload.into_inner(), limit).await?;
    let UploadParams { kind, name } = params;
    let name = name.unwrap_or_else(|| kind.as_str().to_owned());
    let payments = &post.state.payments;
    let write = |bytes, key| {
        let written = NewEvidence {
            kind,
            remove: false,
            text: None,
            file: Some(EvidenceUpload { name, bytes }),
        };
        payments.put_evidence(&post.actor, DisputeId(id), written, key)
    };
    post.once_taking(bytes, write, Reply::ok::<DisputeDetailsView>)
        .await
}

pub(crate) async fn sent<C>(post: Post<C>, id: Uuid) -> Result<HttpResponse, Problem> {
    let payments = &post.state.payments;
    let send = |key| payments.send_evidence(&post.actor, DisputeId(id), Some(key));
    post.once_with_key(Keep::Answer, b"", send, Reply::ok::<DisputeDetailsView>)
        .await
}

/// All disputes, newest first.
#[utoipa::path(tag = "admin", params(DisputeParams), security(("admin" = [])),
    responses((status = 200, body = List<DisputeView>)))]
#[get("/admin/disputes")]
pub(crate) async fn disputes(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<DisputeParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = DisputeFilter {
        state: params.0.state,
    };
    let found = state.payments.disputes(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(DisputeView::from)))
}

/// One dispute with its evidence.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = DisputeDetailsView), (status = 304, description = "Not modified")))]
#[get("/admin/disputes/{id}")]
pub(crate) async fn dispute(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    shown(&request, &state, &caller.0, path.into_inner()).await
}

/// Write evidence of a dispute, while it is opened.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = EvidenceBody, security(("admin" = [])),
    responses((status = 200, body = DisputeDetailsView)))]
#[post("/admin/disputes/{id}/evidence")]
pub(crate) async fn evidence(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<EvidenceBody>,
) -> Result<HttpResponse, Problem> {
    written(post, path.into_inner(), body).await
}

/// Add a file to the evidence, in the place of the one of its kind: the body is a PDF, JPEG or PNG file of up to
/// 5 MiB.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path), UploadParams),
    request_body(content((String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"))),
    security(("admin" = [])), responses((status = 200, body = DisputeDetailsView)))]
#[post("/admin/disputes/{id}/evidence/file")]
pub(crate) async fn evidence_upload(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    params: Params<UploadParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    uploaded(post, path.into_inner(), params.0, payload).await
}

/// A file of the evidence, as it was given.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path), FileParams),
    security(("admin" = [])), responses((status = 200, description = "The file",
    content((String = "application/pdf"), (String = "image/jpeg"), (String = "image/png")))))]
#[get("/admin/disputes/{id}/evidence/file")]
pub(crate) async fn evidence_file(
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
    params: Params<FileParams>,
) -> Result<HttpResponse, Problem> {
    let of = (params.0.store_id.map(StoreId), params.0.kind);
    given(&state, &caller.0, path.into_inner(), of).await
}

/// Send the evidence to the provider, which takes it once.
#[utoipa::path(tag = "admin",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: it is sent once")),
    security(("admin" = [])), responses((status = 200, body = DisputeDetailsView)))]
#[post("/admin/disputes/{id}/send-evidence")]
pub(crate) async fn send_evidence(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    sent(post, path.into_inner()).await
}

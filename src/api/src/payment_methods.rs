//! What the signed-in customer keeps to pay with.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header,
    patch, post,
    web::{Data, Path},
};
use feira_kernel::IdempotencyKey;
use feira_payment::{PaymentError, SavedMethod, SavedMethodChange, SavedMethodId};
use feira_web::{
    auth::Customer,
    error::{Problem, ProblemBody},
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, given},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::List,
    views::{AddingMethodView, SavedMethodView},
};

/// A JSON merge patch: absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"is_default": true}))]
pub(crate) struct SavedMethodPatch {
    /// The one that was the default is it no more.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    is_default: Option<bool>,
}

fn shown(request: &HttpRequest, method: SavedMethod) -> HttpResponse {
    let version = method.version;
    let view = SavedMethodView::from(method);
    tagged(request, Some(version), &view, PRIVATE)
}

/// The customer's saved cards, oldest first.
#[utoipa::path(tag = "payments", security(("shop" = [])), responses((status = 200, body = List<SavedMethodView>)))]
#[get("/me/payment-methods")]
pub(crate) async fn index(
    state: Data<AppState>,
    caller: Customer,
) -> Result<HttpResponse, Problem> {
    let kept = state.payments.saved_methods(&caller.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, PRIVATE))
        .json(List::<SavedMethodView>::from(kept)))
}

/// Begin to save a card. Give the client secret to the provider's own library, which sends the card to the
/// provider and confirms it there; then finish. It is shown once that is done.
#[utoipa::path(tag = "payments",
    params(("Idempotency-Key" = String, Header, description = "new for each card, the same for each repeat")),
    security(("shop" = [])), responses((status = 201, body = AddingMethodView)))]
#[post("/me/payment-methods")]
pub(crate) async fn add(post: Post<Customer>) -> Result<HttpResponse, Problem> {
    let payments = &post.state.payments;
    let add = |key: IdempotencyKey| payments.add_saved_method(&post.actor, Some(key));
    post.once_with_key(Keep::Status, b"", add, |adding| {
        let path = format!("/api/v1/me/payment-methods/{}", adding.id);
        Reply::created::<AddingMethodView>(path, adding)
    })
    .await
}

/// Finish saving a card: it is kept if the provider says that its holder confirmed it, else a 409.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)), security(("shop" = [])),
    extensions(("x-idempotency" = json!("none"))),
    responses((status = 200, body = SavedMethodView), (status = 409, body = ProblemBody)))]
#[post("/me/payment-methods/{id}/finish")]
pub(crate) async fn finish(
    state: Data<AppState>,
    caller: Customer,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = SavedMethodId(id.into_inner());
    let kept = state.payments.finish_saved_method(&caller.0, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, PRIVATE))
        .json(SavedMethodView::from(kept)))
}

/// One saved card.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)), security(("shop" = [])),
    responses((status = 200, body = SavedMethodView), (status = 304, description = "Not modified")))]
#[get("/me/payment-methods/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: Customer,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let mut all = state.payments.saved_methods(&caller.0).await?.into_iter();
    let found = all.find(|one| one.id.0 == *id);
    let found = found.ok_or(PaymentError::NoSuchMethod)?;
    Ok(shown(&request, found))
}

/// Make a saved card the default, or no default.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)), request_body = SavedMethodPatch,
    security(("shop" = [])), responses((status = 200, body = SavedMethodView)))]
#[patch("/me/payment-methods/{id}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: Customer,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<SavedMethodPatch>,
) -> Result<HttpResponse, Problem> {
    let change = SavedMethodChange {
        expected_version: if_match.0,
        is_default: body.value.is_default,
    };
    let (payments, id) = (&state.payments, SavedMethodId(id.into_inner()));
    let changed = payments.change_saved_method(&caller.0, id, change);
    Ok(shown(&request, changed.await?))
}

/// Remove a saved card, at its provider too: while that one does not answer it stays, and the answer is 503.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)), security(("shop" = [])), responses((status = 204)))]
#[delete("/me/payment-methods/{id}")]
pub(crate) async fn remove(
    state: Data<AppState>,
    caller: Customer,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (payments, id) = (&state.payments, SavedMethodId(id.into_inner()));
    payments
        .remove_saved_method(&caller.0, id, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

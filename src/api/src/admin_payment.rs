//! What operators note down about a payment, and say of the parts of its charge.

use actix_web::{
    HttpRequest, HttpResponse, patch, post,
    web::{Data, Path},
};
use feira_payment::{PartReference, PaymentChange, PaymentDetails, PaymentId};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, given},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    money_post::{MoneyKey, MoneyPost},
    views::PaymentDetailsView,
};

/// The version that `If-Match` is held against is that of the notes, all that is changed here.
pub(crate) fn shown_payment(request: &HttpRequest, details: PaymentDetails) -> HttpResponse {
    let version = Some(details.notes_version);
    tagged(
        request,
        version,
        &PaymentDetailsView::from(details),
        PRIVATE,
    )
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"notes": "The buyer called: the money comes on Monday"}))]
pub(crate) struct PaymentPatch {
    /// What operators note down, for themselves alone, at most 2,000 characters; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
}

/// Note something down about a payment.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = PaymentPatch,
    security(("admin" = [])), responses((status = 200, body = PaymentDetailsView)))]
#[patch("/admin/payments/{id}")]
pub(crate) async fn update_payment(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<PaymentPatch>,
) -> Result<HttpResponse, Problem> {
    let change = PaymentChange {
        expected_version: if_match.0,
        notes: body.value.notes,
    };
    let id = PaymentId(id.into_inner());
    let changed = state.payments.change_payment(&caller.0, id, change);
    Ok(shown_payment(&request, changed.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"split": true}))]
pub(crate) struct SplitBody {
    /// Whether it is in the store's account there.
    split: bool,
}

/// Say whether a part of `asked_splits` was paid to its store's account at the provider: if not, payouts pay the store.
#[utoipa::path(tag = "admin", request_body = SplitBody,
    params(("id" = Uuid, Path), ("store_order_id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = PaymentDetailsView)))]
#[post("/admin/payments/{id}/splits/{store_order_id}/settled")]
pub(crate) async fn split_settled(
    post: MoneyPost<AdminCaller, PaymentDetailsView>,
    path: Path<(Uuid, Uuid)>,
    body: Body<SplitBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let (payment, part) = path.into_inner();
    let (id, part) = (PaymentId(payment), PartReference::new(part));
    let module = &post.state.payments;
    let settle = |key| module.settle_split(&post.actor, id, part, value.split, Some(key));
    post.once(&bytes, settle).await
}

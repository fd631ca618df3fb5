//! Disputes of which no provider tells, or not yet, or not any more: operators say what the bank did.

use actix_web::{HttpResponse, post, web::Path};
use feira_kernel::{Money, Time};
use feira_payment::{DisputeId, DisputeKind, NewDispute, PaymentId};
use feira_web::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    extract::Body,
    idempotent::{Keep, Post, Reply},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    money_post::{MoneyKey, MoneyPost},
    views::{DisputeDetailsView, MoneyView, Timestamp, words},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "payment_id": "0190a1b2-c3d4-7000-8000-000000000001", "kind": "med",
    "amount": {"amount": "64.80", "currency": "BRL"}, "reason": "Fraude",
    "bank_reference": "MED 2026-0001",
}))]
pub(crate) struct NewDisputeBody {
    payment_id: Uuid,
    #[schema(value_type = words::DisputeKind)]
    kind: DisputeKind,
    /// No more than is left of the payment.
    #[schema(value_type = MoneyView)]
    amount: Money,
    reason: String,
    /// Under which the bank told of it; one is opened once.
    bank_reference: String,
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[schema(value_type = Option<Timestamp>)]
    evidence_due_at: Option<Time>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"won": false}))]
pub(crate) struct OutcomeBody {
    won: bool,
}

/// A bank took back money of a payment, or asks for it, and its provider does not tell of that, or not yet.
#[utoipa::path(tag = "admin", request_body = NewDisputeBody,
    params(("Idempotency-Key" = String, Header, description = "required: it moves money in the books")),
    security(("admin" = [])),
    responses((status = 201, body = DisputeDetailsView), (status = 404, body = ProblemBody)))]
#[post("/admin/disputes")]
pub(crate) async fn open_dispute(
    post: Post<AdminCaller>,
    body: Body<NewDisputeBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let new = NewDispute {
        payment: PaymentId(value.payment_id),
        kind: value.kind,
        amount: value.amount,
        reason: value.reason,
        bank_reference: value.bank_reference,
        evidence_due_at: value.evidence_due_at,
    };
    let payments = &post.state.payments;
    let open = |key| payments.open_dispute(&post.actor, new, Some(key));
    post.once_with_key(Keep::Answer, &bytes, open, |made| {
        let location = format!("/api/v1/admin/disputes/{}", made.dispute.id);
        Reply::created::<DisputeDetailsView>(location, made)
    })
    .await
}

/// What became of a dispute whose outcome no provider reports, or reports one that is not possible.
#[utoipa::path(tag = "admin", request_body = OutcomeBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = DisputeDetailsView)))]
#[post("/admin/disputes/{id}/close")]
pub(crate) async fn close_dispute(
    post: MoneyPost<AdminCaller, DisputeDetailsView>,
    path: Path<Uuid>,
    body: Body<OutcomeBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = DisputeId(path.into_inner());
    let payments = &post.state.payments;
    let close = |key| payments.close_dispute(&post.actor, id, value.won, Some(key));
    post.once(&bytes, close).await
}

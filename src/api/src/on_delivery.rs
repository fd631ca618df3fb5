//! What is paid on delivery, to a store itself: its seller, or an operator, says what became of it.

use actix_web::{HttpResponse, post, web::Path};
use feira_order::{NotCollected, StoreOrderId};
use feira_payment::RefundId;
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    extract::Body,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    admin_money::PaidBody,
    money_post::{MoneyKey, MoneyPost},
    views::{RefundView, SellerOrderView},
};

/// Of an order whose store is paid itself.
type Collecting<C> = MoneyPost<C, SellerOrderView>;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"restock": true, "note": "nobody at home, three times"}))]
pub(crate) struct NotCollectedBody {
    /// Whether the goods can be sold again.
    restock: bool,
    /// For the history, at most 500 characters.
    note: Option<String>,
}

impl From<NotCollectedBody> for NotCollected {
    fn from(body: NotCollectedBody) -> Self {
        Self {
            restock: body.restock,
            note: body.note,
        }
    }
}

/// Its buyer paid an order on delivery: the store has the money, and owes the commission. From when it is shipped.
#[utoipa::path(tag = "seller",
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/collected")]
pub(crate) async fn seller_collected(
    post: Collecting<SellerCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    collected(post, *path).await
}

/// The same for the order of any store.
#[utoipa::path(tag = "admin",
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/admin/store-orders/{id}/collected")]
pub(crate) async fn admin_collected(
    post: Collecting<AdminCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    collected(post, *path).await
}

async fn collected<C>(post: Collecting<C>, id: Uuid) -> Result<HttpResponse, Problem> {
    let id = StoreOrderId(id);
    let orders = &post.state.orders;
    let collect = |key| orders.mark_collected(&post.actor, id, Some(key));
    post.once(b"", collect).await
}

/// Its buyer did not pay an order on delivery, and will not: it came back, and nothing is owed.
#[utoipa::path(tag = "seller", request_body = NotCollectedBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/not-collected")]
pub(crate) async fn seller_not_collected(
    post: Collecting<SellerCaller>,
    path: Path<Uuid>,
    body: Body<NotCollectedBody>,
) -> Result<HttpResponse, Problem> {
    not_collected(post, *path, body).await
}

/// The same for the order of any store.
#[utoipa::path(tag = "admin", request_body = NotCollectedBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/admin/store-orders/{id}/not-collected")]
pub(crate) async fn admin_not_collected(
    post: Collecting<AdminCaller>,
    path: Path<Uuid>,
    body: Body<NotCollectedBody>,
) -> Result<HttpResponse, Problem> {
    not_collected(post, *path, body).await
}

async fn not_collected<C>(
    post: Collecting<C>,
    id: Uuid,
    body: Body<NotCollectedBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = StoreOrderId(id);
    let orders = &post.state.orders;
    let give_up = |key| orders.mark_not_collected(&post.actor, id, value.into(), Some(key));
    post.once(&bytes, give_up).await
}

/// The store has given back, outside, what it was paid itself: the refund under `refund_id` of its order.
#[utoipa::path(tag = "seller", request_body = PaidBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = RefundView)))]
#[post("/seller/refunds/{id}/mark-sent")]
pub(crate) async fn seller_refund_sent(
    post: MoneyPost<SellerCaller, RefundView>,
    path: Path<Uuid>,
    body: Body<PaidBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let send = |key| module.mark_refund_sent(&post.actor, id, value.reference, Some(key));
    post.once(&bytes, send).await
}

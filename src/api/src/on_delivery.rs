//! What is paid to a store itself, on delivery or before anything is sold: its seller, or an operator, says what became
//! of it.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use feira_order::{NotCollected, StoreOrderId};
use feira_payment::{PartReference, RefundId, RefundStatus};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    extract::{Body, MaybeBody},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    admin_money::{NoteBody, PaidBody},
    list::List,
    money_post::{MoneyKey, MoneyPost},
    views::{PartRefundView, RefundView, SellerOrderView},
};

/// Of an order whose store is paid itself.
type Collecting<C> = MoneyPost<C, SellerOrderView>;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"restock": true, "note": "nobody at home, three times"}))]
pub(crate) struct NotCollectedBody {
    /// Whether the goods can be sold again; they always can where they were not sent.
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

/// The store has the money of its buyer, who pays it itself, and owes the commission: of what is paid on delivery from
/// when it is shipped, of all else before its time is over. What came after its part was cancelled is recorded so, and is
/// the store's to give back.
#[utoipa::path(tag = "seller", request_body = Option<NoteBody>,
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/collected")]
pub(crate) async fn seller_collected(
    post: Collecting<SellerCaller>,
    path: Path<Uuid>,
    body: MaybeBody<NoteBody>,
) -> Result<HttpResponse, Problem> {
    collected(post, *path, body.0).await
}

/// The same for the order of any store.
#[utoipa::path(tag = "admin", request_body = Option<NoteBody>,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/admin/store-orders/{id}/collected")]
pub(crate) async fn admin_collected(
    post: Collecting<AdminCaller>,
    path: Path<Uuid>,
    body: MaybeBody<NoteBody>,
) -> Result<HttpResponse, Problem> {
    collected(post, *path, body.0).await
}

async fn collected<C>(
    post: Collecting<C>,
    id: Uuid,
    NoteBody { note }: NoteBody,
) -> Result<HttpResponse, Problem> {
    let id = StoreOrderId(id);
    let orders = &post.state.orders;
    // No body and an empty one are the same request.
    let said = note.clone().unwrap_or_default();
    let collect = |key| orders.mark_collected(&post.actor, id, note, Some(key));
    post.once(said.as_bytes(), collect).await
}

/// The buyer, who pays the store itself, did not pay, and will not; nothing is owed. What is paid on delivery came back,
/// all else is not sold.
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

/// What the store has yet to give back, outside, of what it was paid itself by this store order.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = List<PartRefundView>)))]
#[get("/seller/orders/{id}/refunds-to-send")]
pub(crate) async fn seller_to_send(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let order = StoreOrderId(path.into_inner());
    let order = state.orders.store_order(&caller.0, order).await?;
    let parts = vec![PartReference::new(order.store_order.id.0)];
    let found = state
        .payments
        .part_refunds(&caller.0, parts, Some(RefundStatus::Pending));
    Ok(HttpResponse::Ok().json(List::<PartRefundView>::from(found.await?)))
}

/// What the store has given back so, of which it may say that it came back.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = List<PartRefundView>)))]
#[get("/seller/orders/{id}/refunds-sent")]
pub(crate) async fn seller_sent(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let order = StoreOrderId(path.into_inner());
    let order = state.orders.store_order(&caller.0, order).await?;
    let parts = vec![PartReference::new(order.store_order.id.0)];
    let found = state
        .payments
        .part_refunds(&caller.0, parts, Some(RefundStatus::Completed));
    Ok(HttpResponse::Ok().json(List::<PartRefundView>::from(found.await?)))
}

/// The store will not send that refund, as to a buyer's account that was closed: it has failed, `withdrawn`. For members
/// who may give money back.
#[utoipa::path(tag = "seller",
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = RefundView)))]
#[post("/seller/refunds/{id}/withdrawn")]
pub(crate) async fn seller_refund_withdrawn(
    post: MoneyPost<SellerCaller, RefundView>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let withdraw = |key| module.withdraw_refund(&post.actor, id, Some(key));
    post.once(b"", withdraw).await
}

/// The money of such a refund came back to the store: it has failed, `came_back`. For members who may give money back.
#[utoipa::path(tag = "seller",
    params(("id" = Uuid, Path), MoneyKey),
    security(("seller" = [])), responses((status = 200, body = RefundView)))]
#[post("/seller/refunds/{id}/returned")]
pub(crate) async fn seller_refund_returned(
    post: MoneyPost<SellerCaller, RefundView>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let back = |key| module.return_refund(&post.actor, id, Some(key));
    post.once(b"", back).await
}

/// The store has given back, outside, what it was paid itself: the refund under `refund_id` of its order. For
/// members who may give money back.
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

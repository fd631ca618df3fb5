//! Orders as their buyers see them.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_order::{OrderFilter, OrderId, StoreOrderId};
use feira_web::{
    auth::{Customer, OrderCaller},
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{Body, Params},
    idempotent::{Post, Reply},
    reports,
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    views::{OrderSummaryView, OrderView},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Ordered twice"}))]
pub(crate) struct CancelBody {
    reason: String,
}

/// The signed-in customer's orders, newest first.
#[utoipa::path(tag = "orders", params(Paging), security(("shop" = [])),
    responses((status = 200, body = List<OrderSummaryView>)))]
#[get("/orders")]
pub(crate) async fn index(
    request: HttpRequest,
    state: Data<AppState>,
    caller: Customer,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state
        .orders
        .orders(&caller.0, OrderFilter::default(), page)
        .await?;
    Ok(list::answer(&request, found.map(OrderSummaryView::from)))
}

/// One order: of the signed-in customer (also one who claimed the cart after she had ordered as a
/// guest), or of the guest who holds `X-Order-Token` or the `X-Cart-Token` of the cart of which it was
/// made. All may be sent together, here and on all routes of an order or a payment: one has to fit.
#[utoipa::path(tag = "orders", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = OrderView), (status = 304, description = "Not modified")))]
#[get("/orders/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let order = state
        .orders
        .order(&caller.0, OrderId(path.into_inner()))
        .await?;
    let version = order.version;
    Ok(tagged(
        &request,
        Some(version),
        &OrderView::from(order),
        PRIVATE,
    ))
}

/// The file of the fiscal document that a store gave out for its part of the order.
#[utoipa::path(tag = "orders", params(("id" = Uuid, Path), ("store_order_id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, content((String = "application/xml"), (String = "application/pdf")))))]
#[get("/orders/{id}/fiscal-documents/{store_order_id}")]
pub(crate) async fn fiscal_document(
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (order, part) = path.into_inner();
    let (order, part) = (OrderId(order), StoreOrderId(part));
    let file = state.orders.fiscal_file(&caller.0, part, Some(order));
    Ok(reports::fiscal_download(file.await?))
}

/// Cancel before anything was sent. Final at once; stock and money are on their way back, and the
/// payment is shown as `refunded` when they are. Of an order that was not paid the lines are in an open
/// cart at once; from then on `returned` says in which, and what was done to each.
#[utoipa::path(tag = "orders", params(("id" = Uuid, Path)), request_body = CancelBody,
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])), responses((status = 200, body = OrderView)))]
#[post("/orders/{id}/cancel")]
pub(crate) async fn cancel(
    post: Post<OrderCaller>,
    path: Path<Uuid>,
    body: Body<CancelBody>,
) -> Result<HttpResponse, Problem> {
    let id = OrderId(path.into_inner());
    let Body { value, bytes } = body;
    let orders = &post.state.orders;
    let cancel = |key| orders.cancel(&post.actor, id, value.reason, key);
    post.once(&bytes, cancel, Reply::ok::<OrderView>).await
}

/// Everything that was sent has arrived.
#[utoipa::path(tag = "orders", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])), responses((status = 200, body = OrderView)))]
#[post("/orders/{id}/confirm-delivery")]
pub(crate) async fn confirm_delivery(
    post: Post<OrderCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = OrderId(path.into_inner());
    let confirm = |key| post.state.orders.confirm_delivery(&post.actor, id, key);
    post.once(b"", confirm, Reply::ok::<OrderView>).await
}

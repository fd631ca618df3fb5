//! A store's own orders.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_order::{Fulfilment, NewShipment, Settlement, StoreOrderFilter, StoreOrderId};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    views::{SellerOrderSummaryView, SellerOrderView, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderParams {
    #[param(value_type = Option<words::Fulfilment>, inline)]
    fulfilment: Option<Fulfilment>,
    #[param(value_type = Option<words::Settlement>, inline)]
    settlement: Option<Settlement>,
    /// The order's number in any form, an e-mail address, words of a name, or a phone.
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"carrier": "Correios", "tracking_number": "QB123456789BR"}))]
pub(crate) struct ShipBody {
    carrier: String,
    tracking_number: String,
}

/// The store's orders, newest first.
#[utoipa::path(tag = "seller", params(OrderParams), security(("seller" = [])),
    responses((status = 200, body = List<SellerOrderSummaryView>)))]
#[get("/seller/orders")]
pub(crate) async fn index(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<OrderParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(&request, p.limit, p.cursor)?;
    let filter = StoreOrderFilter {
        fulfilment: p.fulfilment,
        settlement: p.settlement,
        q: p.q,
    };
    let found = state.orders.store_orders(&caller.0, filter, page).await?;
    Ok(list::answer(
        &request,
        found.map(SellerOrderSummaryView::from),
    ))
}

/// One order of the store.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = SellerOrderView), (status = 304, description = "Not modified")))]
#[get("/seller/orders/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let order = state
        .orders
        .store_order(&caller.0, StoreOrderId(path.into_inner()))
        .await?;
    let version = order.version;
    Ok(tagged(
        &request,
        Some(version),
        &SellerOrderView::from(order),
        PRIVATE,
    ))
}

/// Accept an order.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/accept")]
pub(crate) async fn accept(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = StoreOrderId(path.into_inner());
    let accept = |key| post.state.orders.accept(&post.actor, id, key);
    post.once(b"", accept, Reply::ok::<SellerOrderView>).await
}

/// Send all of a paid order.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = ShipBody, security(("seller" = [])),
    responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/ship")]
pub(crate) async fn ship(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<ShipBody>,
) -> Result<HttpResponse, Problem> {
    let shipment = NewShipment {
        carrier: body.value.carrier,
        tracking_number: body.value.tracking_number,
    };
    let id = StoreOrderId(path.into_inner());
    let ship = |key| post.state.orders.ship(&post.actor, id, shipment, key);
    post.once(&body.bytes, ship, Reply::ok::<SellerOrderView>)
        .await
}

/// It is known to have arrived.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/deliver")]
pub(crate) async fn deliver(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = StoreOrderId(path.into_inner());
    let deliver = |key| post.state.orders.deliver(&post.actor, id, key);
    post.once(b"", deliver, Reply::ok::<SellerOrderView>).await
}

//! A store's own orders.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use feira_order::{
    Fulfilment, NewFiscalDocument, NewShipment, Settlement, StoreOrderFilter, StoreOrderId,
};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{self, Body, Params},
    idempotent::{Post, Reply},
    reports,
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    seller_stock::unsupported,
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
    /// Those that are paid and lack a fiscal document.
    undocumented: Option<bool>,
    /// Those that may be sent, or were: paid, or to be paid on delivery.
    secured: Option<bool>,
    /// The first day on which they were placed, by the store's clocks, such as `2026-03-01`.
    #[param(format = Date)]
    from: Option<String>,
    /// The last one.
    #[param(format = Date)]
    to: Option<String>,
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
        undocumented: p.undocumented.unwrap_or(false),
        secured: p.secured.unwrap_or(false),
        from: p.from,
        to: p.to,
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

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentParams {
    /// The access key: 44 digits.
    key: String,
}

/// Give an order its fiscal document, or another one until a payout has claimed its earning: the body is the
/// document as XML or PDF, of at most 1 MiB, or nothing.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), DocumentParams),
    request_body(content((String = "application/xml"), (String = "application/pdf"))),
    security(("seller" = [])), responses((status = 200, body = SellerOrderView)))]
#[post("/seller/orders/{id}/fiscal-document")]
pub(crate) async fn set_fiscal_document(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    params: Params<DocumentParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::media_type(post.request.headers());
    if !["", "application/xml", "text/xml", "application/pdf"].contains(&kind.as_str()) {
        return Err(unsupported(
            "send the document as application/xml or application/pdf",
        ));
    }
    let limit = post.state.settings.max_upload_bytes;
    let bytes = extract::read(payload.into_inner(), limit).await?;
    let id = StoreOrderId(path.into_inner());
    let set = |file, key| {
        let document = NewFiscalDocument {
            key: params.0.key,
            file,
        };
        let orders = &post.state.orders;
        orders.set_fiscal_document(&post.actor, id, document, key)
    };
    post.once_taking(bytes, set, Reply::ok::<SellerOrderView>)
        .await
}

/// The file of an order's fiscal document.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, content((String = "application/xml"), (String = "application/pdf")))))]
#[get("/seller/orders/{id}/fiscal-document")]
pub(crate) async fn fiscal_document(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = StoreOrderId(path.into_inner());
    let file = state.orders.fiscal_file(&caller.0, id, None).await?;
    Ok(reports::fiscal_download(file))
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

//! In which ways a cart, or an order that waits for its money, can be paid.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use feira_cart::CartId;
use feira_order::OrderId;
use feira_web::{
    auth::{GATEWAY, OrderCaller, ShopCaller},
    error::{Problem, ProblemBody},
    etag::{PRIVATE, tagged},
    state::AppState,
};
use uuid::Uuid;

use super::views::OffersView;

/// How the cart's total, as it is now, can be paid, and by card in which instalments: their providers are asked.
#[utoipa::path(tag = "checkout", params(("id" = Uuid, Path)), security(("shop" = []), ("cart_token" = [])),
    responses((status = 200, body = OffersView), (status = 304, description = "Not modified"),
        (status = 404, body = ProblemBody)))]
#[get("/carts/{id}/payment-methods")]
pub(crate) async fn of_cart(
    request: HttpRequest,
    state: Data<AppState>,
    caller: ShopCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let cart = state.carts.cart(&caller.0, CartId(*path)).await?;
    let stores = cart.groups.iter().map(|group| group.store).collect();
    let offers = state.payments.offers(&GATEWAY, cart.totals.total, stores);
    let offers = OffersView::from(offers.await?);
    Ok(tagged(&request, None, &offers, PRIVATE))
}

/// The same of an order's total, for another attempt to pay it.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = OffersView), (status = 304, description = "Not modified"),
        (status = 404, body = ProblemBody)))]
#[get("/orders/{id}/payment-methods")]
pub(crate) async fn of_order(
    request: HttpRequest,
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let order = state.orders.order(&caller.0, OrderId(*path)).await?;
    let stores = order.store_orders.iter().map(|part| part.store).collect();
    let offers = state.payments.offers(&GATEWAY, order.totals.total, stores);
    let offers = OffersView::from(offers.await?);
    Ok(tagged(&request, None, &offers, PRIVATE))
}

//! Money that goes back of an order, beside its cancel: by operators and sellers.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post,
    web::{Data, Path},
};
use feira_kernel::{Currency, Money};
use feira_order::{
    OrderId, OrderRefundPartPreview, OrderRefundPreview, RefundOf, RefundReason, RefundRequest,
    StoreOrderId,
};
use feira_payment::{BorneBy, PaymentId};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::{Problem, ProblemBody},
    etag::{PRIVATE, tagged},
    extract::{Body, Params},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::views::{MoneyView, OrderRefundView, OrderView, words};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "amount": {"amount": "10.00", "currency": "BRL"}, "reason": "damaged", "note": "The handle is broken",
    "borne_by": "store",
}))]
pub(crate) struct RefundBody {
    /// Of which only; absent: of the whole order, divided by what each store order has left.
    store_order_id: Option<Uuid>,
    /// Of a payment that came beside the one that confirmed the order, and whose refund came back.
    payment_id: Option<Uuid>,
    /// All that is left of it when absent.
    #[schema(value_type = Option<MoneyView>)]
    amount: Option<Money>,
    #[schema(value_type = words::RefundReason)]
    reason: RefundReason,
    /// Not for the buyer.
    note: Option<String>,
    /// `store` when absent.
    #[schema(value_type = Option<words::BorneBy>)]
    borne_by: Option<BorneBy>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": {"amount": "10.00", "currency": "BRL"}, "reason": "damaged"}))]
pub(crate) struct SellerRefundBody {
    /// All that is left when absent.
    #[schema(value_type = Option<MoneyView>)]
    amount: Option<Money>,
    #[schema(value_type = words::RefundReason)]
    reason: RefundReason,
    /// Not for the buyer.
    note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewParams {
    /// Of which only.
    store_order_id: Option<Uuid>,
    /// Of a payment that came beside the one that confirmed the order.
    payment_id: Option<Uuid>,
    /// Such as `10.00`; all that is left when absent.
    amount: Option<String>,
    /// Of the amount; the order's.
    currency: Option<String>,
    /// `store` when absent.
    #[param(value_type = Option<words::BorneBy>, inline)]
    borne_by: Option<BorneBy>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SellerPreviewParams {
    /// Such as `10.00`; all that is left when absent.
    amount: Option<String>,
    /// Of the amount; the order's.
    currency: Option<String>,
}

/// What a refund would come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundPreviewView {
    /// What the buyer gets.
    amount: MoneyView,
    /// What can still be given back afterwards.
    left: MoneyView,
    /// Who bears what the payment's provider takes for it beside, or keeps of its fee; of several stores each by its part.
    fee_borne_by: words::BorneBy,
    /// How much that is, if it is known before; most providers say so only once it is done.
    fee: Option<MoneyView>,
    store_orders: Vec<PartPreviewView>,
}

/// `commission`, `earning` and `promotion` sum to `amount`.
#[derive(Debug, Serialize, ToSchema)]
struct PartPreviewView {
    store_order_id: Uuid,
    number: String,
    amount: MoneyView,
    /// What the marketplace gives back of its commission.
    commission: MoneyView,
    /// What the store loses.
    earning: MoneyView,
    /// What the marketplace bears beside.
    promotion: MoneyView,
    /// What the store then still earns by it.
    earning_left: MoneyView,
    left: MoneyView,
}

impl From<OrderRefundPreview> for RefundPreviewView {
    fn from(p: OrderRefundPreview) -> Self {
        Self {
            amount: p.amount.into(),
            left: p.left.into(),
            fee_borne_by: p.fee_borne_by.into(),
            fee: p.fee.map(MoneyView::from),
            store_orders: p.parts.into_iter().map(PartPreviewView::from).collect(),
        }
    }
}

impl From<OrderRefundPartPreview> for PartPreviewView {
    fn from(p: OrderRefundPartPreview) -> Self {
        Self {
            store_order_id: p.store_order.0,
            number: p.number,
            amount: p.amount.into(),
            commission: p.commission.into(),
            earning: p.earning.into(),
            promotion: p.promotion.into(),
            earning_left: p.earning_left.into(),
            left: p.left.into(),
        }
    }
}

fn of(whole: Uuid, store_order: Option<Uuid>, payment: Option<Uuid>) -> RefundOf {
    match (store_order, payment) {
        (Some(part), _) => RefundOf::PartOf(OrderId(whole), StoreOrderId(part)),
        (None, Some(payment)) => RefundOf::Payment(OrderId(whole), PaymentId(payment)),
        (None, None) => RefundOf::Order(OrderId(whole)),
    }
}

/// What a preview is asked of; its reason does not matter.
fn draft(
    of: RefundOf,
    amount: Option<String>,
    currency: Option<String>,
    borne_by: Option<BorneBy>,
) -> Result<RefundRequest, Problem> {
    let read = |text: String| {
        let currency = currency.as_deref().unwrap_or_default();
        let currency = currency.parse::<Currency>().map_err(|_| no_amount())?;
        Money::parse(&text, currency).map_err(|_| no_amount())
    };
    Ok(RefundRequest {
        of,
        amount: amount.map(read).transpose()?,
        reason: RefundReason::Other,
        note: None,
        borne_by: borne_by.unwrap_or(BorneBy::Store),
    })
}

fn no_amount() -> Problem {
    let detail = "amount must be one such as 10.00, beside its currency";
    Problem::new(StatusCode::BAD_REQUEST, "request.invalid_parameter", detail)
}

fn previewed(told: OrderRefundPreview) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(RefundPreviewView::from(told))
}

/// One order, with its refunds.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = OrderView), (status = 304, description = "Not modified")))]
#[get("/admin/orders/{id}")]
pub(crate) async fn order(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = OrderId(path.into_inner());
    let order = state.orders.order(&caller.0, id).await?;
    let version = order.version;
    let view = OrderView::from(order);
    Ok(tagged(&request, Some(version), &view, PRIVATE))
}

/// What a refund of an order would come to: what the buyer gets, and who loses what.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path), PreviewParams), security(("admin" = [])),
    responses((status = 200, body = RefundPreviewView), (status = 409, body = ProblemBody)))]
#[get("/admin/orders/{id}/refunds/preview")]
pub(crate) async fn preview(
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
    params: Params<PreviewParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let of = of(path.into_inner(), p.store_order_id, p.payment_id);
    let asked = draft(of, p.amount, p.currency, p.borne_by)?;
    Ok(previewed(
        state.orders.preview_refund(&caller.0, asked).await?,
    ))
}

/// Give money of an order back: the rest, or an amount, of the order or of one store order. Its state may be
/// `asked` in the answer: it is completed, or fails, later.
#[utoipa::path(tag = "admin", request_body = RefundBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: it moves money")),
    security(("admin" = [])), responses((status = 201, body = OrderRefundView)))]
#[post("/admin/orders/{id}/refunds")]
pub(crate) async fn refund(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<RefundBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let whole = path.into_inner();
    let asked = RefundRequest {
        of: of(whole, value.store_order_id, value.payment_id),
        amount: value.amount,
        reason: value.reason,
        note: value.note,
        borne_by: value.borne_by.unwrap_or(BorneBy::Store),
    };
    let orders = &post.state.orders;
    let give = |key| orders.refund(&post.actor, asked, Some(key));
    post.once_with_key(Keep::Answer, &bytes, give, |made| {
        Reply::created::<OrderRefundView>(format!("/api/v1/admin/orders/{whole}"), made)
    })
    .await
}

/// What a refund of the store's order would come to.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), SellerPreviewParams), security(("seller" = [])),
    responses((status = 200, body = RefundPreviewView), (status = 409, body = ProblemBody)))]
#[get("/seller/orders/{id}/refunds/preview")]
pub(crate) async fn seller_preview(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<SellerPreviewParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let of = RefundOf::StoreOrder(StoreOrderId(path.into_inner()));
    let asked = draft(of, p.amount, p.currency, None)?;
    Ok(previewed(
        state.orders.preview_refund(&caller.0, asked).await?,
    ))
}

/// Give money of the store's order back: the rest, or an amount. The store bears it. Where the marketplace lets
/// sellers do so.
#[utoipa::path(tag = "seller", request_body = SellerRefundBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: it moves money")),
    security(("seller" = [])), responses((status = 201, body = OrderRefundView)))]
#[post("/seller/orders/{id}/refunds")]
pub(crate) async fn seller_refund(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<SellerRefundBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = path.into_inner();
    let asked = RefundRequest {
        of: RefundOf::StoreOrder(StoreOrderId(id)),
        amount: value.amount,
        reason: value.reason,
        note: value.note,
        borne_by: BorneBy::Store,
    };
    let orders = &post.state.orders;
    let give = |key| orders.refund(&post.actor, asked, Some(key));
    post.once_with_key(Keep::Answer, &bytes, give, |made| {
        Reply::created::<OrderRefundView>(format!("/api/v1/seller/orders/{id}"), made)
    })
    .await
}

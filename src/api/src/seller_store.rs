//! A store's own settings and money.

use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use feira_kernel::Money;
use feira_payment::{Balance, LedgerLine, Payout};
use feira_store::{NewShippingMethod, ShippingMethod, ShippingPrice, StoreKey};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    stores::StoreView,
    views::{MoneyView, Timestamp, words},
};

/// How the price of sending is found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ShippingPriceBody {
    Flat {
        #[schema(value_type = MoneyView)]
        price: Money,
    },
    /// Free from this order value on.
    FreeAbove {
        #[schema(value_type = MoneyView)]
        price: Money,
        #[schema(value_type = MoneyView)]
        threshold: Money,
    },
    Pickup {},
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Express", "transit_days": 2,
    "price": {"kind": "flat", "price": {"amount": "19.90", "currency": "BRL"}},
}))]
pub(crate) struct ShippingMethodBody {
    name: String,
    price: ShippingPriceBody,
    /// Working days from hand-over to delivery.
    transit_days: u16,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShippingMethodView {
    id: Uuid,
    name: String,
    price: ShippingPriceBody,
    transit_days: u16,
    active: bool,
}

impl From<ShippingMethod> for ShippingMethodView {
    fn from(m: ShippingMethod) -> Self {
        let price = match m.price {
            ShippingPrice::Flat { price } => ShippingPriceBody::Flat { price },
            ShippingPrice::FreeAbove { price, threshold } => {
                ShippingPriceBody::FreeAbove { price, threshold }
            }
            ShippingPrice::Pickup {} => ShippingPriceBody::Pickup {},
        };
        Self {
            id: m.id.0,
            name: m.name,
            price,
            transit_days: m.transit_days,
            active: m.active,
        }
    }
}

impl From<ShippingMethodBody> for NewShippingMethod {
    fn from(b: ShippingMethodBody) -> Self {
        let price = match b.price {
            ShippingPriceBody::Flat { price } => ShippingPrice::Flat { price },
            ShippingPriceBody::FreeAbove { price, threshold } => {
                ShippingPrice::FreeAbove { price, threshold }
            }
            ShippingPriceBody::Pickup {} => ShippingPrice::Pickup {},
        };
        Self {
            name: b.name,
            price,
            transit_days: b.transit_days,
        }
    }
}

/// The store that the caller works in.
#[utoipa::path(tag = "seller", security(("seller" = [])),
    responses((status = 200, body = StoreView), (status = 304, description = "Not modified")))]
#[get("/seller/store")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let id = caller.0.store().ok_or_else(Problem::not_found)?;
    let store = state.stores.store(&caller.0, StoreKey::Id(id)).await?;
    Ok(tagged(&request, None, &StoreView::from(store), PRIVATE))
}

/// The store's ways of sending.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = List<ShippingMethodView>)))]
#[get("/seller/shipping-methods")]
pub(crate) async fn shipping_methods(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let methods = state.stores.shipping_methods(&caller.0).await?;
    Ok(HttpResponse::Ok().json(List::<ShippingMethodView>::from(methods)))
}

/// Add a way of sending.
#[utoipa::path(tag = "seller", request_body = ShippingMethodBody, security(("seller" = [])),
    responses((status = 201, body = ShippingMethodView)))]
#[post("/seller/shipping-methods")]
pub(crate) async fn add_shipping_method(
    post: Post<SellerCaller>,
    body: Body<ShippingMethodBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let stores = &post.state.stores;
    let add = |key| stores.add_shipping_method(&post.actor, value.into(), key);
    post.once(&bytes, add, |made| {
        Reply::created::<ShippingMethodView>("/api/v1/seller/shipping-methods", made)
    })
    .await
}

/// What the store is owed, per currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceView {
    currency: &'static str,
    /// Within the return window.
    pending: MoneyView,
    /// In the next payout.
    payable: MoneyView,
    in_payout: MoneyView,
    paid: MoneyView,
}

impl From<Balance> for BalanceView {
    fn from(b: Balance) -> Self {
        Self {
            currency: b.currency.code(),
            pending: b.pending.into(),
            payable: b.payable.into(),
            in_payout: b.in_payout.into(),
            paid: b.paid.into(),
        }
    }
}

/// The store's balance, one row per currency.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = List<BalanceView>)))]
#[get("/seller/balance")]
pub(crate) async fn balance(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let balances = state.payments.balance(&caller.0, None).await?;
    Ok(HttpResponse::Ok().json(List::<BalanceView>::from(balances)))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedgerLineView {
    id: Uuid,
    account: words::LedgerAccount,
    kind: words::LedgerKind,
    /// As the store sees it: what it is owed is positive.
    amount: MoneyView,
    store_order_id: Option<Uuid>,
    at: Timestamp,
}

impl From<LedgerLine> for LedgerLineView {
    fn from(l: LedgerLine) -> Self {
        Self {
            id: l.id,
            account: l.account.into(),
            kind: l.kind.into(),
            amount: l.amount.into(),
            store_order_id: l.part,
            at: l.at.into(),
        }
    }
}

/// The store's ledger lines, newest first.
#[utoipa::path(tag = "seller", params(Paging), security(("seller" = [])),
    responses((status = 200, body = List<LedgerLineView>)))]
#[get("/seller/ledger")]
pub(crate) async fn ledger(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.ledger(&caller.0, None, page).await?;
    Ok(list::answer(&request, found.map(LedgerLineView::from)))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayoutView {
    id: Uuid,
    store_id: Uuid,
    store_name: String,
    amount: MoneyView,
    status: words::PayoutStatus,
    reference: Option<String>,
    items: u32,
    created_at: Timestamp,
    paid_at: Option<Timestamp>,
}

impl From<Payout> for PayoutView {
    fn from(p: Payout) -> Self {
        Self {
            id: p.id.0,
            store_id: p.store.0,
            store_name: p.store_name,
            amount: p.amount.into(),
            status: p.status.into(),
            reference: p.reference,
            items: p.items,
            created_at: p.created_at.into(),
            paid_at: p.paid_at.map(Timestamp::from),
        }
    }
}

/// The store's payouts, newest first.
#[utoipa::path(tag = "seller", params(Paging), security(("seller" = [])),
    responses((status = 200, body = List<PayoutView>)))]
#[get("/seller/payouts")]
pub(crate) async fn payouts(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.payouts(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(PayoutView::from)))
}

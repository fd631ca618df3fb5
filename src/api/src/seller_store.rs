//! A store's own settings and money.

use actix_web::{HttpRequest, HttpResponse, get, patch, web::Data};
use feira_payment::{Balance, LedgerLine, Payout, PayoutFilter};
use feira_store::{ProfileChange, Store, StoreKey};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, Params, given},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    stores::StoreView,
    views::{AddressBody, MoneyView, Timestamp, words},
};

/// A store as its own people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnStoreView {
    #[serde(flatten)]
    store: StoreView,
    phone: String,
    time_zone: String,
}

fn shown(request: &HttpRequest, store: Store) -> HttpResponse {
    let version = store.version;
    let view = OwnStoreView {
        phone: store.phone.clone(),
        time_zone: store.time_zone.clone(),
        store: store.into(),
    };
    tagged(request, Some(version), &view, PRIVATE)
}

/// The store that the caller works in.
#[utoipa::path(tag = "seller", security(("seller" = [])),
    responses((status = 200, body = OwnStoreView), (status = 304, description = "Not modified")))]
#[get("/seller/store")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let id = caller.0.store().ok_or_else(Problem::not_found)?;
    let store = state.stores.store(&caller.0, StoreKey::Id(id)).await?;
    Ok(shown(&request, store))
}

/// A JSON merge patch: absent stays, and nothing of it is ever null.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"description": "Mugs and bowls, made by hand.", "time_zone": "America/Sao_Paulo"}))]
pub(crate) struct StorePatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    phone: Option<String>,
    /// As a whole.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    address: Option<AddressBody>,
    /// An IANA name, in which the store's days are counted.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    time_zone: Option<String>,
}

/// Change what is given of the store's profile. Its slug stays.
#[utoipa::path(tag = "seller", request_body = StorePatch, security(("seller" = [])),
    responses((status = 200, body = OwnStoreView)))]
#[patch("/seller/store")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    if_match: IfMatch,
    body: Body<StorePatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let change = ProfileChange {
        expected_version: if_match.0,
        name: b.name,
        description: b.description,
        phone: b.phone,
        address: b.address.map(Into::into),
        time_zone: b.time_zone,
    };
    let store = state.stores.update_store(&caller.0, change).await?;
    Ok(shown(&request, store))
}

/// What the store is owed, per currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceView {
    currency: &'static str,
    /// Within the return window.
    pending: MoneyView,
    /// In the next payout. Negative where more was given back than was earned since.
    payable: MoneyView,
    /// Kept back: in dispute, for refunds that run, or against what may come.
    held: MoneyView,
    in_payout: MoneyView,
    paid: MoneyView,
    /// Kept back while payments are disputed.
    disputed: MoneyView,
    /// Held for refunds that are asked for, and not made yet.
    refunding: MoneyView,
    /// Kept back against what may come; `GET /seller/reserves` says why and until when.
    reserved: MoneyView,
    /// What the store owes for certain, without what disputes and refunds that run hold; the next payouts are less by
    /// what of it is not billed.
    owed: MoneyView,
    /// Of that, what open invoices ask for.
    billed: MoneyView,
}

impl From<Balance> for BalanceView {
    fn from(b: Balance) -> Self {
        Self {
            currency: b.currency.code(),
            pending: b.pending.into(),
            payable: b.payable.into(),
            held: b.held.into(),
            in_payout: b.in_payout.into(),
            paid: b.paid.into(),
            disputed: b.disputed.into(),
            refunding: b.refunding.into(),
            reserved: b.reserved.into(),
            owed: b.owed.into(),
            billed: b.billed.into(),
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
    /// Where it goes, with most of the number hidden.
    account: Option<String>,
    created_at: Timestamp,
    paid_at: Option<Timestamp>,
    /// When it came back, or was given up.
    ended_at: Option<Timestamp>,
    ended_why: Option<String>,
    /// Since when it is in a file for the bank.
    filed_at: Option<Timestamp>,
    /// By which provider it is transferred to the store's account there; nobody else pays it.
    provider: Option<String>,
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
            account: p.account,
            created_at: p.created_at.into(),
            paid_at: p.paid_at.map(Timestamp::from),
            ended_at: p.ended_at.map(Timestamp::from),
            ended_why: p.ended_why,
            filed_at: p.filed_at.map(Timestamp::from),
            provider: p.provider,
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
    let all = PayoutFilter::default();
    let found = state.payments.payouts(&caller.0, all, page).await?;
    Ok(list::answer(&request, found.map(PayoutView::from)))
}

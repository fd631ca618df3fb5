//! What stores owe to the marketplace, and what of theirs is kept in reserve.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::{Money, StoreId, Time};
use feira_payment::{Debt, DebtSettlement, NewReserve, Reserve, ReserveFilter, ReserveId};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    money_post::{MoneyKey, MoneyPost},
    views::{MoneyView, Timestamp, words},
};

/// What a store owes in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DebtView {
    store_id: Uuid,
    store_name: String,
    owed: MoneyView,
    /// Of the oldest entry of the books that it comes from.
    since: Timestamp,
}

impl From<Debt> for DebtView {
    fn from(d: Debt) -> Self {
        Self {
            store_id: d.store.0,
            store_name: d.store_name,
            owed: d.owed.into(),
            since: d.since.into(),
        }
    }
}

/// Stores that owe to the marketplace, those first that have done so longest.
#[utoipa::path(tag = "admin", params(Paging), security(("admin" = [])),
    responses((status = 200, body = List<DebtView>)))]
#[get("/admin/ledger/debts")]
pub(crate) async fn debts(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.debts(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(DebtView::from)))
}

/// A debt, or a part of one, that is owed no more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettlementView {
    id: Uuid,
    store_id: Uuid,
    /// `write_off` or `settled_by_store`.
    kind: words::LedgerKind,
    amount: MoneyView,
    /// Why it was given up, or under which reference it was paid.
    note: String,
    at: Timestamp,
}

impl From<DebtSettlement> for SettlementView {
    fn from(s: DebtSettlement) -> Self {
        Self {
            id: s.id,
            store_id: s.store.0,
            kind: s.kind.into(),
            amount: s.amount.into(),
            note: s.note,
            at: s.at.into(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"store_id": "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01",
    "amount": {"amount": "12.30", "currency": "BRL"}, "reason": "The shop has closed"}))]
pub(crate) struct WriteOffBody {
    store_id: Uuid,
    /// At most what the store owes.
    #[schema(value_type = MoneyView)]
    amount: Money,
    reason: String,
}

/// Give up what a store owes, or a part of it.
#[utoipa::path(tag = "admin", request_body = WriteOffBody,
    params(MoneyKey),
    security(("admin" = [])), responses((status = 200, body = SettlementView)))]
#[post("/admin/ledger/write-offs")]
pub(crate) async fn write_off(
    post: MoneyPost<AdminCaller, SettlementView>,
    body: Body<WriteOffBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let (module, store) = (&post.state.payments, StoreId(value.store_id));
    let end =
        |key| module.write_off_debt(&post.actor, store, value.amount, value.reason, Some(key));
    post.once(&bytes, end).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"store_id": "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01",
    "amount": {"amount": "12.30", "currency": "BRL"}, "reference": "PIX E123"}))]
pub(crate) struct DebtPaidBody {
    store_id: Uuid,
    /// At most what the store owes.
    #[schema(value_type = MoneyView)]
    amount: Money,
    /// Under which the money came.
    reference: String,
}

/// The store paid what it owes, or a part of it, outside.
#[utoipa::path(tag = "admin", request_body = DebtPaidBody,
    params(MoneyKey),
    security(("admin" = [])), responses((status = 200, body = SettlementView)))]
#[post("/admin/ledger/settlements")]
pub(crate) async fn debt_paid(
    post: MoneyPost<AdminCaller, SettlementView>,
    body: Body<DebtPaidBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let (module, store) = (&post.state.payments, StoreId(value.store_id));
    let end =
        |key| module.settle_debt(&post.actor, store, value.amount, value.reference, Some(key));
    post.once(&bytes, end).await
}

/// A part of what a store is owed, kept back against what may come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReserveView {
    id: Uuid,
    store_id: Uuid,
    amount: MoneyView,
    reason: String,
    status: words::ReserveStatus,
    /// When it becomes payable by itself.
    release_at: Timestamp,
    released_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<Reserve> for ReserveView {
    fn from(r: Reserve) -> Self {
        Self {
            id: r.id.0,
            store_id: r.store.0,
            amount: r.amount.into(),
            reason: r.reason,
            status: r.status.into(),
            release_at: r.release_at.into(),
            released_at: r.released_at.map(Timestamp::from),
            created_at: r.created_at.into(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReserveParams {
    /// Of this store only.
    store_id: Option<Uuid>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Reserves, newest first.
#[utoipa::path(tag = "admin", params(ReserveParams), security(("admin" = [])),
    responses((status = 200, body = List<ReserveView>)))]
#[get("/admin/ledger/reserves")]
pub(crate) async fn reserves(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<ReserveParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = ReserveFilter {
        store: params.0.store_id.map(StoreId),
        status: None,
    };
    let found = state.payments.reserves(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(ReserveView::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"store_id": "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01",
    "amount": {"amount": "200.00", "currency": "BRL"}, "reason": "Many returns in March",
    "release_at": "2026-06-17T12:00:00Z"}))]
pub(crate) struct ReserveBody {
    store_id: Uuid,
    /// At most what is payable to the store now.
    #[schema(value_type = MoneyView)]
    amount: Money,
    /// What the store reads.
    reason: String,
    /// When it becomes payable by itself, within five years.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = Timestamp)]
    release_at: Time,
}

/// Keep back a part of what a store is owed.
#[utoipa::path(tag = "admin", request_body = ReserveBody,
    params(MoneyKey),
    security(("admin" = [])), responses((status = 200, body = ReserveView)))]
#[post("/admin/ledger/reserves")]
pub(crate) async fn hold(
    post: MoneyPost<AdminCaller, ReserveView>,
    body: Body<ReserveBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let reserve = NewReserve {
        store: StoreId(value.store_id),
        amount: value.amount,
        reason: value.reason,
        release_at: value.release_at,
    };
    let module = &post.state.payments;
    let hold = |key| module.hold_reserve(&post.actor, reserve, Some(key));
    post.once(&bytes, hold).await
}

/// Make a reserve payable before its day.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = ReserveView)))]
#[post("/admin/ledger/reserves/{id}/release")]
pub(crate) async fn release(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = ReserveId(path.into_inner());
    let module = &post.state.payments;
    let release = |key| module.release_reserve(&post.actor, id, key);
    post.once(b"", release, Reply::ok::<ReserveView>).await
}

/// What of the store's money is kept in reserve, and why, newest first.
#[utoipa::path(tag = "seller", params(Paging), security(("seller" = [])),
    responses((status = 200, body = List<ReserveView>)))]
#[get("/seller/reserves")]
pub(crate) async fn own_reserves(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let all = ReserveFilter::default();
    let found = state.payments.reserves(&caller.0, all, page).await?;
    Ok(list::answer(&request, found.map(ReserveView::from)))
}

//! The books from near, as operators see them: an account's entries, transactions, and a file of them.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use feira_kernel::{Currency, FieldError, StoreId, Time, validate::REQUIRED};
use feira_payment::{Account, BookEntry, BookTransaction, EntryFilter, LedgerKind, PaymentError};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    extract::Params,
    ledger_file::{self, order_numbers},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    views::{MoneyView, Timestamp, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntryParams {
    /// Whose entries; must be given.
    #[param(value_type = Option<words::LedgerAccount>, inline)]
    account: Option<Account>,
    /// In which currency; must be given.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    #[param(value_type = Option<words::LedgerKind>, inline)]
    kind: Option<LedgerKind>,
    store_id: Option<Uuid>,
    /// RFC 3339: from this moment on.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// RFC 3339: before this moment.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What must be given is asked for after it is known who asks.
fn given<T>(value: Option<T>, pointer: &str) -> Result<T, Problem> {
    let missing = || FieldError::new(pointer, REQUIRED, "must be given");
    value.ok_or_else(|| PaymentError::from(missing()).into())
}

impl EntryParams {
    fn filter(&self) -> Result<EntryFilter, Problem> {
        Ok(EntryFilter {
            account: given(self.account, "/account")?,
            currency: given(self.currency, "/currency")?,
            kind: self.kind,
            store: self.store_id.map(StoreId),
            from: self.from,
            until: self.until,
        })
    }
}

/// An entry of the books.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    id: Uuid,
    transaction_id: Uuid,
    account: words::LedgerAccount,
    kind: words::LedgerKind,
    /// As in the books: held or owed to the marketplace is positive, owed by it negative.
    amount: MoneyView,
    store_id: Option<Uuid>,
    store_name: Option<String>,
    payment_id: Option<Uuid>,
    order_id: Option<Uuid>,
    /// For who may see orders.
    order_number: Option<String>,
    store_order_id: Option<Uuid>,
    payout_id: Option<Uuid>,
    at: Timestamp,
}

fn entry(e: BookEntry, numbers: &BTreeMap<Uuid, String>) -> EntryView {
    let order = e.reference.map(|reference| reference.0);
    EntryView {
        id: e.id,
        transaction_id: e.transaction,
        account: e.account.into(),
        kind: e.kind.into(),
        amount: e.amount.into(),
        store_id: e.store.map(|store| store.0),
        store_name: e.store_name,
        payment_id: e.payment.map(|payment| payment.0),
        order_number: order.and_then(|order| numbers.get(&order).cloned()),
        order_id: order,
        store_order_id: e.part.map(|part| part.0),
        payout_id: e.payout.map(|payout| payout.0),
        at: e.at.into(),
    }
}

/// The entries of an account of the books, newest first.
#[utoipa::path(tag = "admin", params(EntryParams), security(("admin" = [])),
    responses((status = 200, body = List<EntryView>)))]
#[get("/admin/ledger/entries")]
pub(crate) async fn entries(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<EntryParams>,
) -> Result<HttpResponse, Problem> {
    let filter = params.0.filter()?;
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state
        .payments
        .ledger_entries(&caller.0, filter, page)
        .await?;
    let numbers = order_numbers(&state, &caller.0, &found.items).await?;
    Ok(list::answer(&request, found.map(|e| entry(e, &numbers))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// Whose entries; must be given.
    #[param(value_type = Option<words::LedgerAccount>, inline)]
    account: Option<Account>,
    /// In which currency; must be given.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    store_id: Option<Uuid>,
    /// RFC 3339: from this moment on; must be given.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// RFC 3339: before this moment, a year later at most; must be given.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

/// The entries of an account and a period as a CSV file, oldest first.
#[utoipa::path(tag = "admin", params(ExportParams), security(("admin" = [])),
    responses((status = 200, body = String, content_type = "text/csv", description = "The file")))]
#[get("/admin/ledger/export")]
pub(crate) async fn export(
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<ExportParams>,
) -> Result<HttpResponse, Problem> {
    let sent = params.0;
    let filter = EntryFilter {
        store: sent.store_id.map(StoreId),
        from: sent.from,
        until: sent.until,
        ..EntryFilter::of(
            given(sent.account, "/account")?,
            given(sent.currency, "/currency")?,
        )
    };
    ledger_file::answer(state, caller.0, filter).await
}

/// What happened once to money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionView {
    id: Uuid,
    kind: words::LedgerKind,
    /// The payment, split, refund, payout, reserve or ended debt that it tells of.
    source_id: Uuid,
    at: Timestamp,
    /// They sum to zero in each currency.
    entries: Vec<EntryView>,
}

/// A transaction of the books with all of its entries.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = TransactionView)))]
#[get("/admin/ledger/transactions/{id}")]
pub(crate) async fn transaction(
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = path.into_inner();
    let found = state.payments.ledger_transaction(&caller.0, id).await?;
    let numbers = order_numbers(&state, &caller.0, &found.entries).await?;
    let BookTransaction { entries: lines, .. } = found;
    let view = TransactionView {
        id: found.id,
        kind: found.kind.into(),
        source_id: found.source,
        at: found.at.into(),
        entries: lines.into_iter().map(|e| entry(e, &numbers)).collect(),
    };
    Ok(fresh(view))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MonthParams {
    /// Whose entries; must be given.
    #[param(value_type = Option<words::LedgerAccount>, inline)]
    account: Option<Account>,
    /// In which currency; must be given.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
}

/// What an account's entries of one month add up to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthView {
    #[schema(example = "2026-03")]
    month: String,
    total: MoneyView,
    entries: u64,
}

/// The sums of an account by the months of the marketplace's time zone, newest first, at most 120.
#[utoipa::path(tag = "admin", params(MonthParams), security(("admin" = [])),
    responses((status = 200, body = List<MonthView>)))]
#[get("/admin/ledger/months")]
pub(crate) async fn months(
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<MonthParams>,
) -> Result<HttpResponse, Problem> {
    let account = given(params.0.account, "/account")?;
    let currency = given(params.0.currency, "/currency")?;
    let zone = state.settings.time_zone.clone();
    let found = state
        .payments
        .ledger_months(&caller.0, account, currency, zone)
        .await?;
    let month = |m: feira_payment::MonthTotal| MonthView {
        month: m.month,
        total: m.total.into(),
        entries: m.entries,
    };
    Ok(fresh(List {
        items: found.into_iter().map(month).collect::<Vec<_>>(),
        next_cursor: None,
    }))
}

fn fresh(view: impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(view)
}

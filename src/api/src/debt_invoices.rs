//! What stores owe, billed to them, and what became of it.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::{Money, StoreId};
use feira_payment::{DebtInvoice, InvoiceEnding, InvoiceId, NewInvoice};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    extract::{Body, Params},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    admin_debts::SettlementView,
    list::{self, List, Paging},
    money_post::{MoneyKey, MoneyPost},
    views::{MoneyView, Timestamp, words},
};

/// An invoice to a store. No fiscal document: it asks for what the books say that is owed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceView {
    id: Uuid,
    /// Rises; some may be left out.
    number: i64,
    store_id: Uuid,
    store_name: String,
    /// Whom it is made out to.
    business_name: String,
    tax_id: String,
    amount: MoneyView,
    note: String,
    /// The last day on which it is paid in time.
    #[schema(format = Date)]
    due_on: String,
    status: words::InvoiceStatus,
    /// Under which reference it was paid, or why it ended.
    ended_note: Option<String>,
    ended_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<DebtInvoice> for InvoiceView {
    fn from(i: DebtInvoice) -> Self {
        Self {
            id: i.id.0,
            number: i.number,
            store_id: i.store.0,
            store_name: i.store_name,
            business_name: i.business_name,
            tax_id: i.tax_id,
            amount: i.amount.into(),
            note: i.note,
            due_on: i.due_on,
            status: i.status.into(),
            ended_note: i.ended_note,
            ended_at: i.ended_at.map(Timestamp::from),
            created_at: i.created_at.into(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DebtParams {
    /// Of this store only.
    store_id: Option<Uuid>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Invoices to stores, newest first.
#[utoipa::path(tag = "admin", params(DebtParams), security(("admin" = [])),
    responses((status = 200, body = List<InvoiceView>)))]
#[get("/admin/ledger/invoices")]
pub(crate) async fn invoices(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<DebtParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let store = params.0.store_id.map(StoreId);
    let found = state.payments.debt_invoices(&caller.0, store, page).await?;
    Ok(list::answer(&request, found.map(InvoiceView::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"store_id": "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01",
    "amount": {"amount": "12.30", "currency": "BRL"}, "due_on": "2026-06-17", "note": "Refunds of May. PIX to ana@feira.example"}))]
pub(crate) struct InvoiceBody {
    store_id: Uuid,
    /// At most what the store owes and no open invoice asks for.
    #[schema(value_type = MoneyView)]
    amount: Money,
    /// The last day on which it is paid in time, within a year.
    #[schema(format = Date)]
    due_on: String,
    /// What the store reads: what it is for, and how to pay.
    note: String,
}

/// Bill a store what it owes, or a part of it: no payout nets it any more. Its people are told by e-mail.
#[utoipa::path(tag = "admin", request_body = InvoiceBody,
    params(MoneyKey),
    security(("admin" = [])), responses((status = 200, body = InvoiceView), (status = 404)))]
#[post("/admin/ledger/invoices")]
pub(crate) async fn invoice(
    post: MoneyPost<AdminCaller, InvoiceView>,
    body: Body<InvoiceBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let new = NewInvoice {
        store: StoreId(value.store_id),
        amount: value.amount,
        due_on: value.due_on,
        note: value.note,
    };
    let module = &post.state.payments;
    let make = |key| module.invoice_debt(&post.actor, new, Some(key));
    post.once(&bytes, make).await
}

/// How it ended. `withdrawn` leaves what is owed as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"outcome": "paid", "reference": "PIX E123"}))]
pub(crate) enum InvoiceEndingBody {
    Paid {
        /// Under which the money came.
        reference: String,
    },
    WrittenOff {
        reason: String,
    },
    Withdrawn {
        reason: String,
    },
}

impl From<InvoiceEndingBody> for InvoiceEnding {
    fn from(body: InvoiceEndingBody) -> Self {
        match body {
            InvoiceEndingBody::Paid { reference } => Self::Paid { reference },
            InvoiceEndingBody::WrittenOff { reason } => Self::WrittenOff { reason },
            InvoiceEndingBody::Withdrawn { reason } => Self::Withdrawn { reason },
        }
    }
}

/// Say how an invoice ended.
#[utoipa::path(tag = "admin", request_body = InvoiceEndingBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = InvoiceView)))]
#[post("/admin/ledger/invoices/{id}/end")]
pub(crate) async fn end_invoice(
    post: MoneyPost<AdminCaller, InvoiceView>,
    path: Path<Uuid>,
    body: Body<InvoiceEndingBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = InvoiceId(path.into_inner());
    let module = &post.state.payments;
    let end = |key| module.end_invoice(&post.actor, id, value.into(), Some(key));
    post.once(&bytes, end).await
}

/// Debts that were paid outside, or given up, newest first.
#[utoipa::path(tag = "admin", params(DebtParams), security(("admin" = [])),
    responses((status = 200, body = List<SettlementView>)))]
#[get("/admin/ledger/settlements")]
pub(crate) async fn settlements(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<DebtParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let store = params.0.store_id.map(StoreId);
    let found = state.payments.debt_settlements(&caller.0, store, page);
    Ok(list::answer(
        &request,
        found.await?.map(SettlementView::from),
    ))
}

/// What the store was billed, newest first.
#[utoipa::path(tag = "seller", params(Paging), security(("seller" = [])),
    responses((status = 200, body = List<InvoiceView>)))]
#[get("/seller/invoices")]
pub(crate) async fn own_invoices(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.debt_invoices(&caller.0, None, page).await?;
    Ok(list::answer(&request, found.map(InvoiceView::from)))
}

//! Orders, payments, payouts and the books, as operators see them.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Data, Path},
};
use feira_order::{OrderFilter, OrderStatus};
use feira_payment::{GivenBackAs, PaymentId, PayoutFilter, PayoutId, RefundId};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    extract::{Body, MaybeBody, Params},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    admin_payment::shown_payment,
    list::{self, List, Paging},
    money_post::{MoneyKey, MoneyPost},
    payouts::PayoutParams,
    seller_store::PayoutView,
    views::{MoneyView, OrderSummaryView, PaymentDetailsView, PaymentView, RefundView, words},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reference": "TED 20260317"}))]
pub(crate) struct PaidBody {
    /// Under which it was paid at the bank.
    pub(crate) reference: String,
}

/// What is written down beside that money came.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "paid in cash, with change"}))]
pub(crate) struct NoteBody {
    /// At most 500 characters.
    pub(crate) note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderParams {
    #[param(value_type = Option<words::OrderStatus>, inline)]
    status: Option<OrderStatus>,
    /// The order's number in any form, an e-mail address, words of a name, or a phone.
    q: Option<String>,
    /// Those of which a part is paid and lacks a fiscal document.
    undocumented: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// All orders, newest first.
#[utoipa::path(tag = "admin", params(OrderParams), security(("admin" = [])),
    responses((status = 200, body = List<OrderSummaryView>)))]
#[get("/admin/orders")]
pub(crate) async fn orders(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<OrderParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = OrderFilter {
        status: params.0.status,
        q: params.0.q,
        undocumented: params.0.undocumented.unwrap_or(false),
    };
    let found = state.orders.orders(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(OrderSummaryView::from)))
}

/// All payments, newest first.
#[utoipa::path(tag = "admin", params(Paging), security(("admin" = [])),
    responses((status = 200, body = List<PaymentView>)))]
#[get("/admin/payments")]
pub(crate) async fn payments(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.payments(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(PaymentView::from)))
}

/// One payment with its refunds.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = PaymentDetailsView), (status = 304, description = "Not modified")))]
#[get("/admin/payments/{id}")]
pub(crate) async fn payment(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = PaymentId(path.into_inner());
    let details = state.payments.details(&caller.0, id).await?;
    Ok(shown_payment(&request, details))
}

/// The money of a payment by hand has come: a PIX to a key, or a bank transfer. Its order is confirmed.
/// What is written beside is added to the payment's notes.
#[utoipa::path(tag = "admin", request_body = Option<NoteBody>,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = PaymentView)))]
#[post("/admin/payments/{id}/mark-paid")]
pub(crate) async fn payment_paid(
    post: MoneyPost<AdminCaller, PaymentView>,
    path: Path<Uuid>,
    body: MaybeBody<NoteBody>,
) -> Result<HttpResponse, Problem> {
    let id = PaymentId(path.into_inner());
    let NoteBody { note } = body.0;
    let module = &post.state.payments;
    let said = note.clone().unwrap_or_default();
    let pay = |key| module.mark_payment_paid(&post.actor, id, note, Some(key));
    post.once(said.as_bytes(), pay).await
}

/// The refund of a payment by hand was sent, outside.
#[utoipa::path(tag = "admin", request_body = PaidBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = RefundView)))]
#[post("/admin/refunds/{id}/mark-sent")]
pub(crate) async fn refund_sent(
    post: MoneyPost<AdminCaller, RefundView>,
    path: Path<Uuid>,
    body: Body<PaidBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let send = |key| module.mark_refund_sent(&post.actor, id, value.reference, Some(key));
    post.once(&bytes, send).await
}

/// Nobody will send the refund of a payment by hand, as of a buyer's account that was closed: it has failed, `withdrawn`,
/// and as much can be given back again.
#[utoipa::path(tag = "admin",
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = RefundView)))]
#[post("/admin/refunds/{id}/withdrawn")]
pub(crate) async fn refund_withdrawn(
    post: MoneyPost<AdminCaller, RefundView>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let withdraw = |key| module.withdraw_refund(&post.actor, id, Some(key));
    post.once(b"", withdraw).await
}

/// The money of a completed refund came back from the buyer's bank, and its provider does not tell (`returns_by_hand`): it
/// has failed, `came_back`, and as much can be given back again.
#[utoipa::path(tag = "admin",
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = RefundView)))]
#[post("/admin/refunds/{id}/returned")]
pub(crate) async fn refund_returned(
    post: MoneyPost<AdminCaller, RefundView>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let back = |key| module.return_refund(&post.actor, id, Some(key));
    post.once(b"", back).await
}

/// What the provider had given back already.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GivenBackWord {
    ThisRefund,
    Another,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "this_refund", "reference": "re_1"}))]
pub(crate) struct SettledBody {
    outcome: GivenBackWord,
    /// Of this refund at the provider; of another none is needed.
    reference: Option<String>,
}

impl From<SettledBody> for GivenBackAs {
    fn from(body: SettledBody) -> Self {
        match body.outcome {
            GivenBackWord::ThisRefund => Self::ThisRefund {
                reference: body.reference.unwrap_or_default(),
            },
            GivenBackWord::Another => Self::Another {},
        }
    }
}

/// End a refund that is `given_back_there`: it was this one, which is completed, or another one, and this one
/// has failed.
#[utoipa::path(tag = "admin", request_body = SettledBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = RefundView)))]
#[post("/admin/refunds/{id}/settled")]
pub(crate) async fn refund_settled(
    post: MoneyPost<AdminCaller, RefundView>,
    path: Path<Uuid>,
    body: Body<SettledBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = RefundId(path.into_inner());
    let module = &post.state.payments;
    let settle = |key| module.settle_refund(&post.actor, id, value.into(), Some(key));
    post.once(&bytes, settle).await
}

/// All payouts, newest first.
#[utoipa::path(tag = "admin", params(PayoutParams), security(("admin" = [])),
    responses((status = 200, body = List<PayoutView>)))]
#[get("/admin/payouts")]
pub(crate) async fn payouts(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<PayoutParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = PayoutFilter {
        status: params.0.status,
    };
    let found = state.payments.payouts(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(PayoutView::from)))
}

/// Make payouts of everything payable now.
#[utoipa::path(tag = "admin",
    params(("Idempotency-Key" = String, Header, description = "required: a payout moves money")),
    security(("admin" = [])), responses((status = 200, body = List<PayoutView>)))]
#[post("/admin/payouts")]
pub(crate) async fn run_payouts(post: Post<AdminCaller>) -> Result<HttpResponse, Problem> {
    let module = &post.state.payments;
    let run = |key| module.run_payouts(&post.actor, Some(key));
    post.once_with_key(Keep::Answer, b"", run, Reply::ok::<List<PayoutView>>)
        .await
}

/// It was paid by hand, outside.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = PaidBody, security(("admin" = [])),
    responses((status = 200, body = PayoutView)))]
#[post("/admin/payouts/{id}/paid")]
pub(crate) async fn payout_paid(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<PaidBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let id = PayoutId(path.into_inner());
    let module = &post.state.payments;
    let pay = |key| module.mark_payout_paid(&post.actor, id, value.reference, key);
    post.once(&bytes, pay, Reply::ok::<PayoutView>).await
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BooksView {
    balanced: bool,
    accounts: Vec<AccountView>,
    violations: Vec<String>,
    transactions: u64,
}

#[derive(Debug, Serialize, ToSchema)]
struct AccountView {
    account: words::LedgerAccount,
    total: MoneyView,
}

/// Do the books balance? Recomputed from the entries.
#[utoipa::path(tag = "admin", security(("admin" = [])), responses((status = 200, body = BooksView)))]
#[get("/admin/books")]
pub(crate) async fn books(
    state: Data<AppState>,
    caller: AdminCaller,
) -> Result<HttpResponse, Problem> {
    let books = state.payments.books(&caller.0).await?;
    let accounts = books
        .accounts
        .into_iter()
        .map(|a| AccountView {
            account: a.account.into(),
            total: a.total.into(),
        })
        .collect();
    let view = BooksView {
        balanced: books.balanced,
        accounts,
        violations: books.violations,
        transactions: books.transactions,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(view))
}

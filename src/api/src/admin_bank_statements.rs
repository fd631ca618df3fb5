//! Bank statements, which say of payments by hand that their money came.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Bytes, Data, Path, Payload},
};
use feira_kernel::Currency;
use feira_payment::{
    BankStatementColumns, BankStatementId, BankStatementLineFilter, BankStatementLineId,
    BankStatementLineState, BankStatementRequest, PaymentId,
};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{self, Body, Params},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    seller_stock::unsupported,
    views::{BankStatementLineView, BankStatementReportView, BankStatementView, words},
};

/// What programs of banks and browsers call such files.
const KINDS: [&str; 6] = [
    "text/csv",
    "text/plain",
    "application/x-ofx",
    "application/ofx",
    "application/vnd.ms-excel",
    "application/octet-stream",
];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BankStatementParams {
    /// Report what would happen, change nothing.
    dry_run: Option<bool>,
    /// What the amounts are in, where the file does not say so; else the marketplace's currency.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// The column of a CSV with the day: its name, or its number from 1. So are those below. Columns that
    /// are not named are found by the names that banks give them.
    date: Option<String>,
    amount: Option<String>,
    description: Option<String>,
    id: Option<String>,
}

impl BankStatementParams {
    pub(crate) fn request(self, marketplace: Currency, file: Vec<u8>) -> BankStatementRequest {
        BankStatementRequest {
            dry_run: self.dry_run.unwrap_or(false),
            currency: self.currency.unwrap_or(marketplace),
            columns: BankStatementColumns {
                date: self.date,
                amount: self.amount,
                description: self.description,
                id: self.id,
            },
            file,
        }
    }
}

/// The file that was sent.
pub(crate) async fn file_of<C>(post: &Post<C>, payload: Payload) -> Result<Bytes, Problem> {
    let kind = extract::media_type(post.request.headers());
    if !KINDS.contains(&kind.as_str()) {
        return Err(unsupported(
            "send the file as text/csv or application/x-ofx",
        ));
    }
    extract::read(payload.into_inner(), post.state.settings.max_upload_bytes).await
}

/// Import a bank statement, OFX or CSV in the encoding that the bank wrote: a line that names a payment by
/// hand and has its amount marks it as paid; the others are listed with the reason. Lines that an earlier
/// file had change nothing. A file that is cut off is refused with its line, and nothing of it is done.
#[utoipa::path(tag = "admin", params(BankStatementParams),
    request_body(content((String = "text/csv"), (String = "application/x-ofx"))),
    security(("admin" = [])), responses((status = 200, body = BankStatementReportView)))]
#[post("/admin/bank-statements")]
pub(crate) async fn import(
    post: Post<AdminCaller>,
    params: Params<BankStatementParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let file = file_of(&post, payload).await?;
    let (payments, currency) = (&post.state.payments, post.state.settings.currency);
    let import = |file, key| {
        let request = params.0.request(currency, file);
        payments.import_bank_statement(&post.actor, request, key)
    };
    post.once_taking(file, import, Reply::ok::<BankStatementReportView>)
        .await
}

/// Bank statements that were imported, newest first.
#[utoipa::path(tag = "admin", params(Paging), security(("admin" = [])),
    responses((status = 200, body = List<BankStatementView>)))]
#[get("/admin/bank-statements")]
pub(crate) async fn index(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.bank_statements(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(BankStatementView::from)))
}

/// What a statement came to, as it is now.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = BankStatementReportView), (status = 304, description = "Not modified")))]
#[get("/admin/bank-statements/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = BankStatementId(path.into_inner());
    let report = state.payments.bank_statement_report(&caller.0, id).await?;
    let view = BankStatementReportView::from(report);
    Ok(tagged(&request, None, &view, PRIVATE))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BankStatementLineParams {
    /// Of this statement only.
    statement_id: Option<Uuid>,
    #[param(value_type = Option<words::BankStatementLineState>, inline)]
    state: Option<BankStatementLineState>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Lines of bank statements, newest first. Those that are `open` wait for somebody.
#[utoipa::path(tag = "admin", params(BankStatementLineParams), security(("admin" = [])),
    responses((status = 200, body = List<BankStatementLineView>)))]
#[get("/admin/bank-statement-lines")]
pub(crate) async fn lines(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<BankStatementLineParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = BankStatementLineFilter {
        statement: params.0.statement_id.map(BankStatementId),
        state: params.0.state,
    };
    let found = state.payments.bank_statement_lines(&caller.0, filter, page);
    Ok(list::answer(
        &request,
        found.await?.map(BankStatementLineView::from),
    ))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"payment_id": "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01"}))]
pub(crate) struct MatchBody {
    /// Which it is the money of.
    payment_id: Uuid,
}

/// The line is the money of this payment, which is marked as paid.
#[utoipa::path(tag = "admin", request_body = MatchBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: it moves money in the books")),
    security(("admin" = [])), responses((status = 200, body = BankStatementLineView)))]
#[post("/admin/bank-statement-lines/{id}/match")]
pub(crate) async fn match_line(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<MatchBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let line = BankStatementLineId(path.into_inner());
    let payment = PaymentId(value.payment_id);
    let module = &post.state.payments;
    let pay = |key| module.match_bank_statement_line(&post.actor, line, payment, Some(key));
    post.once_with_key(
        Keep::Answer,
        &bytes,
        pay,
        Reply::ok::<BankStatementLineView>,
    )
    .await
}

/// The line is none of a payment's.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = BankStatementLineView)))]
#[post("/admin/bank-statement-lines/{id}/ignore")]
pub(crate) async fn ignore_line(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let line = BankStatementLineId(path.into_inner());
    let module = &post.state.payments;
    let ignore = |key| module.ignore_bank_statement_line(&post.actor, line, key);
    post.once(b"", ignore, Reply::ok::<BankStatementLineView>)
        .await
}

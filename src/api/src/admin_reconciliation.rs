//! A provider's report of its balance against the books.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    post,
    web::{Data, Payload},
};
use feira_payment::{
    Difference, ReconcileRequest, ReconciledSum, Reconciliation, ReportFormat, StatementAccount,
};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    extract::{self, Params},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    seller_stock::unsupported,
    views::{MoneyView, Timestamp, words},
};

/// What programs of banks and browsers call such files.
const FILES: [&str; 4] = [
    "text/csv",
    "application/x-ofx",
    "application/ofx",
    "application/octet-stream",
];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReconcileParams {
    /// The provider's name in the settings; must be given.
    provider: Option<String>,
    /// Without one it is found out by the names of the columns.
    #[param(value_type = Option<words::ReportFormat>, inline)]
    format: Option<ReportFormat>,
    /// Of a bank's statement: whether stores are paid from its account, so that every payout must be in it; they are
    /// unless it is said.
    payouts: Option<bool>,
}

/// What one currency sums to: what was reported less what is booked is what the differences say.
#[derive(Debug, Serialize, ToSchema)]
struct ReconciledSumView {
    reported: MoneyView,
    booked: MoneyView,
    reported_fees: MoneyView,
    booked_fees: MoneyView,
    /// What left the provider for the marketplace's bank: no part of the books.
    transferred: MoneyView,
}

impl From<ReconciledSum> for ReconciledSumView {
    fn from(s: ReconciledSum) -> Self {
        Self {
            reported: s.reported.into(),
            booked: s.booked.into(),
            reported_fees: s.reported_fees.into(),
            booked_fees: s.booked_fees.into(),
            transferred: s.transferred.into(),
        }
    }
}

/// A line of the report and what the books have of it, or one of them alone.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceView {
    kind: words::DifferenceKind,
    /// Of the file, from 1: the header.
    line: Option<u64>,
    id: String,
    reported: Option<MoneyView>,
    booked: Option<MoneyView>,
    reported_fee: Option<MoneyView>,
    booked_fee: Option<MoneyView>,
    payment_id: Option<Uuid>,
    order_id: Option<Uuid>,
    payout_id: Option<Uuid>,
    at: Option<Timestamp>,
}

impl From<Difference> for DifferenceView {
    fn from(d: Difference) -> Self {
        Self {
            kind: d.kind.into(),
            line: d.line,
            id: d.id,
            reported: d.reported.map(MoneyView::from),
            booked: d.booked.map(MoneyView::from),
            reported_fee: d.reported_fee.map(MoneyView::from),
            booked_fee: d.booked_fee.map(MoneyView::from),
            payment_id: d.payment.map(|payment| payment.0),
            order_id: d.reference.map(|reference| reference.0),
            payout_id: d.payout.map(|payout| payout.0),
            at: d.at.map(Timestamp::from),
        }
    }
}

/// How often one kind of difference was found.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceCountView {
    kind: words::DifferenceKind,
    count: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReconciliationView {
    provider: String,
    format: words::ReportFormat,
    lines: u64,
    /// Lines that agree with the books.
    matched: u64,
    /// Of those, lines of a bank's statement that name nothing, by amount and day alone.
    by_amount: u64,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    sums: Vec<ReconciledSumView>,
    counts: Vec<DifferenceCountView>,
    /// By line, those of the books alone last; at most 500.
    differences: Vec<DifferenceView>,
}

impl From<Reconciliation> for ReconciliationView {
    fn from(r: Reconciliation) -> Self {
        let count = |one: feira_payment::DifferenceCount| DifferenceCountView {
            kind: one.kind.into(),
            count: one.count,
        };
        Self {
            provider: r.provider,
            format: r.format.into(),
            lines: r.lines,
            matched: r.matched,
            by_amount: r.by_amount,
            from: r.from.map(Timestamp::from),
            until: r.until.map(Timestamp::from),
            sums: r.sums.into_iter().map(ReconciledSumView::from).collect(),
            counts: r.counts.into_iter().map(count).collect(),
            differences: r
                .differences
                .into_iter()
                .map(DifferenceView::from)
                .collect(),
        }
    }
}

/// Hold a provider's report of its balance against the books: the body is its CSV file, or a bank's statement in OFX
/// or CSV. Nothing is written.
#[utoipa::path(tag = "admin", params(ReconcileParams), extensions(("x-idempotency" = json!("none"))),
    request_body(content((String = "text/csv",
        example = json!("date,id,amount,currency,kind,fee\n2026-03-17 12:00,pi_1,19.90,BRL,charge,1.18\n")),
        (String = "application/x-ofx"))),
    security(("admin" = [])), responses((status = 200, body = ReconciliationView)))]
#[post("/admin/ledger/reconciliations")]
pub(crate) async fn reconcile(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<ReconcileParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::media_type(request.headers());
    if !FILES.contains(&kind.as_str()) {
        let how = "send the file as text/csv or application/x-ofx";
        return Err(unsupported(how));
    }
    let limit = state.settings.max_upload_bytes;
    let file = extract::read(payload.into_inner(), limit).await?;
    let asked = ReconcileRequest {
        provider: params.0.provider.unwrap_or_default(),
        format: params.0.format,
        file: file.into(),
        account: Some(StatementAccount {
            currency: state.settings.currency,
            time_zone: state.settings.time_zone.clone(),
            payouts: params.0.payouts.unwrap_or(true),
        }),
    };
    let found = state.payments.reconcile(&caller.0, asked).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(ReconciliationView::from(found)))
}

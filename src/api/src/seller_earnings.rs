//! What a store earned by each order, and its books to take away.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use feira_kernel::Currency;
use feira_payment::{EarningState, Period, StatementRequest};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::Params,
    language,
    reports::{self, Coming, Sale, SaleFilter, StatementPaper},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    payouts::WhyNotView,
    views::{MoneyView, Timestamp, TotalsView, words},
};

/// Of files.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EarningParams {
    #[param(value_type = Option<words::EarningState>, inline)]
    state: Option<EarningState>,
    /// The first day on which they were placed, by the store's clocks, such as `2026-03-01`.
    #[param(format = Date)]
    from: Option<String>,
    /// The last one.
    #[param(format = Date)]
    to: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// One of a store's orders, with what came of it. Its total is what went back, commission, fees and earning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EarningView {
    store_order_id: Uuid,
    number: String,
    placed_at: Timestamp,
    totals: TotalsView,
    refunded: MoneyView,
    commission: MoneyView,
    /// Of providers, that the store bears.
    fees: MoneyView,
    earning: MoneyView,
    state: words::EarningState,
    why: words::EarningWhy,
    /// Until when it waits (`return_window`), or since when it is so (`payable`, `paid_out`).
    at: Option<Timestamp>,
    /// Of what is payable.
    next_payout: Option<EarningPayoutView>,
    /// Whether there is a fiscal document.
    documented: bool,
}

/// When an earning that is payable is paid.
#[derive(Debug, Serialize, ToSchema)]
struct EarningPayoutView {
    /// When payouts are made next.
    at: Timestamp,
    /// Null if it is paid then.
    why_not: Option<WhyNotView>,
}

impl From<Coming> for EarningPayoutView {
    fn from(coming: Coming) -> Self {
        Self {
            at: coming.at.into(),
            why_not: coming.why_not.map(WhyNotView::from),
        }
    }
}

impl From<Sale> for EarningView {
    fn from(sale: Sale) -> Self {
        Self {
            store_order_id: sale.order.id.0,
            number: sale.order.number,
            placed_at: sale.order.placed_at.into(),
            totals: sale.order.totals.into(),
            refunded: sale.refunded.into(),
            commission: sale.commission.into(),
            fees: sale.fees.into(),
            earning: sale.earning.into(),
            state: sale.state.into(),
            why: sale.why.into(),
            at: sale.at.map(Timestamp::from),
            next_payout: sale.coming.map(EarningPayoutView::from),
            documented: sale.order.documented,
        }
    }
}

/// The store's orders by what is earned, newest first. A page of one state may have fewer than were asked for
/// where there is a next one.
#[utoipa::path(tag = "seller", params(EarningParams), security(("seller" = [])),
    responses((status = 200, body = List<EarningView>)))]
#[get("/seller/earnings")]
pub(crate) async fn earnings(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<EarningParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(&request, p.limit, p.cursor)?;
    let wanted = SaleFilter {
        state: p.state,
        from: p.from,
        to: p.to,
    };
    let found = reports::earnings(&state, &caller.0, &wanted, page).await?;
    Ok(list::answer(&request, found.map(EarningView::from)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementParams {
    /// Such as `2026-03`; the current one where none is given.
    month: Option<String>,
    /// By ISO 4217; the store's where none is given.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// A table, unless `pdf` is asked for: on paper, in the language of `Accept-Language`.
    #[param(inline)]
    format: Option<StatementFormat>,
}

/// As what a statement is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatementFormat {
    Csv,
    Pdf,
}

/// A month's statement: the opening balance, every line of the ledger that concerns the store, the closing
/// balance. At most 50,000 lines.
#[utoipa::path(tag = "seller", params(StatementParams), security(("seller" = [])),
    responses((status = 200, content((String = "text/csv"), (String = "application/pdf")))))]
#[get("/seller/statement")]
pub(crate) async fn statement(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<StatementParams>,
) -> Result<HttpResponse, Problem> {
    let wanted = StatementRequest {
        month: params.0.month,
        currency: params.0.currency,
    };
    let made = reports::statement(&state, &caller.0, None, wanted).await?;
    if params.0.format != Some(StatementFormat::Pdf) {
        return Ok(reports::download(&made.file_name("csv"), CSV, made.csv()));
    }
    let print = request.app_data::<StatementPaper>().copied();
    let print = print.ok_or_else(Problem::internal)?;
    let paper = print(&made, language::preferred(&request));
    Ok(reports::download(
        &made.file_name("pdf"),
        "application/pdf",
        paper,
    ))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodParams {
    /// A day of the store's, such as `2026-03-01`; the first of the last day's month where none is given.
    #[param(format = Date)]
    from: Option<String>,
    /// Today where none is given; at most 366 days are taken.
    #[param(format = Date)]
    to: Option<String>,
}

impl From<PeriodParams> for Period {
    fn from(p: PeriodParams) -> Self {
        Self {
            from: p.from,
            to: p.to,
        }
    }
}

/// All operations of a period, one a row: orders, refunds, commission, fees, payouts. At most 50,000 rows.
#[utoipa::path(tag = "seller", params(PeriodParams), security(("seller" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/seller/operations")]
pub(crate) async fn operations(
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<PeriodParams>,
) -> Result<HttpResponse, Problem> {
    let made = reports::operations(&state, &caller.0, None, params.0.into()).await?;
    Ok(reports::download(&made.name, CSV, made.csv))
}

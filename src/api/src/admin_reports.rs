//! Reports that operators take away.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use feira_kernel::StoreId;
use feira_web::{auth::AdminCaller, error::Problem, extract::Params, reports, state::AppState};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::seller_earnings::{CSV, PeriodParams};

/// All operations of a store's period, one a row: orders, refunds, commission, fees, payouts. At most 50,000
/// rows.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path), PeriodParams), security(("admin" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/admin/stores/{id}/operations")]
pub(crate) async fn operations(
    state: Data<AppState>,
    caller: AdminCaller,
    path: Path<Uuid>,
    params: Params<PeriodParams>,
) -> Result<HttpResponse, Problem> {
    let store = Some(StoreId(path.into_inner()));
    let made = reports::operations(&state, &caller.0, store, params.0.into()).await?;
    Ok(reports::download(&made.name, CSV, made.csv))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct YearParams {
    /// The current one, in UTC, where none is given.
    year: Option<i32>,
}

/// What stores sold per quarter of a year, as DAC7 asks for it: consideration, fees with commission, taxes,
/// and the number of sales, by the time of each sale in the marketplace's time zone.
#[utoipa::path(tag = "admin", params(YearParams), security(("admin" = [])),
    responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/admin/reports/dac7")]
pub(crate) async fn dac7(
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<YearParams>,
) -> Result<HttpResponse, Problem> {
    let year = params.0.year.unwrap_or_else(|| state.clock.now().year());
    let csv = reports::quarters(&state, &caller.0, year).await?;
    Ok(reports::download(&format!("dac7-{year}.csv"), CSV, csv))
}

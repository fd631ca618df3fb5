//! Charges that somebody must look at.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use feira_payment::Alarm;
use feira_web::{auth::AdminCaller, error::Problem, extract::Params, state::AppState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    views::Timestamp,
};

/// A charge that is not what was asked for, or not what it was. Each is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlarmView {
    id: Uuid,
    payment_id: Uuid,
    /// In English, with what the provider calls the charge.
    message: String,
    at: Timestamp,
}

impl From<Alarm> for AlarmView {
    fn from(a: Alarm) -> Self {
        Self {
            id: a.id,
            payment_id: a.payment.0,
            message: a.message,
            at: a.at.into(),
        }
    }
}

/// Charges that are not as they should be, newest first: somebody must look at them.
#[utoipa::path(tag = "admin", params(Paging), security(("admin" = [])),
    responses((status = 200, body = List<AlarmView>)))]
#[get("/admin/payment-alarms")]
pub(crate) async fn alarms(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state.payments.alarms(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(AlarmView::from)))
}

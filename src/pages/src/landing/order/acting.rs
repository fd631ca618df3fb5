//! What a guest does with her order.

use actix_web::web::{Data, Form as UrlEncoded, Path};
use feira_order::{OrderError, StoreOrderId};
use feira_payment::{Method, PaymentStatus};
use feira_web::{reports, state::AppState};
use uuid::Uuid;

use super::{address, guest};
use crate::page::{Answer, Fields, Flash, press};

/// POST /l/order/{token}/pay: another attempt after the one that the page showed.
pub(super) async fn pay(
    state: Data<AppState>,
    token: Path<String>,
    form: UrlEncoded<Fields>,
) -> Answer {
    let (actor, id) = guest(&token)?;
    let fields = form.into_inner();
    let method = match fields.optional("token") {
        Some(token) => Method::Card {
            token,
            // What is no count is refused as one that is not offered.
            instalments: match fields.optional("instalments") {
                Some(count) => count.parse().unwrap_or(0),
                None => 1,
            },
        },
        None => Method::Pix {},
    };
    let (kind, count) = (method.kind().as_str(), method.instalments());
    let key = match count {
        1 => format!("page:{kind}:{}", fields.get("after")),
        count => format!("page:{kind}:{count}:{}", fields.get("after")),
    };
    let work = state.orders.retry_payment(&actor, id, key, method);
    press(
        &state,
        &address(&token),
        work,
        |payment| attempted(payment.status),
        |error| refused(error).or_else(|| not_payable(error)),
    )
    .await
}

/// The message after an attempt; the page shows its state.
fn attempted(status: PaymentStatus) -> Flash {
    match status {
        PaymentStatus::Completed => Flash::good("guest-again-paid"),
        PaymentStatus::Failed => Flash::bad("guest-again-refused"),
        _ => Flash::good("guest-again-started"),
    }
}

pub(super) fn not_payable(error: &OrderError) -> Option<Flash> {
    match error {
        OrderError::Invalid(_)
        | OrderError::NotPayable
        | OrderError::AmountNotPayable { .. }
        | OrderError::StoresNotPayable { .. } => Some(Flash::bad("guest-again-refused")),
        OrderError::StoreClosed { .. } => Some(Flash::bad("guest-again-closed")),
        _ => None,
    }
}

/// GET /l/order/{token}/fiscal-documents/{id}
pub(super) async fn document(state: Data<AppState>, path: Path<(String, Uuid)>) -> Answer {
    let (token, part) = path.into_inner();
    let (actor, id) = guest(&token)?;
    let file = state
        .orders
        .fiscal_file(&actor, StoreOrderId(part), Some(id));
    Ok(reports::fiscal_download(file.await?))
}

/// POST /l/order/{token}/cancel
pub(super) async fn cancel(state: Data<AppState>, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    let work = state.orders.cancel(&actor, id, String::new(), None);
    let good = |_| Flash::good("guest-cancel-done");
    press(&state, &address(&token), work, good, refused).await
}

/// POST /l/order/{token}/confirm-delivery
pub(super) async fn confirm_delivery(state: Data<AppState>, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    let work = state.orders.confirm_delivery(&actor, id, None);
    let good = |_| Flash::good("guest-arrived-done");
    press(&state, &address(&token), work, good, refused).await
}

/// The message if the order's state does not allow it.
fn refused(error: &OrderError) -> Option<Flash> {
    match error {
        OrderError::IllegalMove { .. } | OrderError::Conflict => Some(Flash::bad("order-moved-on")),
        OrderError::RefundNotPossible(_) => Some(Flash::bad("guest-cancel-no-refund")),
        _ => None,
    }
}

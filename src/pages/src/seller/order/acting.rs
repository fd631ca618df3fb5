//! What a seller does with an order of hers.

use actix_web::web::Path;
use feira_kernel::ModuleError;
use feira_order::{NewShipment, NotCollected, OrderError, StoreOrderId};
use feira_payment::{PaymentError, RefundId};
use feira_web::{auth::CsrfForm, error::PageError};
use uuid::Uuid;

use super::{COLLECTED_NOTE, address, blank, detail};
use crate::{
    page::{Answer, Fields, Flash, Form, act, not_sure, press},
    seller::caller::SellerPage,
};

/// POST /seller/orders/{id}/ship
pub(super) async fn ship(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let form = Form::new(form.0);
    let shipment = NewShipment {
        carrier: form.text("carrier"),
        tracking_number: form.text("tracking_number"),
    };
    let orders = &seller.state.orders;
    act(
        &seller.state,
        seller.lang,
        form,
        orders.ship(&seller.actor, StoreOrderId(*id), shipment, None),
        |_| (address(*id), Flash::good("ship-done")),
        async |form| detail(&seller, *id, form, blank()).await,
    )
    .await
}

/// POST /seller/orders/{id}/accept
pub(super) async fn accept(seller: SellerPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let orders = &seller.state.orders;
    let work = orders.accept(&seller.actor, StoreOrderId(*id), None);
    let good = |_| Flash::good("accept-done");
    press(&seller.state, &address(*id), work, good, moved_on).await
}

/// POST /seller/orders/{id}/deliver
pub(super) async fn deliver(seller: SellerPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let orders = &seller.state.orders;
    let work = orders.deliver(&seller.actor, StoreOrderId(*id), None);
    let good = |_| Flash::good("deliver-done");
    press(&seller.state, &address(*id), work, good, moved_on).await
}

/// POST /seller/orders/{id}/collected
pub(super) async fn collected(
    seller: SellerPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let form = form.0;
    if !form.is_sure() {
        return Ok(not_sure(&seller.state, &address(*id)));
    }
    let orders = &seller.state.orders;
    let note = form.optional("note");
    let work = orders.mark_collected(&seller.actor, StoreOrderId(*id), note, None);
    let typed = Fields::default().with(COLLECTED_NOTE, form.get("note"));
    let typed = ("note", COLLECTED_NOTE, typed);
    beside(&seller, *id, typed, work, "collect-done").await
}

/// POST /seller/orders/{id}/not-collected
pub(super) async fn not_collected(
    seller: SellerPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let form = form.0;
    let outcome = NotCollected {
        restock: form.optional("restock").is_some(),
        note: form.optional("note"),
    };
    let orders = &seller.state.orders;
    let work = orders.mark_not_collected(&seller.actor, StoreOrderId(*id), outcome, None);
    beside(&seller, *id, ("note", "note", form), work, "give-up-done").await
}

/// POST /seller/orders/{id}/refunds/{refund}/sent
pub(super) async fn refund_sent(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (id, refund) = ids.into_inner();
    let reference = form.0.text("reference");
    let field = refund.to_string();
    let typed = Fields::default().with(&field, reference.as_str());
    let payments = &seller.state.payments;
    let work = payments.mark_refund_sent(&seller.actor, RefundId(refund), reference, None);
    let typed = ("reference", field.as_str(), typed);
    beside(&seller, id, typed, work, "refund-sent-flash").await
}

/// Does what has something typed beside it: what is refused stays in its field, which the page calls otherwise than
/// the module does.
async fn beside<T, E>(
    seller: &SellerPage,
    id: Uuid,
    (theirs, ours, typed): (&str, &str, Fields),
    work: impl Future<Output = Result<T, E>>,
    good: &'static str,
) -> Answer
where
    E: ModuleError + Into<PageError>,
{
    act(
        &seller.state,
        seller.lang,
        Form::new(typed),
        work,
        |_| (address(id), Flash::good(good)),
        async |mut form| {
            form.rename(theirs, ours);
            detail(seller, id, form, blank()).await
        },
    )
    .await
}

/// POST /seller/orders/{id}/refunds/{refund}/withdrawn
pub(super) async fn refund_withdrawn(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (id, refund) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&seller.state, &address(id)));
    }
    let payments = &seller.state.payments;
    let work = payments.withdraw_refund(&seller.actor, RefundId(refund), None);
    let good = |_| Flash::good("refund-withdrawn-flash");
    press(&seller.state, &address(id), work, good, refund_moved).await
}

/// POST /seller/orders/{id}/refunds/{refund}/returned
pub(super) async fn refund_returned(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (id, refund) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&seller.state, &address(id)));
    }
    let payments = &seller.state.payments;
    let work = payments.return_refund(&seller.actor, RefundId(refund), None);
    let good = |_| Flash::good("refund-returned-flash");
    press(&seller.state, &address(id), work, good, refund_moved).await
}

fn refund_moved(error: &PaymentError) -> Option<Flash> {
    let moved = matches!(error, PaymentError::RefundMove(_));
    moved.then(|| Flash::bad("order-moved-on"))
}

/// The message if the order's state does not allow the step.
fn moved_on(error: &OrderError) -> Option<Flash> {
    let moved = matches!(error, OrderError::IllegalMove { .. } | OrderError::Conflict);
    moved.then(|| Flash::bad("order-moved-on"))
}

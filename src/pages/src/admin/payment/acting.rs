//! What an operator does with a payment.

use actix_web::web::Path;
use feira_kernel::ModuleError;
use feira_order::{NotCollected, OrderError, StoreOrderId};
use feira_payment::{
    GivenBackAs, PartReference, PaymentChange, PaymentError, PaymentId, Refund, RefundId,
};
use feira_web::{auth::CsrfForm, error::PageError};
use uuid::Uuid;

use super::{PAID_NOTE, Typed, address, index, note_of};
use crate::{
    admin::caller::AdminPage,
    page::{Answer, Fields, Flash, Form, act, not_sure, press},
};

/// POST /admin/payments/{id}/paid
pub(super) async fn mark_paid(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(*id)));
    }
    let payments = &admin.state.payments;
    let note = form.0.optional("note");
    let work = payments.mark_payment_paid(&admin.actor, PaymentId(*id), note, None);
    let typed = (PAID_NOTE.to_owned(), &form.0);
    noted(&admin, *id, typed, work, "payment-paid-flash").await
}

/// Does what may have a note beside it; one that is refused stays in its field.
async fn noted<T, E>(
    admin: &AdminPage,
    payment: Uuid,
    (field, typed): (String, &Fields),
    work: impl Future<Output = Result<T, E>>,
    good: &'static str,
) -> Answer
where
    E: ModuleError + Into<PageError>,
{
    let note = Fields::default().with(&field, typed.get("note"));
    act(
        &admin.state,
        admin.lang,
        Form::new(note),
        work,
        |_| (address(payment), Flash::good(good)),
        async |mut form| {
            form.rename("note", &field);
            index(admin, payment, Typed::beside(form)).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/notes
pub(super) async fn save_notes(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let change = PaymentChange {
        expected_version: form.version(admin.lang),
        notes: Some(form.optional("notes")),
    };
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.change_payment(&admin.actor, PaymentId(*id), change),
        |_| (address(*id), Flash::good("payment-notes-saved")),
        async |form| {
            let typed = Typed {
                notes: Some(form),
                ..Typed::default()
            };
            index(&admin, *id, typed).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/legs/{part}/paid
pub(super) async fn leg_paid(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payment, part) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(payment)));
    }
    let note = form.0.optional("note");
    let orders = &admin.state.orders;
    let work = orders.mark_collected(&admin.actor, StoreOrderId(part), note, None);
    noted(
        &admin,
        payment,
        (note_of(part), &form.0),
        work,
        "collect-done",
    )
    .await
}

/// POST /admin/payments/{id}/legs/{part}/unpaid: its goods go back into the stock if she says so.
pub(super) async fn leg_unpaid(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payment, part) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(payment)));
    }
    let outcome = NotCollected {
        restock: form.0.optional("restock").is_some(),
        note: None,
    };
    let orders = &admin.state.orders;
    let work = orders.mark_not_collected(&admin.actor, StoreOrderId(part), outcome, None);
    let good = |_| Flash::good("give-up-done");
    press(&admin.state, &address(payment), work, good, moved_on).await
}

fn moved_on(error: &OrderError) -> Option<Flash> {
    let moved = matches!(error, OrderError::IllegalMove { .. } | OrderError::Conflict);
    moved.then(|| Flash::bad("order-moved-on"))
}

/// POST /admin/payments/{id}/splits/{part}/settled
pub(super) async fn settle_split(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payment, part) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(payment)));
    }
    let split = form.0.text("outcome") == "split";
    let part = PartReference::new(part);
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(payment),
        payments.settle_split(&admin.actor, PaymentId(payment), part, split, None),
        |_| Flash::good("split-settled-flash"),
        |error| match error {
            PaymentError::SplitMove => Some(Flash::bad("order-moved-on")),
            _ => None,
        },
    )
    .await
}

/// POST /admin/payments/{id}/refunds/{refund}/sent
pub(super) async fn mark_sent(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payment, refund) = ids.into_inner();
    let reference = form.0.text("reference");
    let field = refund.to_string();
    let mut form = Form::new(Fields::default().with(&field, reference.clone()));
    if reference.is_empty() {
        form.refuse(&field, admin.lang.text("refund-reference-missing"));
    }
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.mark_refund_sent(&admin.actor, RefundId(refund), reference, None),
        |_| (address(payment), Flash::good("refund-sent-flash")),
        async |mut form| {
            form.rename("reference", &field);
            index(&admin, payment, Typed::beside(form)).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/refunds/{refund}/settled: with the reference of this refund there, or, of another one,
/// without.
pub(super) async fn settle(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payment, refund) = ids.into_inner();
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(payment)));
    }
    let reference = form.0.text("reference");
    let field = refund.to_string();
    let mut typed = Form::new(Fields::default().with(&field, reference.clone()));
    let outcome = match form.0.text("outcome").as_str() {
        "another" => GivenBackAs::Another {},
        _ => GivenBackAs::ThisRefund { reference },
    };
    if matches!(&outcome, GivenBackAs::ThisRefund { reference } if reference.is_empty()) {
        typed.refuse(&field, admin.lang.text("refund-reference-missing"));
    }
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        typed,
        payments.settle_refund(&admin.actor, RefundId(refund), outcome, None),
        |_| (address(payment), Flash::good("refund-settled-flash")),
        async |mut form| {
            form.rename("reference", &field);
            index(&admin, payment, Typed::beside(form)).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/refunds/{refund}/withdrawn
pub(super) async fn withdraw(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let payments = &admin.state.payments;
    let work = payments.withdraw_refund(&admin.actor, RefundId(ids.1), None);
    end_refund(&admin, ids.0, &form.0, work, "refund-withdrawn-flash").await
}

/// POST /admin/payments/{id}/refunds/{refund}/returned
pub(super) async fn came_back(
    admin: AdminPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let payments = &admin.state.payments;
    let work = payments.return_refund(&admin.actor, RefundId(ids.1), None);
    end_refund(&admin, ids.0, &form.0, work, "refund-returned-flash").await
}

/// Once she is sure.
async fn end_refund(
    admin: &AdminPage,
    payment: Uuid,
    form: &Fields,
    work: impl Future<Output = Result<Refund, PaymentError>>,
    good: &'static str,
) -> Answer {
    if !form.is_sure() {
        return Ok(not_sure(&admin.state, &address(payment)));
    }
    let good = |_| Flash::good(good);
    press(&admin.state, &address(payment), work, good, refund_moved).await
}

fn refund_moved(error: &PaymentError) -> Option<Flash> {
    let moved = matches!(error, PaymentError::RefundMove(_));
    moved.then(|| Flash::bad("order-moved-on"))
}

use std::collections::BTreeMap;

use actix_web::{
    http::StatusCode,
    web::{Path, get, post},
};
use askama::Template;
use feira_kernel::{Money, StoreId};
use feira_order::{NotCollected, OrderError, StoreOrderId};
use feira_payment::{
    AskedSplit, Exchange, GivenBackAs, Instalments, InterestBearer, MANAGE_PAYMENTS, PaidBy,
    PartReference, Payment, PaymentChange, PaymentDetails, PaymentError, PaymentId, PaymentStatus,
    Refund, RefundId,
};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, payments};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use tests::samples;

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments/{id}",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[
        Action::blank("/admin/payments/{id}/paid", || post().to(mark_paid)),
        Action::at("/admin/payments/{id}/notes", || post().to(save_notes)),
        Action::blank("/admin/payments/{id}/legs/{part}/paid", || {
            post().to(leg_paid)
        }),
        Action::blank("/admin/payments/{id}/legs/{part}/unpaid", || {
            post().to(leg_unpaid)
        }),
        Action::blank("/admin/payments/{id}/splits/{part}/settled", || {
            post().to(settle_split)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/sent", || {
            post().to(mark_sent)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/settled", || {
            post().to(settle)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/withdrawn", || {
            post().to(withdraw)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/returned", || {
            post().to(came_back)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/payment.html")]
struct PaymentPage {
    p: Page,
    payment: Payment,
    refunds: Vec<Refund>,
    /// Of which the provider does not say whether it split them.
    asked_splits: Vec<AskedSplit>,
    stores: BTreeMap<StoreId, String>,
    /// Whether there is a time to pay.
    waits_until: bool,
    /// What of the amount somebody paid, or is to.
    collected: Money,
    in_part: bool,
    /// Whether an operator settles this payment by hand and this one may.
    by_hand: bool,
    /// Whether the operator may name the provider's refund that an unknown outcome belongs to.
    manages: bool,
    /// Whether she says that a refund came back.
    returns_by_hand: bool,
    /// Whether a pending refund waits for an operator.
    to_send: bool,
    /// Whether the stores were paid themselves, and give back what they were paid.
    to_stores: bool,
    can_mark: bool,
    /// Whether the operator may open a dispute by hand.
    can_dispute: bool,
    dispute_action: String,
    address: String,
    paid_action: String,
    order: String,
    /// Typed references by refund id.
    form: Form,
    notes: Form,
    notes_action: String,
    paid_by: PaidBy,
    /// Oldest first.
    exchanges: Vec<Exchange>,
}

/// What she typed: references of refunds, or notes.
#[derive(Default)]
struct Typed {
    references: Form,
    notes: Option<Form>,
}

impl Typed {
    fn references(references: Form) -> Self {
        Self {
            references,
            notes: None,
        }
    }

    fn status(&self) -> StatusCode {
        let form = self.notes.as_ref().unwrap_or(&self.references);
        form.status()
    }
}

/// What a page shows of a payment.
struct Shown {
    details: PaymentDetails,
    /// Of the legs, and of parts that were perhaps split.
    stores: BTreeMap<StoreId, String>,
    exchanges: Vec<Exchange>,
}

impl PaymentPage {
    /// The name of a leg's store, or of a part's.
    fn store(&self, store: &StoreId) -> String {
        self.stores.get(store).cloned().unwrap_or_default()
    }

    /// Who bears the interest.
    fn bearer(&self, chosen: &Instalments) -> &'static str {
        match chosen.interest_borne_by {
            InterestBearer::Buyer => "interest-buyer",
            InterestBearer::Marketplace => "interest-marketplace",
            InterestBearer::Store => "interest-store",
        }
    }
}

fn address(id: Uuid) -> String {
    format!("{}/{id}", payments::PAGE.path)
}

/// GET /admin/payments/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, Typed::default()).await
}

async fn index(admin: &AdminPage, id: Uuid, typed: Typed) -> Answer {
    let (payments, actor) = (&admin.state.payments, &admin.actor);
    let details = payments.details(actor, PaymentId(id)).await?;
    let shown = Shown {
        stores: {
            let of = details.payment.legs.iter().map(|leg| leg.store);
            let of = of.chain(details.asked_splits.iter().map(|one| one.store));
            admin.store_names(of).await?
        },
        details,
        exchanges: payments.exchanges(actor, PaymentId(id)).await?,
    };
    let p = admin.frame(&PAGE).await;
    let status = typed.status();
    let manages = actor.is_operator(MANAGE_PAYMENTS);
    respond(&admin.request, status, &view(p, shown, manages, typed))
}

fn view(p: Page, shown: Shown, manages: bool, typed: Typed) -> PaymentPage {
    let Shown {
        details,
        stores,
        exchanges,
    } = shown;
    let kept = details.notes.unwrap_or_default();
    let kept = Form::editing(details.notes_version, Fields::default().with("notes", kept));
    let notes = match typed.notes {
        Some(typed) => typed.beside(p.lang, kept),
        None => kept,
    };
    let form = typed.references;
    let payment = details.payment;
    let address = address(payment.id.0);
    let by_hand = manages && details.by_hand;
    let title = p.t1("payment-title", p.money(&payment.collected()));
    let p = p.below(payments::PAGE.path, "payments-title");
    PaymentPage {
        p: p.titled(title),
        refunds: details.refunds,
        asked_splits: details.asked_splits,
        paid_by: details.paid_by,
        stores,
        waits_until: !payment.method.is_on_delivery(),
        collected: payment.collected(),
        in_part: payment.collected() != payment.amount,
        to_send: details.by_hand && payment.legs.is_empty(),
        to_stores: !payment.legs.is_empty(),
        manages,
        returns_by_hand: manages && details.returns_by_hand,
        by_hand,
        can_mark: by_hand && payment.status == PaymentStatus::Pending && payment.legs.is_empty(),
        can_dispute: manages
            && details.disputed_by_hand
            && matches!(
                payment.status,
                PaymentStatus::Completed
                    | PaymentStatus::PartiallyRefunded
                    | PaymentStatus::Disputed
            ),
        dispute_action: format!("{address}/dispute"),
        paid_action: format!("{address}/paid"),
        notes_action: format!("{address}/notes"),
        notes,
        exchanges,
        address,
        order: format!("/admin/orders/{}", payment.reference.0),
        payment,
        form,
    }
}

/// POST /admin/payments/{id}/paid
async fn mark_paid(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(*id),
        payments.mark_payment_paid(&admin.actor, PaymentId(*id), None),
        |_| Flash::good("payment-paid-flash"),
        |error| match error {
            PaymentError::PaidTooLate => Some(Flash::bad("payment-too-late-flash")),
            _ => None,
        },
    )
    .await
}

/// POST /admin/payments/{id}/notes
async fn save_notes(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
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
async fn leg_paid(admin: AdminPage, ids: Path<(Uuid, Uuid)>, _form: CsrfForm<Fields>) -> Answer {
    let (payment, part) = ids.into_inner();
    let orders = &admin.state.orders;
    let work = orders.mark_collected(&admin.actor, StoreOrderId(part), None);
    let good = |_| Flash::good("collect-done");
    press(&admin.state, &address(payment), work, good, moved_on).await
}

/// POST /admin/payments/{id}/legs/{part}/unpaid: its goods go back into the stock if she says so.
async fn leg_unpaid(admin: AdminPage, ids: Path<(Uuid, Uuid)>, form: CsrfForm<Fields>) -> Answer {
    let (payment, part) = ids.into_inner();
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
    let late = matches!(error, OrderError::IllegalMove { .. } | OrderError::Conflict);
    late.then(|| Flash::bad("order-moved-on"))
}

/// POST /admin/payments/{id}/splits/{part}/settled
async fn settle_split(admin: AdminPage, ids: Path<(Uuid, Uuid)>, form: CsrfForm<Fields>) -> Answer {
    let (payment, part) = ids.into_inner();
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
async fn mark_sent(admin: AdminPage, ids: Path<(Uuid, Uuid)>, form: CsrfForm<Fields>) -> Answer {
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
            index(&admin, payment, Typed::references(form)).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/refunds/{refund}/settled: with the reference of this refund there, or, of another one,
/// without.
async fn settle(admin: AdminPage, ids: Path<(Uuid, Uuid)>, form: CsrfForm<Fields>) -> Answer {
    let (payment, refund) = ids.into_inner();
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
            index(&admin, payment, Typed::references(form)).await
        },
    )
    .await
}

/// POST /admin/payments/{id}/refunds/{refund}/withdrawn
async fn withdraw(admin: AdminPage, ids: Path<(Uuid, Uuid)>, _form: CsrfForm<Fields>) -> Answer {
    let (payment, refund) = ids.into_inner();
    let payments = &admin.state.payments;
    let work = payments.cancel_refund(&admin.actor, RefundId(refund), None);
    let good = |_| Flash::good("refund-withdrawn-flash");
    press(&admin.state, &address(payment), work, good, refund_moved).await
}

/// POST /admin/payments/{id}/refunds/{refund}/returned
async fn came_back(admin: AdminPage, ids: Path<(Uuid, Uuid)>, _form: CsrfForm<Fields>) -> Answer {
    let (payment, refund) = ids.into_inner();
    let payments = &admin.state.payments;
    let work = payments.return_refund(&admin.actor, RefundId(refund), None);
    let good = |_| Flash::good("refund-returned-flash");
    press(&admin.state, &address(payment), work, good, refund_moved).await
}

fn refund_moved(error: &PaymentError) -> Option<Flash> {
    let moved = matches!(error, PaymentError::RefundMove(_));
    moved.then(|| Flash::bad("order-moved-on"))
}

#[cfg(test)]
#[path = "payment_tests.rs"]
mod tests;

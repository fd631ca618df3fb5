use actix_web::web::{Path, get, post};
use askama::Template;
use feira_order::{NotCollected, OrderError, StoreOrderId};
use feira_payment::{
    GivenBackAs, MANAGE_PAYMENTS, Payment, PaymentDetails, PaymentError, PaymentId, PaymentStatus,
    Refund, RefundId,
};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, payments};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
    feira_order::OrderStatus,
    feira_payment::{LegStatus, PaymentLeg, RefundStatus},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments/{id}",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/payments/{id}/paid", || post().to(mark_paid)),
        Action::at("/admin/payments/{id}/legs/{part}/paid", || {
            post().to(leg_paid)
        }),
        Action::at("/admin/payments/{id}/legs/{part}/unpaid", || {
            post().to(leg_unpaid)
        }),
        Action::at("/admin/payments/{id}/refunds/{refund}/sent", || {
            post().to(mark_sent)
        }),
        Action::at("/admin/payments/{id}/refunds/{refund}/settled", || {
            post().to(settle)
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
    /// Whether she may say what became of it, and nobody else does.
    by_hand: bool,
    /// Whether she may say which refund it was that its provider had given back already.
    manages: bool,
    /// Whether what is on its way waits for a person.
    to_send: bool,
    can_mark: bool,
    /// Whether she may say that the bank took it back.
    can_dispute: bool,
    dispute_action: String,
    address: String,
    paid_action: String,
    order: String,
    /// The references that were typed, each under its refund's id.
    form: Form,
}

fn address(id: Uuid) -> String {
    format!("{}/{id}", payments::PAGE.path)
}

/// GET /admin/payments/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, Form::default()).await
}

async fn index(admin: &AdminPage, id: Uuid, form: Form) -> Answer {
    let (state, actor) = (&admin.state, &admin.actor);
    let details = state.payments.details(actor, PaymentId(id)).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    let manages = actor.is_operator(MANAGE_PAYMENTS);
    respond(&admin.request, status, &view(p, details, manages, form))
}

fn view(p: Page, details: PaymentDetails, manages: bool, form: Form) -> PaymentPage {
    let payment = details.payment;
    let address = address(payment.id.0);
    let by_hand = manages && details.by_hand;
    let title = p.t1("payment-title", p.money(&payment.amount));
    let p = p.below(payments::PAGE.path, "payments-title");
    PaymentPage {
        p: p.titled(title),
        refunds: details.refunds,
        to_send: details.by_hand,
        manages,
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
            index(&admin, payment, form).await
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
            index(&admin, payment, form).await
        },
    )
    .await
}

#[cfg(test)]
fn sample(lang: Lang, status: PaymentStatus, by_hand: bool, form: Form) -> PaymentPage {
    let order = samples::order(OrderStatus::Pending, status);
    let payment = order.payment.expect("a payment");
    let refund = |n: u128, status| Refund {
        id: RefundId(id(n)),
        payment: payment.id,
        amount: brl(125_970),
        status,
        came_back: false,
        given_back_there: !by_hand && status == RefundStatus::Pending,
    };
    let refunds = match status {
        PaymentStatus::Completed => vec![
            refund(1, RefundStatus::Pending),
            refund(2, RefundStatus::Completed),
        ],
        _ => Vec::new(),
    };
    let details = PaymentDetails {
        payment,
        by_hand,
        disputed_by_hand: by_hand,
        refunds,
    };
    view(frame(lang, &PAGE), details, true, form)
}

#[cfg(test)]
fn to_stores(lang: Lang) -> PaymentPage {
    let mut page = sample(lang, PaymentStatus::Authorized, true, Form::default());
    let leg = |n: u128, status| PaymentLeg {
        store: feira_kernel::StoreId(id(20 + n)),
        part: feira_kernel::Ref::new(id(n)),
        amount: brl(62_985),
        status,
        paid_at: (status == LegStatus::Paid).then_some(samples::NOW),
    };
    page.payment.legs = vec![leg(1, LegStatus::Open), leg(2, LegStatus::Paid)];
    page
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut refused = Form::new(Fields::default().with(&id(1).to_string(), ""));
    refused.refuse(&id(1).to_string(), lang.text("refund-reference-missing"));
    let open = sample(lang, PaymentStatus::Pending, true, Form::default());
    let paid = sample(lang, PaymentStatus::Completed, true, refused);
    let other = sample(lang, PaymentStatus::Completed, false, Form::default());
    vec![
        ("payment_open", samples::shown(&open)),
        ("payment_to_send_back", samples::shown(&paid)),
        ("payment_of_a_provider", samples::shown(&other)),
        ("payment_to_stores", samples::shown(&to_stores(lang))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_confirms_is_marked_and_the_amount_is_said() {
        for (lang, said) in [
            (Lang::En, "Mark R$1,259.70 as paid"),
            (Lang::PtBr, "Marcar R$"),
        ] {
            let looks = samples(lang);
            let marks = looks.iter().map(|(_, html)| html.contains(said));
            assert_eq!(marks.collect::<Vec<_>>(), [true, false, false, false]);
            let sends = looks.iter().map(|(_, html)| html.contains("/sent\""));
            assert_eq!(sends.collect::<Vec<_>>(), [false, true, false, false]);
            let legs = looks.iter().map(|(_, html)| html.matches("/legs/").count());
            assert_eq!(legs.collect::<Vec<_>>(), [0, 0, 0, 2]);
            let matched = "0196c1de0f4c7b1a9d3f5a2b7c8e9f01";
            assert!(looks.iter().all(|(_, html)| html.contains(matched)));
        }
    }
}

use actix_web::web::{Path, get, post};
use askama::Template;
use feira_payment::{
    DisputeKind, MANAGE_PAYMENTS, NewDispute, Payment, PaymentDetails, PaymentError, PaymentId,
};
use feira_web::auth::CsrfForm;
use time::Duration;
use uuid::Uuid;

use super::{caller::AdminPage, disputes, payments};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl},
    },
    feira_order::OrderStatus,
    feira_payment::{MethodKind, PaidBy, PaymentStatus},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments/{id}/dispute",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[Action::blank("/admin/payments/{id}/dispute", || {
        post().to(open)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/dispute_new.html")]
struct DisputeNewPage {
    p: Page,
    kinds: Vec<Choice>,
    currency: &'static str,
    action: String,
    form: Form,
}

/// GET /admin/payments/{id}/dispute
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, None).await
}

/// With what was typed, or with what is likely.
async fn index(admin: &AdminPage, id: Uuid, form: Option<Form>) -> Answer {
    let payments = &admin.state.payments;
    let details = payments.details(&admin.actor, PaymentId(id)).await?;
    if !admin.actor.is_operator(MANAGE_PAYMENTS) {
        return Err(PaymentError::Forbidden.into());
    }
    let p = admin.frame(&PAGE).await;
    let form = form.unwrap_or_else(|| likely(&p, &details));
    let status = form.status();
    let page = view(p, &details.payment, form);
    respond(&admin.request, status, &page)
}

/// All that is left of it.
fn likely(p: &Page, details: &PaymentDetails) -> Form {
    let fields = Fields::default();
    Form::new(match &details.left {
        Some(left) if left.is_positive() => fields.with("amount", p.amount(left)),
        _ => fields,
    })
}

fn view(p: Page, payment: &Payment, form: Form) -> DisputeNewPage {
    let address = format!("{}/{}", payments::PAGE.path, payment.id);
    let of = p.t1("payment-title", p.money(&payment.amount));
    let kinds = DisputeKind::of(payment.method).iter();
    let kinds = kinds.map(|kind| Choice::new(kind.as_str(), p.name(kind)));
    let kinds = kinds.collect();
    let p = p.below(payments::PAGE.path, "payments-title");
    let p = p.below_named(address.clone(), of);
    DisputeNewPage {
        kinds,
        currency: payment.amount.currency().code(),
        action: format!("{address}/dispute"),
        p: p.called("dispute-new-title"),
        form,
    }
}

/// POST /admin/payments/{id}/dispute
async fn open(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    let payment = PaymentId(*id);
    let details = payments.details(&admin.actor, payment).await?;
    let currency = details.payment.amount.currency();
    let mut form = Form::new(form.0);
    let amount = form.needed_money(admin.lang, "amount", currency);
    let kind = DisputeKind::parse(form.value("kind"));
    let due = form.optional("evidence_due_at");
    // Until that day is over.
    let evidence_due_at = due
        .as_deref()
        .and_then(|day| admin.zone.start_of_day_after(day));
    let evidence_due_at = evidence_due_at.map(|next| next - Duration::seconds(1));
    if due.is_some() && evidence_due_at.is_none() {
        form.refuse("evidence_due_at", admin.lang.text("field-day"));
    }
    if kind.is_none() {
        form.refuse("kind", admin.lang.text("field-required"));
    }
    let (Some(amount), Some(kind)) = (amount, kind) else {
        return index(&admin, *id, Some(form)).await;
    };
    let new = NewDispute {
        payment,
        kind,
        amount,
        reason: form.text("reason"),
        bank_reference: form.text("bank_reference"),
        evidence_due_at,
    };
    act(
        &admin.state,
        admin.lang,
        form,
        payments.open_dispute(&admin.actor, new, None),
        |made| {
            let to = format!("{}/{}", disputes::PAGE.path, made.dispute.id);
            (to, Flash::good("dispute-opened-flash"))
        },
        async |form| index(&admin, *id, Some(form)).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut refused = Form::new(Fields::default().with("amount", "x"));
    refused.refuse("amount", lang.text("field-money"));
    let page = |form: Option<Form>| {
        let details = sample(MethodKind::Pix);
        let p = frame(lang, &PAGE);
        let form = form.unwrap_or_else(|| likely(&p, &details));
        samples::shown(&view(p, &details.payment, form))
    };
    vec![
        ("dispute_new", page(None)),
        ("dispute_new_refused", page(Some(refused))),
    ]
}

/// Of which a part went back.
#[cfg(test)]
fn sample(method: MethodKind) -> PaymentDetails {
    let order = samples::order(OrderStatus::Confirmed, PaymentStatus::Completed);
    let payment = Payment {
        method,
        ..order.payment.expect("a payment")
    };
    PaymentDetails {
        asked_splits: Vec::new(),
        paid_by: PaidBy::default(),
        payment,
        by_hand: true,
        returns_by_hand: true,
        disputed_by_hand: true,
        refunds: Vec::new(),
        left: Some(brl(123_450)),
        notes: None,
        leg_notes: Vec::new(),
        notes_version: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_likely_is_there_and_what_cannot_be_is_not_offered() {
        for (lang, left) in [(Lang::En, "1234.50"), (Lang::PtBr, "1234,50")] {
            let (_, html) = samples(lang).remove(0);
            assert!(html.contains(&format!("value=\"{left}\"")), "{html}");
            assert!(html.contains("name=\"evidence_due_at\""), "{html}");
        }
        for (method, offered) in [
            (MethodKind::Pix, [true, false]),
            (MethodKind::Card, [false, true]),
            (MethodKind::BankTransfer, [true, true]),
        ] {
            let details = sample(method);
            let page = view(frame(Lang::En, &PAGE), &details.payment, Form::default());
            let html = samples::shown(&page);
            let found = ["med", "chargeback"].map(|kind| html.contains(&format!("\"{kind}\"")));
            assert_eq!(found, offered, "{method:?}");
        }
    }
}

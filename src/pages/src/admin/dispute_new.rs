use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::{Currency, MoneyError};
use feira_payment::{DisputeKind, MANAGE_PAYMENTS, NewDispute, Payment, PaymentError, PaymentId};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, disputes, payments};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, Unread, act, parse_money,
    respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_order::OrderStatus,
    feira_payment::PaymentStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments/{id}/dispute",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[Action::at("/admin/payments/{id}/dispute", || {
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
    index(&admin, *id, Form::default()).await
}

async fn index(admin: &AdminPage, id: Uuid, form: Form) -> Answer {
    let payments = &admin.state.payments;
    let details = payments.details(&admin.actor, PaymentId(id)).await?;
    if !admin.actor.is_operator(MANAGE_PAYMENTS) {
        return Err(PaymentError::Forbidden.into());
    }
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    let page = view(p, &details.payment, form);
    respond(&admin.request, status, &page)
}

fn view(p: Page, payment: &Payment, form: Form) -> DisputeNewPage {
    let address = format!("{}/{}", payments::PAGE.path, payment.id);
    let of = p.t1("payment-title", p.money(&payment.amount));
    let kinds = DisputeKind::ALL.map(|kind| Choice::new(kind.as_str(), p.name(&kind)));
    let p = p.below(payments::PAGE.path, "payments-title");
    let p = p.below_named(address.clone(), of);
    DisputeNewPage {
        kinds: kinds.into(),
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
    let amount = amount(&admin, &mut form, currency);
    let kind = DisputeKind::parse(form.value("kind"));
    let (Some(amount), Some(kind)) = (amount, kind) else {
        if kind.is_none() {
            form.refuse("kind", admin.lang.text("field-required"));
        }
        return index(&admin, *id, form).await;
    };
    let new = NewDispute {
        payment,
        kind,
        amount,
        reason: form.text("reason"),
        bank_reference: form.text("bank_reference"),
        evidence_due_at: None,
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
        async |form| index(&admin, *id, form).await,
    )
    .await
}

/// The amount, or `None` after adding the fault to the form.
fn amount(admin: &AdminPage, form: &mut Form, currency: Currency) -> Option<feira_kernel::Money> {
    let key = match parse_money(admin.lang, form.value("amount"), currency) {
        Ok(amount) => return Some(amount),
        Err(Unread::Ambiguous) => "field-money-ambiguous",
        Err(Unread::Wrong(MoneyError::SubUnit { .. })) => "field-money-decimals",
        Err(Unread::Wrong(MoneyError::TooLarge)) => "field-too-large",
        Err(Unread::Wrong(MoneyError::NotANumber | MoneyError::CurrencyMismatch(..))) => {
            "field-money"
        }
    };
    form.refuse("amount", admin.lang.text(key));
    None
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let order = samples::order(OrderStatus::Confirmed, PaymentStatus::Completed);
    let payment = order.payment.expect("a payment");
    let mut refused = Form::new(Fields::default().with("amount", "x"));
    refused.refuse("amount", lang.text("field-money"));
    let page = |form| samples::shown(&view(frame(lang, &PAGE), &payment, form));
    vec![
        ("dispute_new", page(Form::default())),
        ("dispute_new_refused", page(refused)),
    ]
}

use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::{Payment, SEE_PAYMENTS};

use super::caller::AdminPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_order::OrderStatus,
    feira_payment::PaymentStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments",
    place: Place::Section("payments", &[SEE_PAYMENTS]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/payments.html")]
struct PaymentsPage {
    p: Page,
    payments: Vec<Payment>,
    list: ListView,
}

/// GET /admin/payments?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let payments = &admin.state.payments;
    let found = payments.payments(&admin.actor, wanted.part()).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, payments: Vec<Payment>, list: ListView) -> PaymentsPage {
    PaymentsPage {
        list: list.none(&payments, p.t("payments-none")),
        p: p.called("payments-title"),
        payments,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let states = [PaymentStatus::Pending, PaymentStatus::Completed];
    let payments = states.map(|state| samples::order(OrderStatus::Pending, state).payment);
    let payments = payments.into_iter().flatten().collect();
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(frame(lang, &PAGE), payments, list);
    vec![("payments", samples::shown(&page))]
}

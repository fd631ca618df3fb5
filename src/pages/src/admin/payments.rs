use std::collections::BTreeMap;

use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::{Payment, SEE_PAYMENTS};
use feira_web::order_numbers::order_numbers;
use uuid::Uuid;

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
    /// Each with its order's number, if she may see it.
    payments: Vec<(Payment, Option<String>)>,
    list: ListView,
}

/// GET /admin/payments?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let payments = &admin.state.payments;
    let found = payments.payments(&admin.actor, wanted.part()).await?;
    let orders = found.items.iter().map(|payment| payment.reference.0);
    let numbers = order_numbers(&admin.state, &admin.actor, orders).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, &numbers, list))
}

fn view(
    p: Page,
    payments: Vec<Payment>,
    numbers: &BTreeMap<Uuid, String>,
    list: ListView,
) -> PaymentsPage {
    let named = payments.into_iter().map(|payment| {
        let number = numbers.get(&payment.reference.0).cloned();
        (payment, number)
    });
    let payments: Vec<_> = named.collect();
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
    let payments: Vec<Payment> = payments.into_iter().flatten().collect();
    let order = payments.first().expect("a payment").reference.0;
    let numbers = BTreeMap::from([(order, "FR-7K3M".to_owned())]);
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(frame(lang, &PAGE), payments, &numbers, list);
    vec![("payments", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Ref, StoreId};
    use feira_payment::{LegStatus, NextAction, PaymentLeg};

    use super::*;

    #[test]
    fn what_stores_were_paid_in_part_is_said_beside_the_whole() {
        let leg = |n: u128, minor, status| PaymentLeg {
            page: None,
            store: StoreId(samples::id(n)),
            part: Ref::new(samples::id(n + 1)),
            amount: samples::brl(minor),
            status,
            next_action: NextAction::None {},
            statement: None,
            paid_at: None,
        };
        let order = samples::order(OrderStatus::Confirmed, PaymentStatus::Completed);
        let mut payment = order.payment.expect("a payment");
        let (whole, some) = (payment.amount.minor(), 2_000);
        let shown = |payment: &Payment| frame(Lang::En, &PAGE).amount_of(payment);
        let all = shown(&payment);
        assert!(!all.contains("of"), "{all}");
        payment.legs = vec![
            leg(1, some, LegStatus::Paid),
            leg(3, whole - some, LegStatus::Unpaid),
        ];
        assert_eq!(shown(&payment), format!("R$20.00 of {all}"));
        payment.legs[0].status = LegStatus::Open;
        payment.legs[1].status = LegStatus::Open;
        assert_eq!(shown(&payment), all);
    }

    #[test]
    fn a_payment_leads_to_its_order_by_the_number() {
        let order = samples::order(OrderStatus::Pending, PaymentStatus::Pending);
        let id = order.payment.expect("a payment").reference.0;
        let (_, html) = samples(Lang::En).remove(0);
        let link = format!("<a href=\"/admin/orders/{id}\"><code>FR-7K3M</code></a>");
        assert!(html.contains(&link), "{html}");
    }
}

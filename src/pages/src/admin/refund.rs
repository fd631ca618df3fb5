use actix_web::web::{get, post};
use feira_kernel::Currency;
use feira_order::{Order, OrderId, RefundOf, StoreOrderId};
use feira_payment::{MANAGE_PAYMENTS, PaymentId};
use feira_web::error::PageError;
use uuid::Uuid;

use super::{caller::AdminPage, orders};
use crate::{
    page::{Action, Choice, Page, Place, Registered},
    refunding::{self, Asked, RefundCaller, RefundPage},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Fields, Form, Lang, samples},
    feira_order::OrderStatus,
    feira_payment::PaymentStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/orders/{id}/refund",
    place: Place::Below("sales"),
    show: || get().to(refunding::show::<AdminPage>),
    actions: &[Action::blank("/admin/orders/{id}/refund", || {
        post().to(refunding::send::<AdminPage>)
    })],
    #[cfg(test)]
    samples,
};

/// Before the id of a payment that came beside the order's own.
const BESIDE: &str = "payment-";

fn address(id: Uuid) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

impl RefundCaller for AdminPage {
    const PAGE: &'static Registered = &PAGE;
    type Order = Order;

    async fn order(&self, id: Uuid) -> Result<Order, PageError> {
        let order = self.state.orders.order(&self.actor, OrderId(id)).await?;
        match self.actor.is_operator(MANAGE_PAYMENTS) {
            true => Ok(order),
            false => Err(PageError::forbidden("your role gives no money back")),
        }
    }

    fn currency(order: &Order) -> Currency {
        order.totals.total.currency()
    }

    fn of(order: &Order, of: &str) -> RefundOf {
        chosen(order.id, of)
    }

    fn address(id: Uuid) -> String {
        address(id)
    }

    fn view(p: Page, order: &Order, asked: Asked) -> RefundPage {
        view(p, order, asked)
    }
}

fn view(p: Page, order: &Order, asked: Asked) -> RefundPage {
    let address = address(order.id.0);
    let p = p.below(orders::PAGE.path, "orders-title");
    let p = p.below_named(address.clone(), order.number.clone());
    let p = p.called("refund-title");
    let currency = order.totals.total.currency();
    let page = RefundPage::new(p, format!("{address}/refund"), currency, asked);
    let mut page = page.borne_by_either();
    if order.store_orders.len() > 1 || !order.beside.is_empty() {
        let whole = Choice::new("", page.p.t("refund-of-order"));
        let parts = order.store_orders.iter();
        let parts = parts.map(|part| Choice::new(part.id.to_string(), part.store_name.clone()));
        let beside = order.beside.iter().map(|payment| {
            let amount = page.p.money(&payment.amount);
            let named = page.p.t1("refund-of-beside", amount);
            Choice::new(format!("{BESIDE}{}", payment.id), named)
        });
        page.of = std::iter::once(whole).chain(parts).chain(beside).collect();
    }
    page
}

fn chosen(order: OrderId, of: &str) -> RefundOf {
    let payment = of.strip_prefix(BESIDE).map(str::parse);
    match (payment, of.parse()) {
        (Some(Ok(payment)), _) => RefundOf::Payment(order, PaymentId(payment)),
        (_, Ok(part)) => RefundOf::PartOf(order, StoreOrderId(part)),
        _ => RefundOf::Order(order),
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let order = samples::order(OrderStatus::Confirmed, PaymentStatus::Completed);
    let page = |form, told| {
        let page = view(frame(lang, &PAGE), &order, (form, told));
        samples::shown(&page)
    };
    let typed = || {
        let fields = Fields::default().with("amount", "10,00");
        Form::new(fields.with("reason", "damaged").with("note", "Broken <b>"))
    };
    let mut refused = typed();
    refused.refuse("amount", lang.text("field-money"));
    let told = samples::refund_preview(&order.store_orders);
    vec![
        ("refund", page(refunding::blank(samples::id(1)), None)),
        ("refund_refused", page(refused, None)),
        ("refund_figures", page(typed(), Some(told))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_it_is_given_back_is_read_back() {
        let (order, id) = (OrderId(samples::id(1)), samples::id(2));
        let of = |value: &str| chosen(order, value);
        assert_eq!(of(""), RefundOf::Order(order));
        assert_eq!(
            of(&id.to_string()),
            RefundOf::PartOf(order, StoreOrderId(id))
        );
        assert_eq!(
            of(&format!("{BESIDE}{id}")),
            RefundOf::Payment(order, PaymentId(id))
        );
    }

    #[test]
    fn the_figures_are_shown_before_it_is_done() {
        for (lang, gives) in [(Lang::En, "Give R$10.00 back"), (Lang::PtBr, "Devolver R$")] {
            let all = samples(lang);
            let gives = all.iter().map(|(_, html)| html.contains(gives));
            assert_eq!(gives.collect::<Vec<_>>(), [false, false, true]);
            let (_, figures) = &all[2];
            assert!(
                figures.contains("name=\"note\" value=\"Broken"),
                "{figures}"
            );
            assert!(figures.contains("value=\"edit\""));
        }
    }
}

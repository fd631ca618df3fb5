use actix_web::web::{get, post};
use feira_kernel::Currency;
use feira_order::{RefundOf, SellerOrder, StoreOrderId};
use feira_web::error::PageError;
use uuid::Uuid;

use super::{caller::SellerPage, orders};
use crate::{
    page::{Action, Page, Place, Registered},
    refunding::{self, Asked, RefundCaller, RefundPage},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Fields, Form, Lang, samples},
    feira_order::{Fulfilment, Settlement},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders/{id}/refund",
    place: Place::Below("orders"),
    show: || get().to(refunding::show::<SellerPage>),
    actions: &[Action::blank("/seller/orders/{id}/refund", || {
        post().to(refunding::send::<SellerPage>)
    })],
    #[cfg(test)]
    samples,
};

fn address(id: Uuid) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

impl RefundCaller for SellerPage {
    const PAGE: &'static Registered = &PAGE;
    type Order = SellerOrder;

    async fn order(&self, id: Uuid) -> Result<SellerOrder, PageError> {
        let (orders, actor) = (&self.state.orders, &self.actor);
        let order = orders.store_order(actor, StoreOrderId(id)).await?;
        match orders.may_refund(actor).await? {
            true => Ok(order),
            false => Err(PageError::forbidden("your role gives no money back")),
        }
    }

    fn currency(order: &SellerOrder) -> Currency {
        order.store_order.totals.total.currency()
    }

    /// She has no choice.
    fn of(order: &SellerOrder, _: &str) -> RefundOf {
        RefundOf::StoreOrder(order.store_order.id)
    }

    fn address(id: Uuid) -> String {
        address(id)
    }

    fn view(p: Page, order: &SellerOrder, asked: Asked) -> RefundPage {
        view(p, order, asked)
    }
}

fn view(p: Page, order: &SellerOrder, asked: Asked) -> RefundPage {
    let part = &order.store_order;
    let address = address(part.id.0);
    let p = p.below(orders::PAGE.path, "orders-title");
    let p = p.below_named(address.clone(), part.number.clone());
    let p = p.called("refund-title");
    let currency = part.totals.total.currency();
    RefundPage::new(p, format!("{address}/refund"), currency, asked)
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let order = samples::seller_order(Fulfilment::Shipped, Settlement::Paid);
    let page = |form, told| {
        let page = view(frame(lang, &PAGE), &order, (form, told));
        samples::shown(&page)
    };
    let typed = Form::new(Fields::default().with("reason", "damaged"));
    let told = samples::refund_preview(std::slice::from_ref(&order.store_order));
    vec![
        ("refund", page(refunding::blank(samples::id(1)), None)),
        ("refund_figures", page(typed, Some(told))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seller_bears_it_and_has_no_choice_of_that() {
        for lang in Lang::ALL {
            for (name, html) in samples(lang) {
                assert!(!html.contains("<select id=\"f-borne_by\""), "{name}");
                assert!(!html.contains("<select id=\"f-of\""), "{name}");
            }
        }
    }
}

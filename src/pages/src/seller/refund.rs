use actix_web::web::{Path, get, post};
use feira_order::{OrderRefundPreview, RefundOf, SellerOrder, StoreOrderId};
use feira_web::{auth::CsrfForm, error::PageError, idempotent::of_form};
use uuid::Uuid;

use super::{caller::SellerPage, orders};
use crate::{
    page::{Action, Answer, Fields, Form, Page, Place, Registered, done, respond},
    refunding::{self, RefundPage, Step},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_order::{Fulfilment, Settlement},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders/{id}/refund",
    place: Place::Below("orders"),
    show: || get().to(show),
    actions: &[Action::at("/seller/orders/{id}/refund", || post().to(send))],
    #[cfg(test)]
    samples,
};

fn address(id: Uuid) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

async fn order(seller: &SellerPage, id: Uuid) -> Result<SellerOrder, PageError> {
    let (orders, actor) = (&seller.state.orders, &seller.actor);
    let order = orders.store_order(actor, StoreOrderId(id)).await?;
    match orders.may_refund(actor).await? {
        true => Ok(order),
        false => Err(PageError::forbidden("your role gives no money back")),
    }
}

/// GET /seller/orders/{id}/refund
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    let order = order(&seller, *id).await?;
    let key = Uuid::from_bytes(seller.state.entropy.bytes());
    index(&seller, &order, (refunding::blank(key), None)).await
}

async fn index(
    seller: &SellerPage,
    order: &SellerOrder,
    asked: (Form, Option<OrderRefundPreview>),
) -> Answer {
    let p = seller.frame(&PAGE).await;
    let status = asked.0.status();
    respond(&seller.request, status, &view(p, order, asked))
}

fn view(p: Page, order: &SellerOrder, asked: (Form, Option<OrderRefundPreview>)) -> RefundPage {
    let part = &order.store_order;
    let address = address(part.id.0);
    let p = p.below(orders::PAGE.path, "orders-title");
    let p = p.below_named(address.clone(), part.number.clone());
    let p = p.called("refund-title");
    let currency = part.totals.total.currency();
    RefundPage::new(p, format!("{address}/refund"), currency, asked)
}

/// POST /seller/orders/{id}/refund: shows the figures, or what was typed, or gives it back.
async fn send(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let order = order(&seller, *id).await?;
    let mut form = Form::new(form.0);
    let step = refunding::step(&form);
    if step == Step::Edit {
        return index(&seller, &order, (form, None)).await;
    }
    let of = RefundOf::StoreOrder(order.store_order.id);
    let currency = order.store_order.totals.total.currency();
    let asked = refunding::read(seller.lang, currency, &mut form, of);
    if form.is_refused() {
        return index(&seller, &order, (form, None)).await;
    }
    let (state, actor) = (&seller.state, &seller.actor);
    let refused = if step == Step::Give {
        let key = of_form(&seller.request, form.value("key"), form.fields());
        match state.orders.refund(actor, asked, key).await {
            Ok(refund) => return Ok(done(state, &address(*id), &refunding::done(&refund))),
            Err(error) => error,
        }
    } else {
        match state.orders.preview_refund(actor, asked).await {
            Ok(told) => return index(&seller, &order, (form, Some(told))).await,
            Err(error) => error,
        }
    };
    let p = seller.frame(&PAGE).await;
    if !refunding::refused(&p, &mut form, &refused) {
        form.take(seller.lang, refused)?;
    }
    index(&seller, &order, (form, None)).await
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

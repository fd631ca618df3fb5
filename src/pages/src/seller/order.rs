use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::Ref;
use feira_order::{
    Fulfilment, NewShipment, OrderError, SellerAction, SellerOrder, Settlement, StoreOrderId,
};
use feira_payment::Earning;
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::SellerPage, earned::Earned, orders};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, people, person_of, press,
    respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders/{id}",
    place: Place::Below("orders"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/orders/{id}/accept", || post().to(accept)),
        Action::at("/seller/orders/{id}/ship", || post().to(ship)),
        Action::at("/seller/orders/{id}/deliver", || post().to(deliver)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/order.html")]
struct OrderPage {
    p: Page,
    order: SellerOrder,
    earned: Earned,
    form: Form,
    /// What the seller does next: `ship`, `deliver`, `wait` (for the payment) or nothing.
    step: &'static str,
    can_accept: bool,
    accept_action: String,
    deliver_action: String,
}

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

/// GET /seller/orders/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    detail(&seller, *id, Form::default()).await
}

async fn detail(seller: &SellerPage, id: Uuid, form: Form) -> Answer {
    let (orders, payments) = (&seller.state.orders, &seller.state.payments);
    let order = orders.store_order(&seller.actor, StoreOrderId(id)).await?;
    let parts = vec![Ref::new(order.store_order.id)];
    let told = payments.earnings(&seller.actor, parts).await?.pop();
    let who = order
        .history
        .iter()
        .filter_map(|entry| person_of(&entry.actor));
    let people = people(&seller.state, who).await;
    let p = seller.frame(&PAGE).await.knowing(people);
    let status = form.status();
    respond(&seller.request, status, &view(p, order, told, form))
}

fn view(p: Page, order: SellerOrder, told: Option<Earning>, form: Form) -> OrderPage {
    let part = &order.store_order;
    let allowed = part.allowed();
    let unpaid = (Fulfilment::Pending, Settlement::Unpaid);
    let step = if allowed.contains(&SellerAction::Ship) {
        "ship"
    } else if allowed.contains(&SellerAction::Deliver) {
        "deliver"
    } else if (part.fulfilment, part.settlement) == unpaid {
        "wait"
    } else {
        ""
    };
    let p = p.below(orders::PAGE.path, "orders-title");
    OrderPage {
        p: p.titled(part.number.clone()),
        earned: Earned::of(&order, told),
        step,
        can_accept: allowed.contains(&SellerAction::Accept),
        accept_action: format!("{}/accept", address(part.id)),
        deliver_action: format!("{}/deliver", address(part.id)),
        order,
        form,
    }
}

/// POST /seller/orders/{id}/ship
async fn ship(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let form = Form::new(form.0);
    let shipment = NewShipment {
        carrier: form.text("carrier"),
        tracking_number: form.text("tracking_number"),
    };
    let orders = &seller.state.orders;
    act(
        &seller.state,
        seller.lang,
        form,
        orders.ship(&seller.actor, StoreOrderId(*id), shipment, None),
        |_| (address(*id), Flash::good("ship-done")),
        async |form| detail(&seller, *id, form).await,
    )
    .await
}

/// POST /seller/orders/{id}/accept
async fn accept(seller: SellerPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let orders = &seller.state.orders;
    let work = orders.accept(&seller.actor, StoreOrderId(*id), None);
    let good = |_| Flash::good("accept-done");
    press(&seller.state, &address(*id), work, good, moved_on).await
}

/// POST /seller/orders/{id}/deliver
async fn deliver(seller: SellerPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let orders = &seller.state.orders;
    let work = orders.deliver(&seller.actor, StoreOrderId(*id), None);
    let good = |_| Flash::good("deliver-done");
    press(&seller.state, &address(*id), work, good, moved_on).await
}

/// A step that the order does not allow any more.
fn moved_on(error: &OrderError) -> Option<Flash> {
    let late = matches!(error, OrderError::IllegalMove { .. } | OrderError::Conflict);
    late.then(|| Flash::bad("order-moved-on"))
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |fulfilment, settlement, form| {
        let order = samples::seller_order(fulfilment, settlement);
        let told = samples::earning(&order);
        samples::shown(&view(frame(lang, &PAGE), order, Some(told), form))
    };
    let mut refused = Form::new(Fields::default().with("carrier", "Correios <b>"));
    refused.refuse("tracking_number", lang.text("field-required"));
    let plain = Form::default;
    vec![
        (
            "order_to_ship",
            page(Fulfilment::Pending, Settlement::Paid, plain()),
        ),
        (
            "order_unpaid",
            page(Fulfilment::Pending, Settlement::Unpaid, plain()),
        ),
        (
            "order_shipped",
            page(Fulfilment::Shipped, Settlement::Paid, plain()),
        ),
        (
            "order_cancelled",
            page(Fulfilment::Cancelled, Settlement::Refunded, plain()),
        ),
        (
            "order_refused",
            page(Fulfilment::Accepted, Settlement::Paid, refused),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_offers_the_step_that_fits() {
        let step = |fulfilment, settlement| {
            let order = samples::seller_order(fulfilment, settlement);
            view(frame(Lang::En, &PAGE), order, None, Form::default()).step
        };
        assert_eq!(step(Fulfilment::Pending, Settlement::Unpaid), "wait");
        assert_eq!(step(Fulfilment::Pending, Settlement::Paid), "ship");
        assert_eq!(step(Fulfilment::Accepted, Settlement::Paid), "ship");
        assert_eq!(step(Fulfilment::Shipped, Settlement::Paid), "deliver");
        assert_eq!(step(Fulfilment::Delivered, Settlement::Paid), "");
        assert_eq!(step(Fulfilment::Cancelled, Settlement::Refunded), "");
    }

    #[test]
    fn a_cancelled_order_earns_nothing_later() {
        for lang in Lang::ALL {
            let all = samples(lang).into_iter();
            let mut cancelled = all.filter(|(name, _)| *name == "order_cancelled");
            let (_, html) = cancelled.next().expect("a look");
            assert!(html.contains(&lang.text("earning-refunded")), "{html}");
            assert!(!html.contains(&lang.text("earning-later")), "{html}");
        }
    }
}

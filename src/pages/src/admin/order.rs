use actix_web::web::{Path, get};
use askama::Template;
use feira_order::{Order, OrderId, StoreOrder};
use feira_payment::{Exchange, MANAGE_PAYMENTS};
use uuid::Uuid;

use super::{caller::AdminPage, orders};
use crate::page::{Answer, Page, Place, Registered, allowed, people, person_of, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago},
    },
    feira_order::OrderStatus,
    feira_payment::PaymentStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/orders/{id}",
    place: Place::Below("sales"),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/order.html")]
struct OrderPage {
    p: Page,
    order: Order,
    exchanges: Vec<Exchange>,
    /// Whether a refund is possible and permitted.
    can_refund: bool,
    refund_href: String,
}

/// GET /admin/orders/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    let (state, actor) = (&admin.state, &admin.actor);
    let order = state.orders.order(actor, OrderId(*id)).await?;
    let exchanges = match &order.payment {
        Some(payment) => {
            allowed(state.payments.exchanges(actor, payment.id).await)?.unwrap_or_default()
        }
        None => Vec::new(),
    };
    let who = order
        .history
        .iter()
        .filter_map(|entry| person_of(&entry.actor));
    let people = people(state, who).await;
    let p = admin.frame(&PAGE).await.knowing(people);
    let manages = actor.is_operator(MANAGE_PAYMENTS);
    respond_ok(&admin.request, &view(p, order, exchanges, manages))
}

fn view(p: Page, order: Order, exchanges: Vec<Exchange>, manages: bool) -> OrderPage {
    let kept = order.store_orders.iter().any(StoreOrder::is_refundable);
    let p = p.below(orders::PAGE.path, "orders-title");
    OrderPage {
        p: p.titled(order.number.clone()),
        can_refund: manages && kept,
        refund_href: format!("{}/{}/refund", orders::PAGE.path, order.id),
        order,
        exchanges,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let exchange = |kind: &str, outcome: &str, minutes| Exchange {
        kind: kind.to_owned(),
        gateway_id: Some("ch_123".to_owned()),
        outcome: outcome.to_owned(),
        at: ago(minutes),
        texts: None,
    };
    let order = samples::order(OrderStatus::Shipped, PaymentStatus::Completed);
    let exchanges = vec![
        exchange("create", "pending", 400),
        exchange("webhook", "completed", 390),
    ];
    let page = view(frame(lang, &PAGE), order, exchanges, true);
    vec![("order", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_of_an_order_names_the_store_of_each_part() {
        let (_, html) = samples(Lang::En).remove(0);
        let (_, history) = html.split_once("timeline").expect("a history");
        let (history, _) = history.split_once("</ol>").expect("its end");
        let entries: Vec<_> = history.matches("<strong>").collect();
        let named: Vec<_> = history.matches("</strong> · Ateliê da Maria").collect();
        assert_eq!((entries.len(), named.len()), (3, 2), "{history}");
    }
}

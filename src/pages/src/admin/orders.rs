use actix_web::web::{Query, get};
use askama::Template;
use feira_order::{OrderFilter, OrderStatus, OrderSummary, SEE_ORDERS};

use super::caller::AdminPage;
use crate::page::{Answer, Badge, Choice, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_kernel::Cursor,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/orders",
    place: Place::Section("sales", &[SEE_ORDERS]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/orders.html")]
struct OrdersPage {
    p: Page,
    orders: Vec<OrderSummary>,
    list: ListView,
}

const STATUSES: [OrderStatus; 9] = [
    OrderStatus::Pending,
    OrderStatus::Confirmed,
    OrderStatus::PartiallyShipped,
    OrderStatus::Shipped,
    OrderStatus::PartiallyDelivered,
    OrderStatus::Delivered,
    OrderStatus::Completed,
    OrderStatus::Cancelled,
    OrderStatus::Refunded,
];

/// The choice of those that lack a fiscal document.
const LACKING: &str = "lacking";

/// The state's name, from its text key.
fn name(status: OrderStatus) -> &'static str {
    status.key().trim_start_matches("order-status-")
}

/// GET /admin/orders?q=&status=&document=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let status = wanted.get("status");
    let filter = OrderFilter {
        status: STATUSES.into_iter().find(|s| name(*s) == status),
        q: wanted.optional("q"),
        undocumented: wanted.get("document") == LACKING,
    };
    let orders = &admin.state.orders;
    let found = orders.orders(&admin.actor, filter, wanted.part()).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, orders: Vec<OrderSummary>, list: ListView) -> OrdersPage {
    OrdersPage {
        list: list
            .search("q", p.t("orders-search-all"))
            .select("status", p.t("order-status"), statuses(&p))
            .select("document", p.t("orders-document"), documents(&p))
            .none(&orders, p.t("orders-empty")),
        orders,
        p: p.called("orders-title"),
    }
}

/// Whether only those are shown of which a part lacks its fiscal document.
fn documents(p: &Page) -> Vec<Choice> {
    vec![
        Choice::new("", p.t("filter-all")),
        Choice::new(LACKING, p.t("orders-tab-undocumented")),
    ]
}

fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(STATUSES.map(|status| Choice::new(name(status), p.t(status.key()))));
    choices
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let wanted = Wanted::sample(&[("status", "pending")]);
    let next = Cursor("x".to_owned());
    let list = ListView::new(PAGE.path, wanted, Some(next));
    let page = view(frame(lang, &PAGE), samples::orders(), list);
    vec![("orders", samples::shown(&page))]
}

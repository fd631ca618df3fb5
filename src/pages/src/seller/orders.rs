use actix_web::web::{Query, get};
use askama::Template;
use feira_order::{FULFIL_ORDERS, Fulfilment, SellerOrderSummary, Settlement, StoreOrderFilter};

use super::caller::SellerPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, query, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_kernel::Cursor,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders",
    place: Place::Section("orders", &[FULFIL_ORDERS]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/orders.html")]
struct OrdersPage {
    p: Page,
    tabs: Vec<Tab>,
    recent: Vec<SellerOrderSummary>,
    list: ListView,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

const TABS: &[&str] = &[
    "new",
    "accepted",
    "shipped",
    "delivered",
    "on_delivery",
    "unpaid",
    "undocumented",
    "cancelled",
    "all",
];

fn filter(tab: &str, q: Option<String>) -> StoreOrderFilter {
    let (fulfilment, settlement) = match tab {
        "new" => (Some(Fulfilment::Pending), None),
        "accepted" => (Some(Fulfilment::Accepted), None),
        "shipped" => (Some(Fulfilment::Shipped), None),
        "delivered" => (Some(Fulfilment::Delivered), None),
        "on_delivery" => (None, Some(Settlement::OnDelivery)),
        "unpaid" => (Some(Fulfilment::Pending), Some(Settlement::Unpaid)),
        "cancelled" => (Some(Fulfilment::Cancelled), None),
        _ => (None, None),
    };
    StoreOrderFilter {
        fulfilment,
        settlement,
        q,
        undocumented: tab == "undocumented",
        secured: ["new", "accepted"].contains(&tab),
        ..StoreOrderFilter::default()
    }
}

/// GET /seller/orders?tab=&q=&cursor=
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let q = wanted.optional("q");
    // A search covers all orders, whatever the tab.
    let (default, tab) = match q {
        None => ("new", wanted.get("tab")),
        Some(_) => ("all", ""),
    };
    let tab = TABS.iter().copied().find(|t| *t == tab).unwrap_or(default);
    let found = seller
        .state
        .orders
        .store_orders(&seller.actor, filter(tab, q), wanted.part())
        .await?;

    let p = seller.frame(&PAGE).await.called("orders-title");
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    let page = view(p, tab, found.items, list);
    respond_ok(&seller.request, &page)
}

fn view(p: Page, tab: &str, recent: Vec<SellerOrderSummary>, list: ListView) -> OrdersPage {
    let none = match tab {
        "new" => p.t("orders-none-new"),
        _ => p.t("orders-empty"),
    };
    OrdersPage {
        tabs: tabs(&p, tab),
        list: list
            .keep("tab", tab)
            .search("q", p.t("orders-search"))
            .none(&recent, none),
        recent,
        p,
    }
}

fn tabs(p: &Page, current: &str) -> Vec<Tab> {
    TABS.iter()
        .map(|tab| Tab {
            href: query(PAGE.path, &[("tab", tab)]),
            label: p.word("orders-tab", tab),
            current: *tab == current,
        })
        .collect()
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |recent, next: Option<Cursor>| {
        let p = frame(lang, &PAGE).called("orders-title");
        let list = ListView::new(PAGE.path, Wanted::default(), next);
        samples::shown(&view(p, "all", recent, list))
    };
    let next = Cursor("x".to_owned());
    vec![
        ("orders", page(samples::seller_orders(), Some(next))),
        ("orders_none", page(Vec::new(), None)),
    ]
}

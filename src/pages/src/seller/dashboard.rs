use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::SellerFilter;
use feira_kernel::PageRequest;
use feira_order::{SellerFigures, SellerOrderSummary, StoreOrderFilter};
use feira_payment::{Balance, DisputeFilter, DisputeState};
use feira_web::error::PageError;

use super::{caller::SellerPage, store};
use crate::page::{Action, Answer, Chart, Page, Place, Registered, allowed, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl},
    },
    feira_order::DaySales,
    feira_store::StoreStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller",
    place: Place::Section("home", &[]),
    show: || get().to(show),
    // The language switch returns to this path.
    actions: &[Action::blank("/seller/store", || post().to(store::switch))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/dashboard.html")]
struct DashboardPage {
    p: Page,
    figures: SellerFigures,
    balances: Vec<Balance>,
    chart: Option<Chart>,
    recent: Vec<SellerOrderSummary>,
    todo: Vec<Task>,
}

/// One task for the seller.
struct Task {
    icon: &'static str,
    href: &'static str,
    text: String,
}

/// The seller's tasks beside her orders.
#[derive(Clone, Copy, Default)]
struct Waiting {
    sold_out: usize,
    /// Disputes that need evidence.
    disputes: usize,
    /// No payout account was given.
    no_account: bool,
}

fn nothing() -> SellerFigures {
    SellerFigures {
        to_ship: 0,
        awaiting_payment: 0,
        to_collect: 0,
        undocumented: 0,
        days: Vec::new(),
        sales: Vec::new(),
    }
}

/// Sold-out products are counted up to this number; then the text says "or more".
const COUNTED: u32 = 50;

/// GET /seller: what needs doing, then how it goes, then the latest orders.
async fn show(seller: SellerPage) -> Answer {
    let (state, actor) = (&seller.state, &seller.actor);
    let sold_out = SellerFilter {
        sold_out: true,
        ..SellerFilter::default()
    };
    // Parts without permission are left out.
    let figures = allowed(state.orders.seller_figures(actor).await)?;
    let figures = figures.unwrap_or_else(nothing);
    let recent = state
        .orders
        .store_orders(actor, StoreOrderFilter::default(), PageRequest::first(8))
        .await;
    let recent = allowed(recent)?.map_or_else(Vec::new, |page| page.items);
    let balances = allowed(state.payments.balance(actor, None).await)?.unwrap_or_default();
    let sold_out = state
        .catalog
        .seller_products(actor, sold_out, PageRequest::first(COUNTED))
        .await;
    let waiting = Waiting {
        sold_out: allowed(sold_out)?.map_or(0, |page| page.items.len()),
        ..money_waits(&seller).await?
    };

    let p = seller.frame(&PAGE).await;
    let p = p.titled(seller.membership.name.clone());
    let page = DashboardPage {
        chart: Chart::of(&p, &figures.days),
        todo: tasks(&p, &figures, waiting),
        p,
        figures,
        balances,
        recent,
    };
    respond_ok(&seller.request, &page)
}

/// Parts that need a permission.
async fn money_waits(seller: &SellerPage) -> Result<Waiting, PageError> {
    let (state, actor) = (&seller.state, &seller.actor);
    let latest = PageRequest::first(COUNTED);
    let disputes = state
        .payments
        .disputes(actor, DisputeFilter::default(), latest);
    let disputes = allowed(disputes.await)?.map_or_else(Vec::new, |page| page.items);
    let open = disputes.iter();
    let open = open.filter(|dispute| dispute.state == DisputeState::Opened);
    let account = allowed(state.stores.payout_account(actor).await)?;
    Ok(Waiting {
        sold_out: 0,
        disputes: open.count(),
        no_account: matches!(account, Some(None)),
    })
}

fn tasks(p: &Page, figures: &SellerFigures, waiting: Waiting) -> Vec<Task> {
    let mut tasks = Vec::new();
    if waiting.disputes > 0 {
        let text = p.tn("todo-disputes", waiting.disputes);
        tasks.push(Task {
            icon: "disputes",
            href: "/seller/disputes",
            text,
        });
    }
    if figures.to_ship > 0 {
        let text = p.tn("todo-to-ship", figures.to_ship);
        tasks.push(Task {
            icon: "parcel",
            href: "/seller/orders",
            text,
        });
    }
    if figures.to_collect > 0 {
        let text = p.tn("todo-to-collect", figures.to_collect);
        tasks.push(Task {
            icon: "payouts",
            href: "/seller/orders?tab=on_delivery",
            text,
        });
    }
    if figures.undocumented > 0 {
        let text = p.tn("todo-undocumented", figures.undocumented);
        tasks.push(Task {
            icon: "earnings",
            href: "/seller/orders?tab=undocumented",
            text,
        });
    }
    if waiting.sold_out > 0 {
        let text = p.tn("todo-sold-out", waiting.sold_out);
        tasks.push(Task {
            icon: "products",
            href: "/seller/products?status=sold_out",
            text,
        });
    }
    if waiting.no_account {
        tasks.push(Task {
            icon: "payouts",
            href: "/seller/payouts/account",
            text: p.t("todo-payout-account"),
        });
    }
    tasks
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let p = frame(lang, &PAGE).titled("Ateliê da Maria");
    let day = |n: i64| {
        let (month, day) = if n < 9 { (10, 23 + n) } else { (11, n - 8) };
        DaySales {
            day: format!("2026-{month:02}-{day:02}"),
            orders: u32::try_from(n % 4).expect("small"),
            total: brl((n % 4) * 12_345 + (n % 7) * 3_100 * (n % 4)).into(),
        }
    };
    let figures = SellerFigures {
        to_ship: 3,
        awaiting_payment: 1,
        to_collect: 0,
        undocumented: 0,
        days: (0..30).map(day).collect(),
        sales: samples::sales(),
    };
    let waiting = Waiting {
        sold_out: 2,
        disputes: 1,
        no_account: true,
    };
    let mut page = DashboardPage {
        chart: Chart::of(&p, &figures.days),
        todo: tasks(&p, &figures, waiting),
        balances: vec![samples::balance()],
        recent: samples::seller_orders(),
        figures,
        p,
    };
    let open = samples::shown(&page);
    page.p.store = Some(("Ateliê da Maria".to_owned(), StoreStatus::Suspended));
    page.p.store_reason = Some("Copies of a <brand>.".to_owned());
    vec![
        ("dashboard", open),
        ("dashboard_suspended", samples::shown(&page)),
    ]
}

use actix_web::{HttpRequest, web::Data};
use askama::Template;
use feira_catalog::SellerFilter;
use feira_kernel::PageRequest;
use feira_order::{SellerFigures, SellerOrderSummary, StoreOrderFilter};
use feira_payment::Balance;
use feira_web::{auth::SellerPage, state::AppState};

use crate::page::{Answer, Chart, Page, allowed, respond_ok};

#[derive(Template)]
#[template(path = "seller/dashboard.html")]
pub(super) struct DashboardPage {
    pub(super) p: Page,
    pub(super) figures: SellerFigures,
    pub(super) balances: Vec<Balance>,
    pub(super) chart: Option<Chart>,
    pub(super) recent: Vec<SellerOrderSummary>,
    pub(super) todo: Vec<Task>,
}

/// Something that waits for the seller.
pub(super) struct Task {
    pub(super) icon: &'static str,
    pub(super) href: &'static str,
    pub(super) text: String,
}

const NOTHING: SellerFigures = SellerFigures {
    to_ship: 0,
    awaiting_payment: 0,
    days: Vec::new(),
};
/// As many sold-out products as are counted; beyond it the text says "or more".
const COUNTED: u32 = 50;

/// GET /seller: what needs doing, then how it goes, then the latest orders.
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
) -> Answer {
    let actor = &seller.actor;
    let sold_out = SellerFilter {
        sold_out: true,
        ..SellerFilter::default()
    };
    // Who may not see one of these sees the page without it.
    let figures = allowed(state.orders.seller_figures(actor).await)?.unwrap_or(NOTHING);
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
    let sold_out = allowed(sold_out)?.map_or(0, |page| page.items.len());

    let p = Page::seller(&request, &state, &seller, "home").await;
    let p = p.titled(seller.membership.name.clone());
    let page = DashboardPage {
        chart: Chart::of(&p, &figures.days),
        todo: tasks(&p, &figures, sold_out),
        p,
        figures,
        balances,
        recent,
    };
    respond_ok(&request, &page)
}

pub(super) fn tasks(p: &Page, figures: &SellerFigures, sold_out: usize) -> Vec<Task> {
    let mut tasks = Vec::new();
    if figures.to_ship > 0 {
        let text = p.tn("todo-to-ship", figures.to_ship);
        tasks.push(Task {
            icon: "parcel",
            href: "/seller/orders",
            text,
        });
    }
    if sold_out > 0 {
        let text = p.tn("todo-sold-out", sold_out);
        tasks.push(Task {
            icon: "products",
            href: "/seller/products?status=sold_out",
            text,
        });
    }
    tasks
}

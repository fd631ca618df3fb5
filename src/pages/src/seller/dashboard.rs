use std::borrow::Cow;

use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::SellerFilter;
use feira_kernel::PageRequest;
use feira_order::{SellerFigures, SellerOrderSummary, StoreOrderFilter};
use feira_payment::{Balance, DisputeFilter, DisputeState, StoreTasks};
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
    feira_kernel::Ref,
    feira_order::DaySales,
    feira_payment::PartTask,
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
    href: Cow<'static, str>,
    text: String,
}

/// The seller's tasks beside her orders.
#[derive(Clone, Default)]
struct Waiting {
    sold_out: usize,
    /// Disputes that need evidence.
    disputes: usize,
    /// No payout account was given.
    no_account: bool,
    /// What buyers pay the store itself.
    itself: StoreTasks,
}

/// So many of a kind are named.
const NAMED: usize = 3;

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
        todo: tasks(&p, &figures, &waiting),
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
    let itself = allowed(state.payments.store_tasks(actor).await)?;
    Ok(Waiting {
        sold_out: 0,
        disputes: open.count(),
        no_account: matches!(account, Some(None)),
        itself: itself.unwrap_or_default(),
    })
}

/// Each by its order, and how many there are if not all are named.
fn of_itself(p: &Page, itself: &StoreTasks) -> Vec<Task> {
    let kinds = [
        (
            "todo-to-give-back",
            "todo-to-give-back-all",
            &itself.to_send,
        ),
        ("todo-to-confirm", "todo-to-confirm-all", &itself.to_confirm),
    ];
    let mut tasks = Vec::new();
    for (key, all, of_kind) in kinds {
        tasks.extend(of_kind.iter().take(NAMED).map(|one| {
            let what = format!("{} · {}", one.description, p.money(&one.amount));
            Task {
                icon: "payments",
                href: format!("/seller/orders/{}", one.part.0).into(),
                text: p.t1(key, what),
            }
        }));
        if of_kind.len() > NAMED {
            tasks.push(Task {
                icon: "payments",
                href: "/seller/orders".into(),
                text: p.tn(all, of_kind.len()),
            });
        }
    }
    tasks
}

fn tasks(p: &Page, figures: &SellerFigures, waiting: &Waiting) -> Vec<Task> {
    let mut tasks = of_itself(p, &waiting.itself);
    if waiting.disputes > 0 {
        let text = p.tn("todo-disputes", waiting.disputes);
        tasks.push(Task {
            icon: "disputes",
            href: "/seller/disputes".into(),
            text,
        });
    }
    if figures.to_ship > 0 {
        let text = p.tn("todo-to-ship", figures.to_ship);
        tasks.push(Task {
            icon: "parcel",
            href: "/seller/orders".into(),
            text,
        });
    }
    if figures.to_collect > 0 {
        let text = p.tn("todo-to-collect", figures.to_collect);
        tasks.push(Task {
            icon: "payouts",
            href: "/seller/orders?tab=on_delivery".into(),
            text,
        });
    }
    if figures.undocumented > 0 {
        let text = p.tn("todo-undocumented", figures.undocumented);
        tasks.push(Task {
            icon: "earnings",
            href: "/seller/orders?tab=undocumented".into(),
            text,
        });
    }
    if waiting.sold_out > 0 {
        let text = p.tn("todo-sold-out", waiting.sold_out);
        tasks.push(Task {
            icon: "products",
            href: "/seller/products?status=sold_out".into(),
            text,
        });
    }
    if waiting.no_account {
        tasks.push(Task {
            icon: "payouts",
            href: "/seller/payouts/account".into(),
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
    let itself = |n| PartTask {
        part: Ref::new(samples::id(n)),
        description: "FR-7K3M".to_owned(),
        amount: brl(1_990),
    };
    let waiting = Waiting {
        sold_out: 2,
        disputes: 1,
        no_account: true,
        itself: StoreTasks {
            to_confirm: vec![itself(1); NAMED + 1],
            to_send: vec![itself(2)],
        },
    };
    let mut page = DashboardPage {
        chart: Chart::of(&p, &figures.days),
        todo: tasks(&p, &figures, &waiting),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_buyers_pay_the_store_itself_is_named_and_linked() {
        for (lang, told) in [
            (
                Lang::En,
                [
                    "Confirm the payment of FR-7K3M",
                    "4 payments wait",
                    "Send the refund of FR-7K3M",
                ],
            ),
            (
                Lang::PtBr,
                [
                    "Confirme o pagamento de FR-7K3M",
                    "4 pagamentos esperam",
                    "Devolva o reembolso de FR-7K3M",
                ],
            ),
        ] {
            let (_, html) = samples(lang).remove(0);
            for text in told {
                assert!(html.contains(text), "{text}: {html}");
            }
            for n in [1, 2] {
                let link = format!("href=\"/seller/orders/{}\"", samples::id(n));
                assert!(html.contains(&link), "{html}");
            }
        }
    }
}

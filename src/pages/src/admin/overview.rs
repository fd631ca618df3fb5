use actix_web::web::get;
use askama::Template;
use feira_kernel::PageRequest;
use feira_notification::{MessageFilter, MessageStatus};
use feira_order::{OrderFilter, OrderSummary, Sales};
use feira_payment::{
    BankStatementLineFilter, BankStatementLineState, DisputeFilter, DisputeState, PayoutFilter,
    PayoutStatus, ProviderOverview,
};
use feira_store::{REVIEW_STORES, StoreFilter, StoreStatus};
use time::Duration;

use super::{
    caller::AdminPage,
    todo::{Task, Waiting, tasks},
};
use crate::page::{Answer, Page, Place, Registered, allowed, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::{MethodKind, PaymentId, Stuck, WaitingByHand, WaitingPayment},
    feira_web::outboxes::Backlog,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin",
    place: Place::Section("overview", &[]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    p: Page,
    figures: Vec<Figure>,
    /// `None`: not permitted, or not available now.
    sales: Option<Vec<Sales>>,
    orders: Vec<OrderSummary>,
    todo: Vec<Task>,
}

struct Figure {
    label: String,
    value: String,
    href: &'static str,
}

/// Counting stops here; the lists show all.
const COUNTED: u32 = 100;

/// As long an alarm is named here; the list has them all.
const ALARMED: Duration = Duration::days(7);

/// Those by whose last notification a secret seems to be wrong. Anybody may send one that is refused, so one that is
/// accepted after it says that all is well.
fn refused(all: Vec<ProviderOverview>) -> Vec<String> {
    let named = all
        .into_iter()
        .filter(|one| one.refused_at > one.notified_at);
    named.map(|one| one.name).collect()
}

/// GET /admin
async fn show(admin: AdminPage) -> Answer {
    let (state, actor) = (&admin.state, &admin.actor);
    let some = || PageRequest::first(COUNTED);
    let pending = StoreFilter {
        status: Some(StoreStatus::Pending),
        q: None,
    };
    // Without the permission only approved stores are listed, so nothing is counted.
    let applications = match actor.is_operator(REVIEW_STORES) {
        true => Some(state.stores.list(actor, pending, some()).await?.items.len()),
        false => None,
    };
    let failed = MessageFilter {
        status: Some(MessageStatus::Failed),
        recipient: None,
    };
    let to_pay = PayoutFilter {
        status: Some(PayoutStatus::Pending),
    };
    let disputed = DisputeFilter {
        state: Some(DisputeState::Opened),
    };
    let unmatched = BankStatementLineFilter {
        statement: None,
        state: Some(BankStatementLineState::Open),
    };
    let payments = &state.payments;
    let waiting = Waiting {
        applications,
        payouts: allowed(payments.payouts(actor, to_pay, some()).await)?
            .map(|page| page.items.len()),
        disputes: allowed(payments.disputes(actor, disputed, some()).await)?
            .map(|page| page.items.len()),
        alarms: allowed(payments.alarms(actor, some()).await)?.map(|page| {
            let since = state.clock.now() - ALARMED;
            page.items.iter().filter(|one| one.at > since).count()
        }),
        refused: allowed(payments.providers(actor).await)?.map(refused),
        bank_lines: allowed(
            payments
                .bank_statement_lines(actor, unmatched, some())
                .await,
        )?
        .map(|page| page.items.len()),
        failed_messages: allowed(state.notifications.messages(actor, failed, some()).await)?
            .map(|page| page.items.len()),
        balanced: allowed(payments.books(actor).await)?.map(|books| books.balanced),
        behind: state.outboxes.behind(actor).await,
        stuck: allowed(payments.stuck(actor).await)?,
        by_hand: allowed(payments.waiting_by_hand(actor).await)?,
        sends: allowed(state.notifications.sends(actor).await)?,
        methods: allowed(payments.methods(actor, state.settings.currency).await)?,
    };
    let orders = state
        .orders
        .orders(actor, OrderFilter::default(), PageRequest::first(10))
        .await;
    let orders = allowed(orders)?.map_or_else(Vec::new, |page| page.items);

    let zone = state.settings.time_zone.clone();
    // These are slow queries over a month; the page is shown without them if they fail.
    let sales = allowed(state.orders.market_sales(actor, zone).await).unwrap_or_else(|error| {
        tracing::warn!(%error, "the overview has no sales");
        None
    });

    let p = admin.frame(&PAGE).await;
    respond_ok(&admin.request, &view(p, &waiting, sales, orders))
}

fn view(
    p: Page,
    waiting: &Waiting,
    sales: Option<Vec<Sales>>,
    orders: Vec<OrderSummary>,
) -> OverviewPage {
    let p = p.called("nav-overview");
    OverviewPage {
        figures: figures(&p, waiting),
        todo: tasks(&p, waiting),
        sales,
        orders,
        p,
    }
}

fn figures(p: &Page, waiting: &Waiting) -> Vec<Figure> {
    let figure = |key: &str, value: String, href| Figure {
        label: p.t(key),
        value,
        href,
    };
    let mut figures = Vec::new();
    figures.extend(
        waiting
            .applications
            .map(|n| figure("nav-applications", n.to_string(), "/admin/applications")),
    );
    figures.extend(
        waiting
            .payouts
            .map(|n| figure("figure-payouts", n.to_string(), "/admin/payouts")),
    );
    figures.extend(waiting.balanced.map(|balanced| {
        let word = p.t(if balanced {
            "figure-books-good"
        } else {
            "figure-books-bad"
        });
        figure("nav-books", word, "/admin/books")
    }));
    figures.extend(waiting.behind.map(|all| {
        figure(
            "events-dead",
            all.dead.to_string(),
            "/admin/events?state=dead",
        )
    }));
    figures
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let by_hand = |n| WaitingPayment {
        payment: PaymentId(samples::id(n)),
        description: "FR-7K3M".to_owned(),
        amount: samples::brl(1_990),
    };
    let waiting = Waiting {
        applications: Some(2),
        payouts: Some(1),
        disputes: Some(1),
        alarms: Some(2),
        refused: Some(vec!["cards".to_owned()]),
        bank_lines: Some(3),
        behind: Some(Backlog {
            dead: 1,
            late_jobs: 2,
        }),
        failed_messages: Some(0),
        balanced: Some(true),
        stuck: Some(vec![
            Stuck {
                provider: "old-acquirer".to_owned(),
                unconfigured: 3,
                forgotten: 0,
            },
            Stuck {
                provider: "acquirer".to_owned(),
                unconfigured: 0,
                forgotten: 2,
            },
        ]),
        by_hand: Some(WaitingByHand {
            payments: vec![by_hand(7), by_hand(17)],
            payments_count: 12,
            refunds: vec![by_hand(27)],
            refunds_count: 1,
            of_stores: vec![by_hand(47)],
            of_stores_count: 1,
            returned: vec![by_hand(37)],
            returned_count: 1,
        }),
        sends: Some(true),
        methods: Some(vec![MethodKind::Pix]),
    };
    let page = |sales| {
        let page = view(frame(lang, &PAGE), &waiting, sales, samples::orders());
        samples::shown(&page)
    };
    vec![
        ("overview", page(Some(samples::sales()))),
        ("overview_empty", page(Some(Vec::new()))),
    ]
}

#[cfg(test)]
#[path = "overview_tests.rs"]
mod tests;

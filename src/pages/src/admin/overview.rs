use actix_web::web::get;
use askama::Template;
use feira_kernel::PageRequest;
use feira_notification::{MessageFilter, MessageStatus};
use feira_order::{OrderFilter, OrderSummary, Sales};
use feira_payment::{MethodKind, Payout, PayoutStatus, Stuck};
use feira_store::{REVIEW_STORES, StoreFilter, StoreStatus};
use feira_web::outboxes::Backlog;

use super::caller::AdminPage;
use crate::page::{Answer, Page, Place, Registered, allowed, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
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
    /// `None` is what this operator may not see, or cannot be had now.
    sales: Option<Vec<Sales>>,
    orders: Vec<OrderSummary>,
    todo: Vec<Task>,
}

struct Figure {
    label: String,
    value: String,
    href: &'static str,
}

/// Something that waits for an operator.
struct Task {
    icon: &'static str,
    href: &'static str,
    text: String,
}

/// How much of each kind waits; `None` is what this operator may not see.
#[derive(Default)]
struct Waiting {
    applications: Option<usize>,
    payouts: Option<usize>,
    behind: Option<Backlog>,
    failed_messages: Option<usize>,
    balanced: Option<bool>,
    stuck: Option<Vec<Stuck>>,
    /// Whether messages are sent, and what can be paid with.
    sends: Option<bool>,
    methods: Option<Vec<MethodKind>>,
}

/// More than these are not counted here; the lists show all.
const COUNTED: u32 = 100;

/// GET /admin
async fn show(admin: AdminPage) -> Answer {
    let (state, actor) = (&admin.state, &admin.actor);
    let some = || PageRequest::first(COUNTED);
    let pending = StoreFilter {
        status: Some(StoreStatus::Pending),
        q: None,
    };
    // Others are shown the public ones only, of which none is pending.
    let applications = match actor.is_operator(REVIEW_STORES) {
        true => Some(state.stores.list(actor, pending, some()).await?.items.len()),
        false => None,
    };
    let failed = MessageFilter {
        status: Some(MessageStatus::Failed),
        recipient: None,
    };
    let waiting = Waiting {
        applications,
        payouts: allowed(state.payments.payouts(actor, some()).await)?
            .map(|page| open(&page.items)),
        failed_messages: allowed(state.notifications.messages(actor, failed, some()).await)?
            .map(|page| page.items.len()),
        balanced: allowed(state.payments.books(actor).await)?.map(|books| books.balanced),
        behind: state.outboxes.behind(actor).await,
        stuck: allowed(state.payments.stuck(actor).await)?,
        sends: allowed(state.notifications.sends(actor).await)?,
        methods: allowed(state.payments.methods(actor, state.settings.currency).await)?,
    };
    let orders = state
        .orders
        .orders(actor, OrderFilter::default(), PageRequest::first(10))
        .await;
    let orders = allowed(orders)?.map_or_else(Vec::new, |page| page.items);

    let zone = state.settings.time_zone.clone();
    // They read a month of the whole marketplace: the first page is there without them, too.
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

fn open(payouts: &[Payout]) -> usize {
    payouts
        .iter()
        .filter(|payout| payout.status == PayoutStatus::Pending)
        .count()
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

fn tasks(p: &Page, waiting: &Waiting) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut alarm = |raised: bool, href, text: String| {
        let icon = "alert";
        tasks.extend(raised.then_some(Task { icon, href, text }));
    };
    let unpayable = waiting.methods.as_ref().is_some_and(Vec::is_empty);
    alarm(unpayable, "/admin/books", p.t("todo-no-payments"));
    let unsent = waiting.sends == Some(false);
    alarm(unsent, "/admin/mailbox", p.t("todo-no-mail"));
    let broken = waiting.balanced == Some(false);
    alarm(broken, "/admin/books", p.t("books-broken"));
    for at in waiting.stuck.iter().flatten() {
        let kinds = [
            ("todo-unconfigured", at.unconfigured),
            ("todo-forgotten", at.forgotten),
        ];
        let some = kinds.into_iter().filter(|(_, count)| *count > 0);
        tasks.extend(some.map(|(key, count)| Task {
            icon: "alert",
            href: "/admin/books",
            text: p.tn1(key, count, &at.provider),
        }));
    }
    let mut add = |count: usize, icon, href, key: &str| {
        if count > 0 {
            tasks.push(Task {
                icon,
                href,
                text: p.tn(key, count),
            });
        }
    };
    let behind = waiting.behind.unwrap_or_default();
    let count = |n: i64| usize::try_from(n).unwrap_or_default();
    add(
        waiting.applications.unwrap_or(0),
        "applications",
        "/admin/applications",
        "todo-applications",
    );
    add(
        waiting.payouts.unwrap_or(0),
        "payouts",
        "/admin/payouts",
        "todo-payouts",
    );
    let dead = count(behind.dead);
    add(dead, "events", "/admin/events?state=dead", "todo-dead");
    let late = count(behind.late_jobs);
    add(late, "events", "/admin/events", "todo-late-jobs");
    add(
        waiting.failed_messages.unwrap_or(0),
        "mailbox",
        "/admin/mailbox?status=failed",
        "todo-messages",
    );
    tasks
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let waiting = Waiting {
        applications: Some(2),
        payouts: Some(1),
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
mod tests {
    use super::*;

    #[test]
    fn what_waits_at_a_provider_for_somebody_is_told() {
        for (lang, told) in [
            (Lang::En, "3 payments or refunds wait for old-acquirer"),
            (
                Lang::PtBr,
                "3 pagamentos ou reembolsos esperam por old-acquirer",
            ),
            (Lang::En, "2 refunds at acquirer"),
            (Lang::PtBr, "2 reembolsos em acquirer"),
        ] {
            let (_, html) = samples(lang).remove(0);
            assert!(html.contains(told), "{html}");
        }
        let nothing = Waiting::default();
        let nothing = view(frame(Lang::En, &PAGE), &nothing, None, Vec::new());
        assert!(nothing.todo.is_empty());
    }

    #[test]
    fn turnover_and_commission_stand_on_the_overview() {
        for (lang, said) in [
            (Lang::En, ["Today", "Last 7 days", "R$9,245.35", "R$693.40"]),
            (Lang::PtBr, ["Hoje", "Últimos 7 dias", "9.245,35", "693,40"]),
        ] {
            let (_, html) = samples(lang).remove(0);
            for text in said {
                assert!(html.contains(text), "{text}: {html}");
            }
        }
    }

    #[test]
    fn what_is_not_configured_is_told() {
        let todo = |lang, sends, methods: &[MethodKind]| {
            let waiting = Waiting {
                sends: Some(sends),
                methods: Some(methods.to_vec()),
                ..Waiting::default()
            };
            let page = view(frame(lang, &PAGE), &waiting, None, Vec::new());
            let texts = page.todo.into_iter().map(|task| task.text);
            texts.collect::<Vec<_>>()
        };
        for lang in Lang::ALL {
            let [mail, payments] = ["todo-no-mail", "todo-no-payments"].map(|key| lang.text(key));
            let card = [MethodKind::Card];
            assert_eq!(todo(lang, true, &card), Vec::<String>::new());
            assert_eq!(todo(lang, false, &card), [mail.as_str()]);
            assert_eq!(todo(lang, true, &[]), [payments.as_str()]);
            assert_eq!(todo(lang, false, &[]), [payments, mail]);
        }
    }
}

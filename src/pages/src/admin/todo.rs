//! The tasks on the operators' overview.

use feira_payment::{MethodKind, Stuck, WaitingByHand};
use feira_web::outboxes::Backlog;

use crate::page::Page;

/// One task for an operator.
pub(super) struct Task {
    pub(super) icon: &'static str,
    pub(super) href: String,
    pub(super) text: String,
}

/// Counts of tasks by kind; `None` where the operator lacks the permission.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) applications: Option<usize>,
    pub(super) payouts: Option<usize>,
    /// Disputes that need evidence.
    pub(super) disputes: Option<usize>,
    /// Charges of the last days that are not as they should be.
    pub(super) alarms: Option<usize>,
    /// Providers whose last notification was refused.
    pub(super) refused: Option<Vec<String>>,
    /// Statement lines without a decision.
    pub(super) bank_lines: Option<usize>,
    pub(super) behind: Option<Backlog>,
    pub(super) failed_messages: Option<usize>,
    pub(super) balanced: Option<bool>,
    pub(super) stuck: Option<Vec<Stuck>>,
    pub(super) by_hand: Option<WaitingByHand>,
    /// Whether mail is sent, and the available ways to pay.
    pub(super) sends: Option<bool>,
    pub(super) methods: Option<Vec<MethodKind>>,
}

/// Tasks that are listed one by one.
const NAMED: usize = 5;

pub(super) fn tasks(p: &Page, waiting: &Waiting) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut alarm = |raised: bool, href: &str, text: String| {
        let (icon, href) = ("alert", href.to_owned());
        tasks.extend(raised.then_some(Task { icon, href, text }));
    };
    let unpayable = waiting.methods.as_ref().is_some_and(Vec::is_empty);
    let enter = match p.leads_to("/admin/providers") {
        true => "/admin/providers",
        false => "/admin/books",
    };
    alarm(unpayable, enter, p.t("todo-no-payments"));
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
            href: "/admin/books".to_owned(),
            text: p.tn1(key, count, &at.provider),
        }));
    }
    for provider in waiting.refused.iter().flatten() {
        tasks.push(Task {
            icon: "alert",
            href: format!("/admin/providers/{provider}"),
            text: p.t1("todo-refused", provider),
        });
    }
    if let Some(by_hand) = &waiting.by_hand {
        tasks.extend(for_a_person(p, by_hand));
    }
    for (count, icon, href, key) in counted(waiting) {
        if count > 0 {
            tasks.push(Task {
                icon,
                href: href.to_owned(),
                text: p.tn(key, count),
            });
        }
    }
    tasks
}

/// Count, icon, address and text key of each kind.
fn counted(waiting: &Waiting) -> [(usize, &'static str, &'static str, &'static str); 8] {
    let behind = waiting.behind.unwrap_or_default();
    let count = |n: i64| usize::try_from(n).unwrap_or_default();
    [
        (
            waiting.applications.unwrap_or(0),
            "applications",
            "/admin/applications",
            "todo-applications",
        ),
        (
            waiting.payouts.unwrap_or(0),
            "payouts",
            "/admin/payouts",
            "todo-payouts",
        ),
        (
            waiting.disputes.unwrap_or(0),
            "disputes",
            "/admin/disputes?state=opened",
            "todo-disputes",
        ),
        (
            waiting.alarms.unwrap_or(0),
            "alert",
            "/admin/payment-alarms",
            "todo-alarms",
        ),
        (
            waiting.bank_lines.unwrap_or(0),
            "payments",
            "/admin/bank-statement-lines?state=open",
            "todo-bank-lines",
        ),
        (
            count(behind.dead),
            "events",
            "/admin/events?state=dead",
            "todo-dead",
        ),
        (
            count(behind.late_jobs),
            "events",
            "/admin/events",
            "todo-late-jobs",
        ),
        (
            waiting.failed_messages.unwrap_or(0),
            "mailbox",
            "/admin/mailbox?status=failed",
            "todo-messages",
        ),
    ]
}

/// The listed tasks, with the total if there are more.
fn for_a_person(p: &Page, by_hand: &WaitingByHand) -> Vec<Task> {
    let kinds = [
        (
            ["todo-returned", "todo-returned-all"],
            "alert",
            (&by_hand.returned, by_hand.returned_count),
        ),
        (
            ["todo-to-mark", "todo-to-mark-all"],
            "payments",
            (&by_hand.payments, by_hand.payments_count),
        ),
        (
            ["todo-to-send", "todo-to-send-all"],
            "payments",
            (&by_hand.refunds, by_hand.refunds_count),
        ),
        (
            ["todo-of-store", "todo-of-store-all"],
            "payments",
            (&by_hand.of_stores, by_hand.of_stores_count),
        ),
    ];
    let mut tasks = Vec::new();
    for ([key, all], icon, (named, count)) in kinds {
        for one in named.iter().take(NAMED) {
            let what = format!("{} · {}", one.description, p.money(&one.amount));
            tasks.push(Task {
                icon,
                href: format!("/admin/payments/{}", one.payment),
                text: p.t1(key, what),
            });
        }
        let named = u32::try_from(named.len().min(NAMED)).unwrap_or(count);
        if count > named {
            tasks.push(Task {
                icon,
                href: "/admin/payments".to_owned(),
                text: p.tn(all, count),
            });
        }
    }
    tasks
}

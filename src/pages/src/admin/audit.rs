use actix_web::web::{Query, get};
use askama::Template;
use feira_kernel::{
    Time, UserId,
    audit::{AuditFilter, Entry, SEE_AUDIT},
};
use uuid::Uuid;

use super::caller::AdminPage;
use crate::page::{
    Answer, Choice, ListView, Page, Place, Registered, Wanted, Zone, people, query, respond_ok,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_kernel::audit::{ActorKind, Who},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/audit",
    place: Place::Section("audit", &[SEE_AUDIT]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    p: Page,
    /// The modules that did not answer.
    away: String,
    acts: Vec<Act>,
    list: ListView,
}

/// One entry of the audit log as a row.
struct Act {
    at: Time,
    what: String,
    who: String,
    who_href: Option<String>,
    kind: String,
    subject: Uuid,
    subject_href: String,
    module: &'static str,
    details: String,
}

/// An id that cannot be parsed finds nothing. The last day is a day of the marketplace's time zone.
fn filter(wanted: &Wanted, zone: &Zone) -> AuditFilter {
    let id = |name| {
        let text = wanted.optional(name)?;
        Some(text.parse().unwrap_or(Uuid::nil()))
    };
    AuditFilter {
        user: id("user").map(UserId),
        subject: id("subject"),
        before: zone.start_of_day_after(wanted.get("until")),
    }
}

/// GET /admin/audit?module=&user=&subject=&until=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let (module, filter) = (wanted.optional("module"), filter(&wanted, &admin.zone));
    let audits = &admin.state.audits;
    let found = audits
        .entries(&admin.actor, module.as_deref(), &filter, &wanted.part())
        .await?;
    let who = found.entries.iter().filter_map(|(_, entry)| entry.who.user);
    let people = people(&admin.state, who).await;
    let p = admin.frame(&PAGE).await.knowing(people);
    let acts = acts(&p, found.entries);
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next);
    let page = view(p, &audits.modules(), &found.away, acts, list);
    respond_ok(&admin.request, &page)
}

fn view(
    p: Page,
    all: &[&'static str],
    away: &[&'static str],
    acts: Vec<Act>,
    list: ListView,
) -> AuditPage {
    AuditPage {
        list: list
            .select("module", p.t("audit-module"), modules(&p, all))
            .search("user", p.t("audit-user-id"))
            .search("subject", p.t("audit-subject-id"))
            .day("until", p.t("audit-until"))
            .none(&acts, p.t("audit-empty")),
        away: away.join(", "),
        acts,
        p: p.called("audit-title"),
    }
}

fn modules(p: &Page, names: &[&'static str]) -> Vec<Choice> {
    let all = [Choice::new("", p.t("filter-all"))].into_iter();
    all.chain(names.iter().map(|name| Choice::new(*name, *name)))
        .collect()
}

fn acts(p: &Page, found: Vec<(&'static str, Entry)>) -> Vec<Act> {
    let found = found.into_iter();
    found.map(|(module, entry)| act(p, module, entry)).collect()
}

fn act(p: &Page, module: &'static str, entry: Entry) -> Act {
    let user = entry.who.user;
    let who = match (&entry.who.module, user) {
        (Some(module), _) => format!("{} ({module})", p.actor("system")),
        (None, Some(user)) => p.person(user).unwrap_or(user.to_string()),
        (None, None) => p.actor("nobody"),
    };
    let key = format!("act-{}", entry.action.replace('.', "-"));
    Act {
        at: entry.at,
        what: p.lang.find(&key).unwrap_or(entry.action),
        who,
        who_href: user.map(|user| query(PAGE.path, &[("user", &user.to_string())])),
        kind: p.word("thing", &entry.subject_kind),
        subject: entry.subject,
        subject_href: query(PAGE.path, &[("subject", &entry.subject.to_string())]),
        module,
        details: entry.details.to_string(),
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let p = frame(lang, &PAGE);
    let entry = |n: u128, user: Option<UserId>, module: Option<&str>, action: &str| Entry {
        id: id(n),
        at: ago(30),
        who: Who {
            kind: ActorKind::Person,
            user,
            module: module.map(str::to_owned),
            surface: None,
            store: None,
        },
        action: action.to_owned(),
        subject_kind: "store".to_owned(),
        subject: id(9),
        details: serde_json::json!({"from": "pending"}),
    };
    let (maria, other) = (samples::maria().0, UserId(id(2)));
    let found = vec![
        ("store", entry(4, Some(maria), None, "store.approved")),
        ("store", entry(3, Some(other), None, "store.rejected")),
        ("user", entry(2, None, Some("cli"), "user.operator_made")),
        ("order", entry(1, None, None, "order.of_tomorrow")),
    ];
    let acts = acts(&p, found);
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(p, &["store", "user", "order"], &["catalog"], acts, list);
    vec![("audit", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_last_day_is_one_of_the_clocks_that_are_shown() {
        let wanted = Wanted::sample(&[("until", "2026-03-17")]);
        let before = |zone: &str| filter(&wanted, &Zone::named(zone)).before;
        let end = datetime!(2026-03-18 00:00 UTC);
        assert_eq!(before("UTC"), Some(end));
        assert_eq!(
            before("America/Sao_Paulo"),
            Some(end + time::Duration::HOUR * 3)
        );
    }
}

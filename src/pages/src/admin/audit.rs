use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_kernel::{
    Actor, Cursor, PageRequest, Time, UserId,
    audit::{AuditFilter, Entry},
};
use feira_web::{auth::AdminPage, state::AppState};
use serde::Deserialize;
use time::{Duration, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::page::{Answer, Choice, Lang, Page, query, respond_ok};

const GATEWAY: Actor = Actor::system("gateway");
const LIST: &str = "/admin/audit";

#[derive(Template)]
#[template(path = "admin/audit.html")]
pub(super) struct AuditPage {
    pub(super) p: Page,
    pub(super) wanted: Wanted,
    pub(super) modules: Vec<Choice>,
    /// The modules that did not answer.
    pub(super) away: String,
    pub(super) acts: Vec<Act>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

/// An act as it is shown.
pub(super) struct Act {
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

/// The filter as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    module: String,
    user: String,
    subject: String,
    /// The last day, in UTC.
    until: String,
    cursor: String,
}

impl Wanted {
    /// What is no id is nobody's and nothing's.
    fn filter(&self) -> AuditFilter {
        let id = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.parse().unwrap_or(Uuid::nil()))
        };
        let day = Time::parse(&format!("{}T00:00:00Z", self.until), &Rfc3339);
        AuditFilter {
            user: id(&self.user).map(UserId),
            subject: id(&self.subject),
            before: day.ok().and_then(|day| day.checked_add(Duration::DAY)),
        }
    }

    fn href(&self, cursor: &str) -> String {
        query(
            LIST,
            &[
                ("module", &self.module),
                ("user", &self.user),
                ("subject", &self.subject),
                ("until", &self.until),
                ("cursor", cursor),
            ],
        )
    }
}

/// GET /admin/audit?module=&user=&subject=&until=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<Wanted>,
) -> Answer {
    let wanted = wanted.into_inner();
    let module = Some(wanted.module.as_str()).filter(|module| !module.is_empty());
    let cursor = Some(wanted.cursor.clone()).filter(|cursor| !cursor.is_empty());
    let later = cursor.is_some();
    let part = PageRequest::new(None, cursor.map(Cursor)).unwrap_or_default();
    let filter = wanted.filter();
    let found = state.audits.entries(&admin.actor, module, &filter, &part);
    let found = found.await?;
    let names = names(&state, &found.entries).await;
    let p = Page::admin(&request, &state, &admin, "audit").await;
    let p = p.titled(Lang::of(&admin.user.locale).text("audit-title"));
    let page = AuditPage {
        modules: modules(&p, &state.audits.modules()),
        away: found.away.join(", "),
        acts: acts(&p, &names, found.entries),
        first: later.then(|| wanted.href("")),
        next: found.next.map(|cursor| wanted.href(&cursor.0)),
        wanted,
        p,
    };
    respond_ok(&request, &page)
}

/// The names of the people among who did it; names that cannot be had are no reason to withhold
/// the page.
async fn names(state: &AppState, found: &[(&'static str, Entry)]) -> BTreeMap<UserId, String> {
    let ids = found.iter().filter_map(|(_, entry)| entry.who.user);
    let ids: BTreeSet<UserId> = ids.collect();
    let people = state.users.users(&GATEWAY, ids.into_iter().collect()).await;
    let named = people.unwrap_or_default().into_iter().map(|user| {
        let name = format!("{} {}", user.first_name, user.last_name);
        (user.id, name.trim().to_owned())
    });
    named.collect()
}

pub(super) fn modules(p: &Page, names: &[&'static str]) -> Vec<Choice> {
    let all = [Choice::new("", p.t("filter-all"))].into_iter();
    all.chain(names.iter().map(|name| Choice::new(*name, *name)))
        .collect()
}

pub(super) fn acts(
    p: &Page,
    names: &BTreeMap<UserId, String>,
    found: Vec<(&'static str, Entry)>,
) -> Vec<Act> {
    found
        .into_iter()
        .map(|(module, entry)| act(p, names, module, entry))
        .collect()
}

fn act(p: &Page, names: &BTreeMap<UserId, String>, module: &'static str, entry: Entry) -> Act {
    let user = entry.who.user;
    let who = match (&entry.who.module, user) {
        (Some(module), _) => format!("{} ({module})", p.actor("system")),
        (None, Some(user)) => names.get(&user).cloned().unwrap_or(user.to_string()),
        (None, None) => p.actor("guest"),
    };
    let key = format!("act-{}", entry.action.replace('.', "-"));
    Act {
        at: entry.at,
        what: p.lang.find(&key).unwrap_or(entry.action),
        who,
        who_href: user.map(|user| query(LIST, &[("user", &user.to_string())])),
        kind: p.word("thing", &entry.subject_kind),
        subject: entry.subject,
        subject_href: query(LIST, &[("subject", &entry.subject.to_string())]),
        module,
        details: entry.details.to_string(),
    }
}

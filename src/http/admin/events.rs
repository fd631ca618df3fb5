use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_kernel::{
    Cursor, Env, PageRequest,
    outbox::{Delivery, Lag},
};
use feira_user::UserError;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::{
    auth::{AdminPage, CsrfForm},
    error::PageError,
    page::{Answer, Fields, Flash, Lang, Page, done, query, respond_ok},
    state::AppState,
};

#[derive(Template)]
#[template(path = "admin/events.html")]
pub(super) struct EventsPage {
    pub(super) p: Page,
    pub(super) tabs: Vec<Tab>,
    pub(super) module: String,
    pub(super) lag: Lag,
    pub(super) dead: bool,
    pub(super) all_href: String,
    pub(super) dead_href: String,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) current: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    module: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
}

const LIST: &str = "/admin/events";

fn env_of<'a>(state: &'a AppState, module: &str) -> Result<&'a Env, PageError> {
    let found = state.events.iter().find(|(name, _)| *name == module);
    found.map(|(_, env)| env).ok_or_else(PageError::not_found)
}

/// Deliveries are read past any module's trait, so the gateway asks for the right itself.
fn authorise(admin: &AdminPage) -> Result<(), PageError> {
    let may = admin.actor.is_operator(SEE_EVENTS);
    may.then_some(())
        .ok_or_else(|| PageError::from(UserError::Forbidden))
}

/// The same right as over the API.
const SEE_EVENTS: &str = crate::http::shop::admin_events::MANAGE_EVENTS;

/// GET /admin/events?module=&state=dead&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    authorise(&admin)?;
    let wanted = wanted.into_inner();
    let mut lags = Vec::new();
    for (name, env) in &state.events {
        lags.push((*name, Lag::read(env).await.map_err(UserError::from)?));
    }
    // Where something waits for an operator comes first.
    let worst = lags
        .iter()
        .find(|(_, lag)| lag.dead > 0)
        .or(lags.first())
        .map(|(name, _)| (*name).to_owned());
    let module = wanted.module.or(worst).unwrap_or_default();
    let env = env_of(&state, &module)?;
    let lag = lags
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, lag)| *lag)
        .unwrap_or_default();
    let dead = wanted.state.as_deref() == Some("dead");
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = Delivery::list(env, dead, &part)
        .await
        .map_err(UserError::from)?;
    let found = found.map_err(|_| PageError::not_found())?;

    let here = |state: &str, cursor: &str| {
        query(
            LIST,
            &[("module", &module), ("state", state), ("cursor", cursor)],
        )
    };
    let current = if dead { "dead" } else { "" };
    let p = Page::admin(&request, &state, &admin, "events").await;
    let p = p.titled(Lang::of(&admin.user.locale).text("events-title"));
    let page = EventsPage {
        tabs: tabs(&p, &lags, &module),
        lag,
        dead,
        all_href: here("", ""),
        dead_href: here("dead", ""),
        deliveries: found.items,
        first: later.then(|| here(current, "")),
        next: found.next_cursor.map(|cursor| here(current, &cursor.0)),
        module: module.clone(),
        p,
    };
    respond_ok(&request, &page)
}

pub(super) fn tabs(p: &Page, lags: &[(&'static str, Lag)], current: &str) -> Vec<Tab> {
    let label = |name: &str, dead: i64| match dead {
        0 => name.to_owned(),
        _ => p.tn1("events-tab-dead", dead, name),
    };
    lags.iter()
        .map(|(name, lag)| Tab {
            href: query(LIST, &[("module", name)]),
            label: label(name, lag.dead),
            current: *name == current,
        })
        .collect()
}

/// POST /admin/events/retry
pub(crate) async fn retry(
    state: Data<AppState>,
    admin: AdminPage,
    form: CsrfForm<Fields>,
) -> Answer {
    authorise(&admin)?;
    let fields = form.0;
    let module = fields.get("module");
    let env = env_of(&state, module)?;
    let event: Uuid = fields
        .get("event")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let again = Delivery::retry(env, event, fields.get("subscriber"))
        .await
        .map_err(UserError::from)?;
    let flash = if again {
        Flash::good("event-retried")
    } else {
        Flash::bad("event-not-dead")
    };
    Ok(done(
        &state,
        &query(LIST, &[("module", module), ("state", "dead")]),
        &flash,
    ))
}

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_kernel::{
    Cursor, PageRequest,
    outbox::{Delivery, Lag, OutboxError},
};
use feira_web::{
    auth::{AdminPage, CsrfForm},
    error::PageError,
    outboxes::Seen,
    state::AppState,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::page::{Answer, Fields, Flash, Lang, Page, done, query, respond_ok};

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

/// GET /admin/events?module=&state=dead&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = wanted.into_inner();
    let lags = state.outboxes.lags(&admin.actor).await;
    // Where something waits for an operator comes first.
    let worst = lags.iter().find(|seen| seen.dead() > 0).or(lags.first());
    let worst = worst.map(|seen| seen.module.to_owned());
    let module = wanted.module.or(worst).unwrap_or_default();
    let outbox = state.outboxes.of(&module)?;
    let lag = lags.iter().find(|seen| seen.module == module);
    let lag = lag
        .and_then(|seen| seen.lag.as_ref().ok())
        .copied()
        .unwrap_or_default();
    let dead = wanted.state.as_deref() == Some("dead");
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = outbox.deliveries(&admin.actor, dead, part).await?;

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

pub(super) fn tabs(p: &Page, lags: &[Seen], current: &str) -> Vec<Tab> {
    let label = |seen: &Seen| match &seen.lag {
        Ok(lag) if lag.dead == 0 => seen.module.to_owned(),
        Ok(lag) => p.tn1("events-tab-dead", lag.dead, seen.module),
        Err(_) => p.t1("events-tab-away", seen.module),
    };
    lags.iter()
        .map(|seen| Tab {
            href: query(LIST, &[("module", seen.module)]),
            label: label(seen),
            current: seen.module == current,
        })
        .collect()
}

/// POST /admin/events/retry
pub(crate) async fn retry(
    state: Data<AppState>,
    admin: AdminPage,
    form: CsrfForm<Fields>,
) -> Answer {
    let fields = form.0;
    let module = fields.get("module");
    let event: Uuid = fields
        .get("event")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let subscriber = fields.get("subscriber").to_owned();
    let outbox = state.outboxes.of(module)?;
    let flash = match outbox.retry(&admin.actor, event, subscriber, None).await {
        Ok(()) => Flash::good("event-retried"),
        Err(OutboxError::NotDead) => Flash::bad("event-not-dead"),
        Err(error) => return Err(error.into()),
    };
    Ok(done(
        &state,
        &query(LIST, &[("module", module), ("state", "dead")]),
        &flash,
    ))
}

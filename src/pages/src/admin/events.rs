use actix_web::web::{Query, get, post};
use askama::Template;
use feira_kernel::outbox::{Delivery, Lag, MANAGE_EVENTS, OutboxError};
use feira_web::{auth::CsrfForm, error::PageError, outboxes::ModuleLag};
use uuid::Uuid;

use super::{caller::AdminPage, overview};
use crate::page::{
    Action, Answer, Fields, Flash, ListView, Page, Place, Registered, Wanted, press, query,
    respond_ok,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_kernel::outbox::DeliveryState,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/events",
    place: Place::Apart("overview", &[MANAGE_EVENTS]),
    show: || get().to(show),
    actions: &[Action::at("/admin/events/retry", || post().to(retry))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/events.html")]
struct EventsPage {
    p: Page,
    tabs: Vec<Tab>,
    lag: Lag,
    dead: bool,
    all_href: String,
    dead_href: String,
    deliveries: Vec<Delivery>,
    list: ListView,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// GET /admin/events?module=&state=dead&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let outboxes = &admin.state.outboxes;
    let lags = outboxes.lags(&admin.actor).await;
    // Modules whose events wait for an operator come first.
    let worst = lags.iter().find(|seen| seen.dead() > 0).or(lags.first());
    let worst = worst.map(|seen| seen.module.to_owned());
    let module = wanted.optional("module").or(worst).unwrap_or_default();
    let outbox = outboxes.of(&module)?;
    let dead = wanted.get("state") == "dead";
    let part = wanted.part();
    let found = outbox.deliveries(&admin.actor, dead, part).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    let page = view(p, &lags, &module, dead, found.items, list);
    respond_ok(&admin.request, &page)
}

fn view(
    p: Page,
    lags: &[ModuleLag],
    module: &str,
    dead: bool,
    deliveries: Vec<Delivery>,
    list: ListView,
) -> EventsPage {
    let lag = lags.iter().find(|seen| seen.module == module);
    let lag = lag.and_then(|seen| seen.lag.as_ref().ok());
    let none = if dead {
        p.t("events-none-dead")
    } else {
        p.t("events-empty")
    };
    EventsPage {
        tabs: tabs(&p, lags, module),
        lag: lag.copied().unwrap_or_default(),
        dead,
        all_href: here(module, ""),
        dead_href: here(module, "dead"),
        list: list
            .keep("module", module)
            .keep("state", if dead { "dead" } else { "" })
            .none(&deliveries, none),
        deliveries,
        p: p.below(overview::PAGE.path, "nav-overview")
            .called("events-title"),
    }
}

fn here(module: &str, state: &str) -> String {
    query(PAGE.path, &[("module", module), ("state", state)])
}

fn tabs(p: &Page, lags: &[ModuleLag], current: &str) -> Vec<Tab> {
    let label = |seen: &ModuleLag| match &seen.lag {
        Ok(lag) if lag.dead == 0 => seen.module.to_owned(),
        Ok(lag) => p.tn1("events-tab-dead", lag.dead, seen.module),
        Err(_) => p.t1("events-tab-away", seen.module),
    };
    lags.iter()
        .map(|seen| Tab {
            href: here(seen.module, ""),
            label: label(seen),
            current: seen.module == current,
        })
        .collect()
}

/// POST /admin/events/retry?module=&state=dead&cursor=
async fn retry(admin: AdminPage, wanted: Query<Wanted>, form: CsrfForm<Fields>) -> Answer {
    let fields = form.0;
    let event: Uuid = fields
        .get("event")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let subscriber = fields.text("subscriber");
    let outbox = admin.state.outboxes.of(wanted.get("module"))?;
    press(
        &admin.state,
        &wanted.at(PAGE.path),
        outbox.retry(&admin.actor, event, subscriber, None),
        |()| Flash::good("event-retried"),
        |error| {
            let late = matches!(error, OutboxError::NotDead);
            late.then(|| Flash::bad("event-not-dead"))
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut p = frame(lang, &PAGE);
    p.flash = Some(Flash::bad("event-not-dead"));
    let lag = Lag {
        waiting: 2,
        dead: 1,
        oldest_seconds: 40,
        late_jobs: 0,
    };
    let seen = |module, lag| ModuleLag { module, lag };
    let away = OutboxError::Unavailable("it does not answer".to_owned());
    let lags = [
        seen("user", Ok(Lag::default())),
        seen("order", Ok(lag)),
        seen("catalog", Err(away)),
    ];
    let delivery = |n: u128, state, error: Option<&str>| Delivery {
        event_id: id(n),
        name: "order.confirmed.v1".to_owned(),
        subscriber: "notification.orders".to_owned(),
        state,
        attempts: 12,
        last_error: error.map(str::to_owned),
        occurred_at: ago(80),
        next_attempt_at: ago(1),
    };
    let missing = Some("the order is not there yet");
    let deliveries = vec![
        delivery(1, DeliveryState::Dead, missing),
        delivery(2, DeliveryState::Done, None),
    ];
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(p, &lags, "order", false, deliveries, list);
    vec![("events", samples::shown(&page))]
}

use actix_web::web::{Query, get};
use askama::Template;
use feira_store::{REVIEW_STORES, Store, StoreFilter, StoreStatus};

use super::caller::AdminPage;
use crate::page::{Answer, Badge, Choice, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/stores",
    place: Place::Section("stores", &[REVIEW_STORES]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

pub(super) const APPLICATIONS: Registered = Registered {
    path: "/admin/applications",
    place: Place::Section("applications", &[REVIEW_STORES]),
    show: || get().to(applications),
    actions: &[],
    #[cfg(test)]
    samples: samples_of_applications,
};

#[derive(Template)]
#[template(path = "admin/stores.html")]
struct StoresPage {
    p: Page,
    stores: Vec<Store>,
    list: ListView,
}

const STATUSES: [StoreStatus; 5] = [
    StoreStatus::Pending,
    StoreStatus::Approved,
    StoreStatus::Rejected,
    StoreStatus::Suspended,
    StoreStatus::Closed,
];

fn name(status: StoreStatus) -> &'static str {
    status.key().trim_start_matches("store-")
}

/// GET /admin/applications: stores that wait for a decision.
async fn applications(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let filter = StoreFilter {
        status: Some(StoreStatus::Pending),
        q: None,
    };
    index(&admin, &APPLICATIONS, filter, wanted.into_inner()).await
}

/// GET /admin/stores?q=&status=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let status = wanted.get("status");
    let filter = StoreFilter {
        status: STATUSES.into_iter().find(|s| name(*s) == status),
        q: wanted.optional("q"),
    };
    index(&admin, &PAGE, filter, wanted.into_inner()).await
}

async fn index(
    admin: &AdminPage,
    page: &Registered,
    filter: StoreFilter,
    wanted: Wanted,
) -> Answer {
    let stores = &admin.state.stores;
    let found = stores.list(&admin.actor, filter, wanted.part()).await?;
    let p = admin.frame(page).await;
    let list = ListView::new(page.path, wanted, found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

/// Applications have one state, so no filter is shown.
fn view(p: Page, stores: Vec<Store>, list: ListView) -> StoresPage {
    let (p, list) = if list.path == APPLICATIONS.path {
        let none = p.t("applications-empty");
        (p.called("nav-applications"), list.none(&stores, none))
    } else {
        let list = list
            .search("q", p.t("store-search"))
            .select("status", p.t("store-status"), statuses(&p))
            .none(&stores, p.t("stores-empty"));
        (p.called("nav-stores"), list)
    };
    StoresPage { p, stores, list }
}

fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(STATUSES.map(|status| Choice::new(name(status), p.t(status.key()))));
    choices
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    vec![("stores", sample(lang, &PAGE))]
}

#[cfg(test)]
fn samples_of_applications(lang: Lang) -> Vec<(&'static str, String)> {
    vec![("applications", sample(lang, &APPLICATIONS))]
}

#[cfg(test)]
fn sample(lang: Lang, page: &Registered) -> String {
    let states = [
        StoreStatus::Pending,
        StoreStatus::Approved,
        StoreStatus::Suspended,
    ];
    let list = ListView::new(page.path, Wanted::default(), None);
    let stores = states.map(samples::store).into();
    samples::shown(&view(frame(lang, page), stores, list))
}

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_store::{Store, StoreFilter, StoreStatus};
use feira_web::{auth::AdminPage, state::AppState};
use serde::Deserialize;

use crate::page::{Answer, Badge, Choice, Page, query, respond_ok};

#[derive(Template)]
#[template(path = "admin/stores.html")]
pub(super) struct StoresPage {
    pub(super) p: Page,
    /// Whether the list can be filtered; the applications are one state only.
    pub(super) filters: bool,
    pub(super) q: String,
    pub(super) status: String,
    pub(super) statuses: Vec<Choice>,
    pub(super) stores: Vec<Store>,
    pub(super) empty_key: &'static str,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    q: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

pub(super) const LIST: &str = "/admin/stores";
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
pub(crate) async fn applications(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = ListQuery {
        q: None,
        status: Some("pending".to_owned()),
        ..wanted.into_inner()
    };
    index(
        &request,
        &state,
        &admin,
        "applications",
        "/admin/applications",
        wanted,
    )
    .await
}

/// GET /admin/stores?q=&status=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    index(
        &request,
        &state,
        &admin,
        "stores",
        LIST,
        wanted.into_inner(),
    )
    .await
}

async fn index(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    section: &'static str,
    path: &str,
    wanted: ListQuery,
) -> Answer {
    let filters = section == "stores";
    let q = wanted.q.unwrap_or_default().trim().to_owned();
    let status = wanted.status.unwrap_or_default();
    let filter = StoreFilter {
        status: STATUSES.into_iter().find(|s| name(*s) == status),
        q: Some(q.clone()).filter(|q| !q.is_empty()),
    };
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = state.stores.list(&admin.actor, filter, part).await?;
    let p = Page::admin(request, state, admin, section).await;
    let title = p.word("nav", section);
    let kept = if filters { status.as_str() } else { "" };
    let here = |cursor: &str| query(path, &[("q", &q), ("status", kept), ("cursor", cursor)]);
    let page = StoresPage {
        filters,
        statuses: statuses(&p),
        stores: found.items,
        empty_key: if filters {
            "stores-empty"
        } else {
            "applications-empty"
        },
        first: later.then(|| here("")),
        next: found.next_cursor.map(|cursor| here(&cursor.0)),
        q: q.clone(),
        status: status.clone(),
        p: p.titled(title),
    };
    respond_ok(request, &page)
}

pub(super) fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(STATUSES.map(|status| Choice::new(name(status), p.t(status.key()))));
    choices
}

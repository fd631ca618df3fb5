use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest, StoreId};
use feira_store::{Store, StoreError, StoreFilter, StoreKey, StoreStatus};
use serde::Deserialize;
use uuid::Uuid;

use crate::http::{
    auth::{AdminPage, CsrfForm},
    page::{Answer, Badge, Choice, Fields, Flash, Form, Lang, Page, done, query, respond, respond_ok},
    state::AppState,
};

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

#[derive(Template)]
#[template(path = "admin/store.html")]
pub(super) struct StorePage {
    pub(super) p: Page,
    pub(super) store: Store,
    pub(super) form: Form,
    pub(super) can_approve: bool,
    pub(super) can_reject: bool,
    pub(super) can_suspend: bool,
    pub(super) approve_action: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    q: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

const LIST: &str = "/admin/stores";
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
    let wanted = ListQuery { q: None, status: Some("pending".to_owned()), ..wanted.into_inner() };
    index(&request, &state, &admin, "applications", "/admin/applications", wanted).await
}

/// GET /admin/stores?q=&status=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    index(&request, &state, &admin, "stores", LIST, wanted.into_inner()).await
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
        empty_key: if filters { "stores-empty" } else { "applications-empty" },
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

/// GET /admin/stores/{id}
pub(crate) async fn show(request: HttpRequest, state: Data<AppState>, admin: AdminPage, id: Path<Uuid>) -> Answer {
    detail(&request, &state, &admin, *id, Form::default(), StatusCode::OK).await
}

async fn detail(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    id: Uuid,
    form: Form,
    status: StatusCode,
) -> Answer {
    let store = state.stores.store(&admin.actor, StoreKey::Id(StoreId(id))).await?;
    let p = Page::admin(request, state, admin, "stores").await;
    respond(request, status, &view(p, store, form))
}

pub(super) fn view(p: Page, store: Store, form: Form) -> StorePage {
    StorePage {
        p: p.below(LIST, "nav-stores").titled(store.name.clone()),
        can_approve: matches!(store.status, StoreStatus::Pending | StoreStatus::Suspended),
        can_reject: store.status == StoreStatus::Pending,
        can_suspend: store.status == StoreStatus::Approved,
        approve_action: format!("{LIST}/{}/approve", store.id),
        store,
        form,
    }
}

/// POST /admin/stores/{id}/approve
pub(crate) async fn approve(state: Data<AppState>, admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let flash = match state.stores.approve(&admin.actor, StoreId(*id)).await {
        Ok(store) => Flash::good("store-approved-flash").name(store.name),
        Err(StoreError::IllegalMove { .. }) => Flash::bad("store-moved-on"),
        Err(error) => return Err(error.into()),
    };
    Ok(done(&state, &format!("{LIST}/{id}"), &flash))
}

/// POST /admin/stores/{id}/reject
pub(crate) async fn reject(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let reason = form.0.text("reason");
    if reason.is_empty() {
        return without_reason(&request, &state, &admin, *id, form.0).await;
    }
    let decided = state.stores.reject(&admin.actor, StoreId(*id), reason).await;
    decided_on(&request, &state, &admin, *id, form.0, decided, "store-rejected-flash").await
}

/// POST /admin/stores/{id}/suspend
pub(crate) async fn suspend(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let reason = form.0.text("reason");
    if reason.is_empty() {
        return without_reason(&request, &state, &admin, *id, form.0).await;
    }
    let decided = state.stores.suspend(&admin.actor, StoreId(*id), reason).await;
    decided_on(&request, &state, &admin, *id, form.0, decided, "store-suspended-flash").await
}

async fn without_reason(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    id: Uuid,
    fields: Fields,
) -> Answer {
    let mut form = Form::new(fields);
    form.refuse("reason", Lang::of(&admin.user.locale).text("store-reason-missing"));
    detail(request, state, admin, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn decided_on(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    id: Uuid,
    fields: Fields,
    decided: Result<Store, StoreError>,
    key: &str,
) -> Answer {
    match decided {
        Ok(store) => Ok(done(state, &format!("{LIST}/{id}"), &Flash::good(key).name(store.name))),
        Err(error) => {
            let form = Form::refused(Lang::of(&admin.user.locale), fields, error)?;
            detail(request, state, admin, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

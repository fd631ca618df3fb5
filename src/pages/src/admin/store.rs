use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use feira_kernel::StoreId;
use feira_store::{Store, StoreError, StoreKey, StoreStatus};
use feira_web::{
    auth::{AdminPage, CsrfForm},
    state::AppState,
};
use uuid::Uuid;

use super::stores::LIST;
use crate::page::{Answer, Fields, Flash, Form, Lang, Page, done, respond};

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

/// GET /admin/stores/{id}
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
) -> Answer {
    detail(
        &request,
        &state,
        &admin,
        *id,
        Form::default(),
        StatusCode::OK,
    )
    .await
}

async fn detail(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    id: Uuid,
    form: Form,
    status: StatusCode,
) -> Answer {
    let store = state
        .stores
        .store(&admin.actor, StoreKey::Id(StoreId(id)))
        .await?;
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
pub(crate) async fn approve(
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let flash = match state.stores.approve(&admin.actor, StoreId(*id), None).await {
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
    let decided = state
        .stores
        .reject(&admin.actor, StoreId(*id), reason, None)
        .await;
    decided_on(
        &request,
        &state,
        &admin,
        *id,
        form.0,
        decided,
        "store-rejected-flash",
    )
    .await
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
    let decided = state
        .stores
        .suspend(&admin.actor, StoreId(*id), reason, None)
        .await;
    decided_on(
        &request,
        &state,
        &admin,
        *id,
        form.0,
        decided,
        "store-suspended-flash",
    )
    .await
}

async fn without_reason(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    id: Uuid,
    fields: Fields,
) -> Answer {
    let mut form = Form::new(fields);
    form.refuse(
        "reason",
        Lang::of(&admin.user.locale).text("store-reason-missing"),
    );
    detail(
        request,
        state,
        admin,
        id,
        form,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
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
        Ok(store) => Ok(done(
            state,
            &format!("{LIST}/{id}"),
            &Flash::good(key).name(store.name),
        )),
        Err(error) => {
            let form = Form::refused(Lang::of(&admin.user.locale), fields, error)?;
            detail(
                request,
                state,
                admin,
                id,
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await
        }
    }
}

use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::StoreId;
use feira_store::{Store, StoreError, StoreKey, StoreStatus};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, stores};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/stores/{id}",
    place: Place::Below("stores"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/stores/{id}/approve", || post().to(approve)),
        Action::at("/admin/stores/{id}/reject", || post().to(reject)),
        Action::at("/admin/stores/{id}/suspend", || post().to(suspend)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/store.html")]
struct StorePage {
    p: Page,
    store: Store,
    form: Form,
    can_approve: bool,
    can_reject: bool,
    can_suspend: bool,
    approve_action: String,
}

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", stores::PAGE.path)
}

/// GET /admin/stores/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    detail(&admin, *id, Form::default()).await
}

async fn detail(admin: &AdminPage, id: Uuid, form: Form) -> Answer {
    let key = StoreKey::Id(StoreId(id));
    let store = admin.state.stores.store(&admin.actor, key).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    respond(&admin.request, status, &view(p, store, form))
}

fn view(p: Page, store: Store, form: Form) -> StorePage {
    StorePage {
        p: p.below(stores::PAGE.path, "nav-stores")
            .titled(store.name.clone()),
        can_approve: matches!(store.status, StoreStatus::Pending | StoreStatus::Suspended),
        can_reject: store.status == StoreStatus::Pending,
        can_suspend: store.status == StoreStatus::Approved,
        approve_action: format!("{}/approve", address(store.id)),
        store,
        form,
    }
}

/// POST /admin/stores/{id}/approve
async fn approve(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let stores = &admin.state.stores;
    press(
        &admin.state,
        &address(*id),
        stores.approve(&admin.actor, StoreId(*id), None),
        |store| Flash::good("store-approved-flash").name(store.name),
        |error| {
            let late = matches!(error, StoreError::IllegalMove { .. });
            late.then(|| Flash::bad("store-moved-on"))
        },
    )
    .await
}

/// POST /admin/stores/{id}/reject
async fn reject(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let (form, reason) = with_reason(&admin, form.0);
    let stores = &admin.state.stores;
    act(
        &admin.state,
        admin.lang,
        form,
        stores.reject(&admin.actor, StoreId(*id), reason, None),
        |store| {
            let flash = Flash::good("store-rejected-flash").name(store.name);
            (address(*id), flash)
        },
        async |form| detail(&admin, *id, form).await,
    )
    .await
}

/// POST /admin/stores/{id}/suspend
async fn suspend(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let (form, reason) = with_reason(&admin, form.0);
    let stores = &admin.state.stores;
    act(
        &admin.state,
        admin.lang,
        form,
        stores.suspend(&admin.actor, StoreId(*id), reason, None),
        |store| {
            let flash = Flash::good("store-suspended-flash").name(store.name);
            (address(*id), flash)
        },
        async |form| detail(&admin, *id, form).await,
    )
    .await
}

fn with_reason(admin: &AdminPage, fields: Fields) -> (Form, String) {
    let mut form = Form::new(fields);
    let reason = form.text("reason");
    if reason.is_empty() {
        form.refuse("reason", admin.lang.text("store-reason-missing"));
    }
    (form, reason)
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |status, form| {
        let store = samples::store(status);
        samples::shown(&view(frame(lang, &PAGE), store, form))
    };
    let mut refused = Form::default();
    refused.refuse("reason", lang.text("store-reason-missing"));
    vec![
        ("store_pending", page(StoreStatus::Pending, refused)),
        (
            "store_approved",
            page(StoreStatus::Approved, Form::default()),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_offers_what_its_state_allows() {
        let offers = |status| {
            let store = samples::store(status);
            let page = view(frame(Lang::En, &PAGE), store, Form::default());
            (page.can_approve, page.can_reject, page.can_suspend)
        };
        assert_eq!(offers(StoreStatus::Pending), (true, true, false));
        assert_eq!(offers(StoreStatus::Approved), (false, false, true));
        assert_eq!(offers(StoreStatus::Suspended), (true, false, false));
        assert_eq!(offers(StoreStatus::Rejected), (false, false, false));
    }
}

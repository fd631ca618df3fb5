use actix_web::web::{Path, Query, get, post};
use askama::Template;
use feira_kernel::StoreId;
use feira_payment::{Period, SEE_PAYMENTS};
use feira_store::{Store, StoreKey, StoreStatus};
use feira_web::{auth::CsrfForm, error::PageError, reports};
use uuid::Uuid;

use super::{caller::AdminPage, store_money, stores};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, Wanted, act, respond,
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
        // Registered before the pattern that would match it too.
        Action::at("/admin/stores/{id}/operations", || get().to(operations)),
        Action::blank("/admin/stores/{id}/{decision}", || post().to(decide)),
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
    /// The address of the store's books, if the operator may see them.
    sees_books: bool,
    books_href: String,
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
    let sees_books = admin.actor.is_operator(SEE_PAYMENTS);
    let page = StorePage {
        sees_books,
        ..view(p, store, form)
    };
    respond(&admin.request, status, &page)
}

fn view(p: Page, store: Store, form: Form) -> StorePage {
    StorePage {
        p: p.below(stores::PAGE.path, "nav-stores")
            .titled(store.name.clone()),
        can_approve: matches!(store.status, StoreStatus::Pending | StoreStatus::Suspended),
        can_reject: store.status == StoreStatus::Pending,
        can_suspend: store.status == StoreStatus::Approved,
        approve_action: format!("{}/approve", address(store.id)),
        sees_books: true,
        books_href: store_money::address(store.id.0),
        store,
        form,
    }
}

/// GET /admin/stores/{id}/operations?from=&to=
async fn operations(admin: AdminPage, id: Path<Uuid>, wanted: Query<Wanted>) -> Answer {
    let period = Period {
        from: wanted.optional("from"),
        to: wanted.optional("to"),
    };
    let store = Some(StoreId(*id));
    let made = reports::operations(&admin.state, &admin.actor, store, period).await?;
    let kind = "text/csv; charset=utf-8";
    Ok(reports::download(&made.name, kind, made.csv))
}

/// POST /admin/stores/{id}/{decision}: approve, or reject or suspend with a reason.
async fn decide(admin: AdminPage, path: Path<(Uuid, String)>, form: CsrfForm<Fields>) -> Answer {
    let (id, decision) = path.into_inner();
    let flash = match decision.as_str() {
        "approve" => "store-approved-flash",
        "reject" => "store-rejected-flash",
        "suspend" => "store-suspended-flash",
        _ => return Err(PageError::not_found()),
    };
    let mut form = Form::new(form.0);
    let reason = form.text("reason");
    if decision != "approve" && reason.is_empty() {
        form.refuse("reason", admin.lang.text("store-reason-missing"));
    }
    let (stores, actor, store) = (&admin.state.stores, &admin.actor, StoreId(id));
    let decided = async {
        match decision.as_str() {
            "approve" => stores.approve(actor, store, None).await,
            "reject" => stores.reject(actor, store, reason, None).await,
            _ => stores.suspend(actor, store, reason, None).await,
        }
    };
    act(
        &admin.state,
        admin.lang,
        form,
        decided,
        |store| (address(store.id), Flash::good(flash).name(store.name)),
        async |form| detail(&admin, id, form).await,
    )
    .await
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

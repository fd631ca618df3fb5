use actix_web::web::{Path, get, post};
use askama::Template;
use feira_catalog::{CatalogError, Category, CategoryChange, CategoryId, CategoryNamesChange};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{
    caller::AdminPage,
    categories::{self, parent_of},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, category_choices,
    respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/categories/{id}",
    place: Place::Below("categories"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/categories/{id}", || post().to(save)),
        Action::at("/admin/categories/{id}/remove", || post().to(remove)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/category.html")]
struct CategoryPage {
    p: Page,
    category: Category,
    form: Form,
    removal: Form,
    parents: Vec<Choice>,
    products: Vec<Choice>,
}

/// A refused form to show again, by the form's name.
enum Sent {
    Nothing,
    Details(Form),
    Removal(Form),
}

fn address(id: Uuid) -> String {
    format!("{}/{id}", categories::PAGE.path)
}

/// GET /admin/categories/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    detail(&admin, *id, Sent::Nothing).await
}

async fn detail(admin: &AdminPage, id: Uuid, sent: Sent) -> Answer {
    let all = admin.state.catalog.categories(&admin.actor).await?;
    let category = all.iter().find(|category| category.id.0 == id).cloned();
    let category = category.ok_or(CatalogError::NotFound)?;
    let p = admin.frame(&PAGE).await;
    let page = view(p, category, &all, sent);
    let status = match page.removal.is_refused() {
        true => page.removal.status(),
        false => page.form.status(),
    };
    respond(&admin.request, status, &page)
}

fn view(p: Page, category: Category, all: &[Category], sent: Sent) -> CategoryPage {
    let title = category.name_in(p.lang.tag()).to_owned();
    let p = p
        .below(categories::PAGE.path, "nav-categories")
        .titled(title);
    let parent = category.parent.map(|parent| parent.to_string());
    let names = category.names.clone();
    let fields = Fields::default()
        .with("name", category.name.clone())
        .with("names_en", names.en.unwrap_or_default())
        .with("names_pt-BR", names.pt_br.unwrap_or_default())
        .with("parent", parent.unwrap_or_default());
    let now = Form::editing(category.version, fields);
    let kept = Form::editing(category.version, Fields::default().with("products", "stay"));
    let (form, removal) = match sent {
        Sent::Nothing => (now, kept),
        Sent::Details(typed) => (typed.beside(p.lang, now), kept),
        Sent::Removal(typed) => (now, typed.beside(p.lang, kept)),
    };
    CategoryPage {
        form,
        removal: removal.prefixed("remove-"),
        parents: category_choices(&p, "category-root", all),
        products: ["stay", "parent"]
            .map(|place| Choice::new(place, p.word("category-products", place)))
            .into(),
        category,
        p,
    }
}

/// POST /admin/categories/{id}
async fn save(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let change = CategoryChange {
        expected_version: form.version(admin.lang),
        name: Some(form.text("name")),
        parent: Some(parent_of(&form)),
        names: CategoryNamesChange {
            en: Some(form.optional("names_en")),
            pt_br: Some(form.optional("names_pt-BR")),
        },
    };
    let catalog = &admin.state.catalog;
    act(
        &admin.state,
        admin.lang,
        form,
        catalog.update_category(&admin.actor, CategoryId(*id), change),
        |_| (address(*id), Flash::good("saved")),
        async |mut form| {
            form.rename("parent_id", "parent");
            detail(&admin, *id, Sent::Details(form)).await
        },
    )
    .await
}

/// POST /admin/categories/{id}/remove
async fn remove(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let seen = form.version(admin.lang);
    let to_parent = form.value("products") == "parent";
    let catalog = &admin.state.catalog;
    act(
        &admin.state,
        admin.lang,
        form,
        catalog.remove_category(&admin.actor, CategoryId(*id), to_parent, seen),
        |()| {
            let flash = Flash::good("category-removed");
            (categories::PAGE.path.to_owned(), flash)
        },
        async |form| detail(&admin, *id, Sent::Removal(form)).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let all = samples::categories();
    let mut full = Form::default();
    let taken = full.take(lang, CatalogError::CategoryInUse);
    assert!(taken.is_ok());
    let look = |sent| samples::shown(&view(frame(lang, &PAGE), all[1].clone(), &all, sent));
    vec![
        ("category", look(Sent::Nothing)),
        ("category_full", look(Sent::Removal(full))),
    ]
}

use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::{Category, CategoryId, CategoryNames, MANAGE_CATEGORIES, NewCategory};
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::caller::AdminPage;
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    category_choices, depth, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

const NEW: &str = "/admin/categories/new";

pub(super) const PAGE: Registered = Registered {
    path: "/admin/categories",
    place: Place::Section("categories", &[MANAGE_CATEGORIES]),
    show: || get().to(show),
    actions: &[Action::blank(NEW, || post().to(add))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/categories.html")]
struct CategoriesPage {
    p: Page,
    /// Each category with its indentation.
    categories: Vec<(Category, String)>,
    form: Form,
    parents: Vec<Choice>,
    list: ListView,
}

/// GET /admin/categories
async fn show(admin: AdminPage) -> Answer {
    // The idempotency key: a form sent twice makes one category.
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    let form = Form::new(Fields::default().with("key", key.to_string()));
    index(&admin, form).await
}

async fn index(admin: &AdminPage, form: Form) -> Answer {
    let categories = admin.state.catalog.categories(&admin.actor).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    respond(&admin.request, status, &view(p, &categories, form))
}

fn view(p: Page, categories: &[Category], form: Form) -> CategoriesPage {
    let p = p.called("nav-categories");
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let indented = categories.iter().map(|category| {
        let indent = "\u{2013}\u{a0}".repeat(depth(categories, category));
        (category.clone(), indent)
    });
    CategoriesPage {
        list: list.none(categories, p.t("categories-empty")),
        parents: category_choices(&p, "category-root", categories),
        categories: indented.collect(),
        form,
        p,
    }
}

/// The chosen parent; none for a category at the root.
pub(super) fn parent_of(form: &Form) -> Option<CategoryId> {
    form.value("parent").parse().ok().map(CategoryId)
}

/// POST /admin/categories/new
async fn add(admin: AdminPage, form: CsrfForm<Fields>) -> Answer {
    let form = Form::new(form.0);
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let new = NewCategory {
        parent: parent_of(&form),
        name: form.text("name"),
        names: CategoryNames {
            en: form.optional("names_en"),
            pt_br: form.optional("names_pt-BR"),
        },
    };
    let catalog = &admin.state.catalog;
    act(
        &admin.state,
        admin.lang,
        form,
        catalog.create_category(&admin.actor, new, key),
        |made| {
            let flash = Flash::good("category-added").name(made.name);
            (PAGE.path.to_owned(), flash)
        },
        async |mut form| {
            form.rename("parent_id", "parent");
            index(&admin, form).await
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let look =
        |categories: &[Category], form| samples::shown(&view(frame(lang, &PAGE), categories, form));
    let mut refused = Form::new(Fields::default().with("name", "Casa"));
    refused.refuse("names_pt-BR", lang.text("field-required"));
    vec![
        ("categories", look(&samples::categories(), refused)),
        ("categories_none", look(&[], Form::default())),
    ]
}

use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::{Category, CategoryId, CategoryNames, MANAGE_CATEGORIES, NewCategory};
use feira_web::auth::CsrfForm;

use super::caller::AdminPage;
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, category_choices,
    indented, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/categories",
    place: Place::Section("categories", &[MANAGE_CATEGORIES]),
    show: || get().to(show),
    actions: &[Action::at("/admin/categories/new", || post().to(create))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/categories.html")]
struct CategoriesPage {
    p: Page,
    rows: Vec<Row>,
    parents: Vec<Choice>,
    form: Form,
}

/// A category as it is called in each language.
struct Row {
    english: String,
    portuguese: String,
    slug: String,
}

/// GET /admin/categories
async fn show(admin: AdminPage) -> Answer {
    page(&admin, Form::default()).await
}

async fn page(admin: &AdminPage, form: Form) -> Answer {
    let categories = admin.state.catalog.categories(&admin.actor).await?;
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    respond(&admin.request, status, &view(p, &categories, form))
}

fn view(p: Page, categories: &[Category], form: Form) -> CategoriesPage {
    let row = |category: &Category| Row {
        english: indented(categories, category, category.name_in("en")),
        portuguese: category.name_in("pt-BR").to_owned(),
        slug: category.slug.clone(),
    };
    CategoriesPage {
        rows: categories.iter().map(row).collect(),
        parents: category_choices(&p, categories),
        p: p.called("nav-categories"),
        form,
    }
}

/// POST /admin/categories/new
async fn create(admin: AdminPage, form: CsrfForm<Fields>) -> Answer {
    let typed = &form.0;
    let new = NewCategory {
        parent: typed.get("parent_id").parse().ok().map(CategoryId),
        name: typed.text("name"),
        names: CategoryNames {
            en: typed.optional("names_en"),
            pt_br: typed.optional("names_pt-BR"),
        },
    };
    let catalog = &admin.state.catalog;
    act(
        &admin.state,
        admin.lang,
        Form::new(form.0),
        catalog.create_category(&admin.actor, new, None),
        |made| {
            let flash = Flash::good("category-added").name(made.name);
            (PAGE.path.to_owned(), flash)
        },
        async |form| page(&admin, form).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::new(Fields::default().with("name", "Casa"));
    form.refuse("names_pt-BR", lang.text("field-required"));
    let page = view(frame(lang, &PAGE), &samples::categories(), form);
    vec![("categories", samples::shown(&page))]
}

use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_catalog::{Category, CategoryId, ProductStatus, SellerFilter, SellerProduct};
use feira_kernel::{Cursor, PageRequest};
use feira_web::{auth::SellerPage, state::AppState};
use serde::Deserialize;

use crate::page::{Answer, Choice, Lang, Page, query, respond_ok};

#[derive(Template)]
#[template(path = "seller/products.html")]
pub(super) struct ProductsPage {
    pub(super) p: Page,
    pub(super) q: String,
    pub(super) status: String,
    pub(super) statuses: Vec<Choice>,
    pub(super) products: Vec<SellerProduct>,
    pub(super) filtered: bool,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    q: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

pub(super) const LIST: &str = "/seller/products";

/// GET /seller/products?q=&status=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = wanted.into_inner();
    let q = wanted.q.unwrap_or_default().trim().to_owned();
    let status = wanted.status.unwrap_or_default();
    let filter = SellerFilter {
        status: status_of(&status),
        q: Some(q.clone()).filter(|q| !q.is_empty()),
        sold_out: status == "sold_out",
    };
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = state
        .catalog
        .seller_products(&seller.actor, filter, part)
        .await?;

    let p = Page::seller(&request, &state, &seller, "products").await;
    let p = p.titled(Lang::of(&seller.user.locale).text("products-title"));
    let here = |cursor: &str| query(LIST, &[("q", &q), ("status", &status), ("cursor", cursor)]);
    let page = ProductsPage {
        statuses: filters(&p),
        products: found.items,
        filtered: !q.is_empty() || !status.is_empty(),
        first: later.then(|| here("")),
        next: found.next_cursor.map(|cursor| here(&cursor.0)),
        q,
        status,
        p,
    };
    respond_ok(&request, &page)
}

pub(super) fn filters(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(statuses(p));
    choices.push(Choice::new("sold_out", p.t("stock-sold-out")));
    choices
}

pub(super) fn statuses(p: &Page) -> Vec<Choice> {
    ["draft", "active", "archived"]
        .map(|status| Choice::new(status, p.word("product", status)))
        .into()
}

pub(super) fn status_of(text: &str) -> Option<ProductStatus> {
    match text {
        "draft" => Some(ProductStatus::Draft),
        "active" => Some(ProductStatus::Active),
        "archived" => Some(ProductStatus::Archived),
        _ => None,
    }
}

pub(super) fn status_name(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Draft => "draft",
        ProductStatus::Active => "active",
        ProductStatus::Archived => "archived",
    }
}

/// The tree as choices of a select, indented; parents come before their children.
pub(super) fn category_choices(p: &Page, categories: &[Category]) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("category-none"))];
    choices.extend(categories.iter().map(|category| {
        let indent = "\u{a0}\u{a0}\u{a0}".repeat(depth(categories, category));
        Choice::new(
            category.id.to_string(),
            format!("{indent}{}", category.name),
        )
    }));
    choices
}

fn depth(categories: &[Category], category: &Category) -> usize {
    let parent = |id: CategoryId| categories.iter().find(|c| c.id == id);
    std::iter::successors(category.parent.and_then(parent), |c| {
        c.parent.and_then(parent)
    })
    .take(8)
    .count()
}

/// Words between commas.
pub(super) fn tags(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

//! The catalogue as buyers read it.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use feira_catalog::{Category, CategoryId, CategoryKey, ProductId, ProductKey, Search, Sort};
use feira_kernel::{Actor, Currency, Money, StoreId};
use feira_web::{error::Problem, etag::tagged, extract::Params, state::AppState};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list,
    views::{CardView, CategoryView, ProductView},
};

/// What a shared cache may keep, and for how long.
pub(crate) const CACHE: &str = "public, max-age=15, stale-while-revalidate=60";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// Words to look for.
    q: Option<String>,
    /// A category's id or slug, with everything below it.
    category: Option<String>,
    /// A store's id.
    store: Option<Uuid>,
    /// In the marketplace's currency.
    price_min: Option<String>,
    price_max: Option<String>,
    in_stock: Option<bool>,
    #[param(inline)]
    sort: Option<SortWord>,
    /// Up to 100 ids, comma-separated: a batch instead of a search.
    ids: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What comes first; `relevance` when absent.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SortWord {
    #[default]
    Relevance,
    Newest,
    Price,
    #[serde(rename = "-price")]
    PriceDescending,
}

impl From<SortWord> for Sort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Relevance => Self::Relevance,
            SortWord::Newest => Self::Newest,
            SortWord::Price => Self::PriceAscending,
            SortWord::PriceDescending => Self::PriceDescending,
        }
    }
}

/// The whole tree, parents before children.
#[utoipa::path(tag = "catalogue", responses((status = 200, body = Vec<CategoryView>)))]
#[get("/categories")]
pub(crate) async fn categories(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let tree = state.catalog.categories(&Actor::stranger()).await?;
    let tree: Vec<CategoryView> = tree.into_iter().map(CategoryView::from).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHE))
        .json(tree))
}

/// One category by id or slug.
#[utoipa::path(tag = "catalogue", params(("key" = String, Path, description = "id or slug")),
    responses((status = 200, body = CategoryView), (status = 304, description = "Not modified")))]
#[get("/categories/{key}")]
pub(crate) async fn category(
    request: HttpRequest,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let key = category_key(path.into_inner());
    let category = state.catalog.category(&Actor::stranger(), key).await?;
    Ok(tagged_category(&request, category))
}

pub(crate) fn tagged_category(request: &HttpRequest, shown: Category) -> HttpResponse {
    let version = shown.version;
    let view = CategoryView::from(shown);
    tagged(request, Some(version), &view, CACHE)
}

/// An id or a slug, as a path or a query names it.
fn category_key(text: String) -> CategoryKey {
    text.parse().map_or(CategoryKey::Slug(text), |id| {
        CategoryKey::Id(CategoryId(id))
    })
}

/// Search products, or fetch a batch by `ids`.
#[utoipa::path(tag = "catalogue", params(SearchParams), responses((status = 200, body = list::List<CardView>)))]
#[get("/products")]
pub(crate) async fn search(
    request: HttpRequest,
    state: Data<AppState>,
    params: Params<SearchParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(&request, p.limit, p.cursor)?;
    let actor = Actor::stranger();
    if let Some(ids) = &p.ids {
        let cards = state.catalog.cards(&actor, ids_of(ids)?).await?;
        return Ok(HttpResponse::Ok().json(list::List::<CardView>::from(cards)));
    }
    let currency = state.settings.currency;
    let search = Search {
        q: p.q,
        category: p.category.map(category_key),
        store: p.store.map(StoreId),
        price_min: price(p.price_min, currency, "price_min")?,
        price_max: price(p.price_max, currency, "price_max")?,
        in_stock: p.in_stock.unwrap_or(false),
        sort: p.sort.unwrap_or_default().into(),
    };
    let found = state.catalog.search(&actor, search, page).await?;
    let mut response = list::answer(&request, found.map(CardView::from));
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static(CACHE),
    );
    Ok(response)
}

fn ids_of(text: &str) -> Result<Vec<ProductId>, Problem> {
    let ids: Result<Vec<ProductId>, _> = text
        .split(',')
        .map(|id| id.trim().parse().map(ProductId))
        .collect();
    match ids {
        Ok(ids) if ids.len() <= 100 => Ok(ids),
        _ => Err(bad_parameter(
            "ids must be up to 100 product ids, comma-separated",
        )),
    }
}

fn price(text: Option<String>, currency: Currency, name: &str) -> Result<Option<Money>, Problem> {
    let parse = |text: String| {
        Money::parse(&text, currency)
            .map_err(|_| bad_parameter(&format!("{name} must be an amount such as 19.90")))
    };
    text.map(parse).transpose()
}

fn bad_parameter(detail: &str) -> Problem {
    Problem::new(
        actix_web::http::StatusCode::BAD_REQUEST,
        "request.invalid_parameter",
        detail,
    )
}

/// An id or a slug, as a path names it.
pub(crate) fn key(text: String) -> ProductKey {
    text.parse()
        .map_or(ProductKey::Slug(text), |id| ProductKey::Id(ProductId(id)))
}

/// One product by id or slug.
#[utoipa::path(tag = "catalogue", params(("key" = String, Path, description = "id or slug")),
    responses((status = 200, body = ProductView), (status = 304, description = "Not modified")))]
#[get("/products/{key}")]
pub(crate) async fn product(
    request: HttpRequest,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let product = state
        .catalog
        .product(&Actor::stranger(), key(path.into_inner()))
        .await?;
    Ok(tagged(&request, None, &ProductView::from(product), CACHE))
}

/// A picture by content key; it never changes.
pub(crate) async fn file(
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let file = state
        .catalog
        .image_file(&Actor::stranger(), path.into_inner())
        .await?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(file.bytes))
}

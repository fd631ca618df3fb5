//! A store's own products.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use feira_catalog::{
    CategoryId, NewProduct, NewVariant, Product, ProductChange, ProductId, ProductKey,
    ProductStatus, SellerFilter, StockPolicy, VariantChange, VariantId,
};
use feira_kernel::{IdempotencyKey, Money};
use feira_web::{
    auth::SellerCaller,
    error::{Problem, ProblemBody},
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, Params, given},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    views::{MoneyView, OptionBody, ProductView, SellerProductView, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductParams {
    /// A part of the name, a SKU in any case, or a barcode.
    q: Option<String>,
    #[param(value_type = Option<words::ProductStatus>, inline)]
    status: Option<ProductStatus>,
    sold_out: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Clay mug", "description": "Made by hand.", "tags": ["kitchen"], "status": "active",
    "variants": [{
        "sku": "MUG-M", "options": [{"name": "Size", "value": "M"}],
        "price": {"amount": "49.90", "currency": "BRL"}, "weight_grams": 350, "quantity": 10,
    }],
}))]
pub(crate) struct NewProductBody {
    name: String,
    #[serde(default)]
    description: String,
    category_id: Option<Uuid>,
    brand: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    /// `draft` (the default) or `active`.
    #[schema(value_type = Option<words::ProductStatus>)]
    status: Option<ProductStatus>,
    variants: Vec<NewVariantBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "sku": "MUG-L", "options": [{"name": "Size", "value": "L"}],
    "price": {"amount": "59.90", "currency": "BRL"}, "weight_grams": 450, "quantity": 10,
}))]
pub(crate) struct NewVariantBody {
    sku: Option<String>,
    #[serde(default)]
    options: Vec<OptionBody>,
    #[schema(value_type = MoneyView)]
    price: Money,
    #[schema(value_type = Option<MoneyView>)]
    compare_at: Option<Money>,
    #[serde(default)]
    weight_grams: u32,
    barcode: Option<String>,
    /// Units on hand at first.
    #[serde(default)]
    quantity: u32,
    /// `counted` when absent.
    #[schema(value_type = Option<words::StockPolicy>)]
    stock_policy: Option<StockPolicy>,
}

impl From<NewVariantBody> for NewVariant {
    fn from(v: NewVariantBody) -> Self {
        Self {
            sku: v.sku,
            options: v.options.into_iter().map(Into::into).collect(),
            price: v.price,
            compare_at: v.compare_at,
            weight_grams: v.weight_grams,
            barcode: v.barcode,
            quantity: v.quantity,
            stock_policy: v.stock_policy.unwrap_or_default(),
        }
    }
}

/// A JSON merge patch (RFC 7396): absent stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Clay mug", "brand": null}))]
pub(crate) struct ProductPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    category_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    brand: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<words::ProductStatus>, nullable = false)]
    status: Option<ProductStatus>,
}

/// A JSON merge patch of one variant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "price": {"amount": "44.90", "currency": "BRL"}, "compare_at": {"amount": "49.90", "currency": "BRL"},
}))]
pub(crate) struct VariantPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    sku: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyView>, nullable = false)]
    price: Option<Money>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyView>)]
    compare_at: Option<Option<Money>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    weight_grams: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    barcode: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<words::StockPolicy>, nullable = false)]
    stock_policy: Option<StockPolicy>,
}

pub(crate) fn shown(request: &HttpRequest, product: Product) -> HttpResponse {
    let version = product.version;
    tagged(request, Some(version), &ProductView::from(product), PRIVATE)
}

fn created(product: Product) -> Reply {
    let location = format!("/api/v1/seller/products/{}", product.id);
    Reply::created::<ProductView>(location, product)
}

/// The store's products in any state, newest first.
#[utoipa::path(tag = "seller", params(ProductParams), security(("seller" = [])),
    responses((status = 200, body = List<SellerProductView>)))]
#[get("/seller/products")]
pub(crate) async fn index(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<ProductParams>,
) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(&request, p.limit, p.cursor)?;
    let filter = SellerFilter {
        status: p.status,
        q: p.q,
        sold_out: p.sold_out.unwrap_or(false),
    };
    let found = state
        .catalog
        .seller_products(&caller.0, filter, page)
        .await?;
    Ok(list::answer(&request, found.map(SellerProductView::from)))
}

/// A new product with its variants.
#[utoipa::path(tag = "seller", request_body = NewProductBody, security(("seller" = [])),
    responses((status = 201, body = ProductView)))]
#[post("/seller/products")]
pub(crate) async fn create(
    post: Post<SellerCaller>,
    body: Body<NewProductBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let new = NewProduct {
        name: b.name,
        description: b.description,
        category: b.category_id.map(CategoryId),
        brand: b.brand,
        tags: b.tags,
        status: b.status.unwrap_or(ProductStatus::Draft),
        variants: b.variants.into_iter().map(NewVariant::from).collect(),
    };
    let create =
        |key: Option<IdempotencyKey>| post.state.catalog.create_product(&post.actor, new, key);
    post.once(&bytes, create, created).await
}

/// One product of the store.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = ProductView), (status = 304, description = "Not modified")))]
#[get("/seller/products/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    Ok(shown(
        &request,
        state
            .catalog
            .product(&caller.0, ProductKey::Id(ProductId(path.into_inner())))
            .await?,
    ))
}

/// Change what is given.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = ProductPatch, security(("seller" = [])),
    responses((status = 200, body = ProductView), (status = 409, body = ProblemBody)))]
#[patch("/seller/products/{id}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Body<ProductPatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let change = ProductChange {
        expected_version: if_match.0,
        name: b.name,
        description: b.description,
        category: b.category_id.map(|c| c.map(CategoryId)),
        brand: b.brand,
        tags: b.tags,
        status: b.status,
    };
    Ok(shown(
        &request,
        state
            .catalog
            .update_product(&caller.0, ProductId(path.into_inner()), change)
            .await?,
    ))
}

/// Add a variant; the others stay as they are.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = NewVariantBody, security(("seller" = [])),
    responses((status = 201, body = ProductView)))]
#[post("/seller/products/{id}/variants")]
pub(crate) async fn add_variant(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<NewVariantBody>,
) -> Result<HttpResponse, Problem> {
    let id = ProductId(path.into_inner());
    let Body { value, bytes } = body;
    let catalog = &post.state.catalog;
    let add = |key| catalog.add_variant(&post.actor, id, value.into(), key);
    post.once(&bytes, add, created).await
}

/// Change what is given of one variant.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ("variant_id" = Uuid, Path)), request_body = VariantPatch,
    security(("seller" = [])), responses((status = 200, body = ProductView), (status = 409, body = ProblemBody)))]
#[patch("/seller/products/{id}/variants/{variant_id}")]
pub(crate) async fn update_variant(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body<VariantPatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let (product, variant) = path.into_inner();
    let change = VariantChange {
        expected_version: if_match.0,
        sku: b.sku,
        price: b.price,
        compare_at: b.compare_at,
        weight_grams: b.weight_grams,
        barcode: b.barcode,
        stock_policy: b.stock_policy,
    };
    Ok(shown(
        &request,
        state
            .catalog
            .update_variant(&caller.0, ProductId(product), VariantId(variant), change)
            .await?,
    ))
}

/// Take a variant away. What was ordered or booked is kept for the orders; the last variant stays.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ("variant_id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = ProductView), (status = 409, body = ProblemBody)))]
#[delete("/seller/products/{id}/variants/{variant_id}")]
pub(crate) async fn remove_variant(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (product, variant) = path.into_inner();
    Ok(shown(
        &request,
        state
            .catalog
            .remove_variant(
                &caller.0,
                ProductId(product),
                VariantId(variant),
                if_match.0,
            )
            .await?,
    ))
}

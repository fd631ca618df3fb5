//! A store's own products and stock.

use actix_web::{HttpRequest, HttpResponse, http::{StatusCode, header}, web::{Data, Path, Payload}};
use feira_catalog::{
    Adjustment, CategoryId, ImageUpload, ImportFormat, ImportReport, ImportRequest, Movement, MovementReason, NewProduct, NewVariant,
    Product, ProductChange, ProductId, ProductKey, ProductStatus, SellerFilter, StockChange, VariantChange, VariantId,
};
use feira_kernel::Money;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    views::{MoneyView, ProductView, SellerProductView, rfc3339, word},
};
use crate::http::{
    auth::SellerCaller,
    error::{Problem, ProblemBody},
    extract::{self, Body, Params},
    idempotent::{self, Key, Reply},
    state::AppState,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductParams {
    /// Words of the name, or a SKU.
    q: Option<String>,
    /// `draft`, `active` or `archived`.
    #[param(value_type = Option<String>)]
    status: Option<ProductStatus>,
    sold_out: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProductBody {
    #[schema(example = "Clay mug")]
    name: String,
    #[serde(default)]
    description: String,
    category_id: Option<Uuid>,
    brand: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    /// `draft` (the default) or `active`.
    #[schema(value_type = Option<String>)]
    status: Option<ProductStatus>,
    variants: Vec<NewVariantBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVariantBody {
    sku: Option<String>,
    #[serde(default)]
    options: Vec<super::views::OptionBody>,
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
        }
    }
}

/// A JSON merge patch (RFC 7396): absent stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductPatch {
    name: Option<String>,
    description: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Uuid>)]
    category_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    brand: Option<Option<String>>,
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<String>)]
    status: Option<ProductStatus>,
}

/// A JSON merge patch of one variant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VariantPatch {
    sku: Option<String>,
    #[schema(value_type = Option<MoneyView>)]
    price: Option<Money>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<MoneyView>)]
    compare_at: Option<Option<Money>>,
    weight_grams: Option<u32>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    barcode: Option<Option<String>>,
}

/// Tells an absent field from an explicit null.
fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// The version that `If-Match` names, if it is sent.
fn expected_version(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(tag) = extract::header(request, "if-match").filter(|t| t.trim() != "*") else { return Ok(None) };
    tag.trim().trim_matches('"').parse().map(Some).map_err(|_| {
        Problem::new(StatusCode::PRECONDITION_FAILED, "catalog.version_mismatch", "If-Match is not an ETag of this product")
    })
}

fn shown(product: Product) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{}\"", product.version)))
        .json(ProductView::from(product))
}

/// The store's products in any state, newest first.
#[utoipa::path(get, path = "/api/v1/seller/products", tag = "seller", params(ProductParams), security(("bearer" = [])),
    responses((status = 200, body = List<SellerProductView>), (status = 401, body = ProblemBody)))]
pub(crate) async fn index(request: HttpRequest, state: Data<AppState>, caller: SellerCaller, params: Params<ProductParams>) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(p.limit, p.cursor)?;
    let filter = SellerFilter { status: p.status, q: p.q, sold_out: p.sold_out.unwrap_or(false) };
    let found = state.catalog.seller_products(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(SellerProductView::from)))
}

/// A new product with its variants.
#[utoipa::path(post, path = "/api/v1/seller/products", tag = "seller", request_body = NewProductBody, security(("bearer" = [])),
    responses((status = 201, body = ProductView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn create(request: HttpRequest, state: Data<AppState>, caller: SellerCaller, body: Body<NewProductBody>) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |key| async {
        let new = NewProduct {
            key: key.map(|k| format!("api:{k}")),
            name: b.name,
            description: b.description,
            category: b.category_id.map(CategoryId),
            brand: b.brand,
            tags: b.tags,
            status: b.status.unwrap_or(ProductStatus::Draft),
            variants: b.variants.into_iter().map(NewVariant::from).collect(),
        };
        let product = state.catalog.create_product(&caller.0, new).await?;
        Ok(Reply::created(format!("/api/v1/seller/products/{}", product.id), &ProductView::from(product)))
    })
    .await
}

/// One product of the store.
#[utoipa::path(get, path = "/api/v1/seller/products/{id}", tag = "seller", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ProductView), (status = 404, body = ProblemBody)))]
pub(crate) async fn show(state: Data<AppState>, caller: SellerCaller, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    Ok(shown(state.catalog.product(&caller.0, ProductKey::Id(ProductId(path.into_inner()))).await?))
}

/// Change what is given.
#[utoipa::path(patch, path = "/api/v1/seller/products/{id}", tag = "seller", params(("id" = Uuid, Path)), request_body = ProductPatch, security(("bearer" = [])),
    responses((status = 200, body = ProductView), (status = 404, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    body: Body<ProductPatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let change = ProductChange {
        expected_version: expected_version(&request)?,
        name: b.name,
        description: b.description,
        category: b.category_id.map(|c| c.map(CategoryId)),
        brand: b.brand,
        tags: b.tags,
        status: b.status,
    };
    Ok(shown(state.catalog.update_product(&caller.0, ProductId(path.into_inner()), change).await?))
}

/// Add a variant; the others stay as they are.
#[utoipa::path(post, path = "/api/v1/seller/products/{id}/variants", tag = "seller", params(("id" = Uuid, Path)), request_body = NewVariantBody, security(("bearer" = [])),
    responses((status = 201, body = ProductView), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn add_variant(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    body: Body<NewVariantBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |_| async {
        let product = state.catalog.add_variant(&caller.0, ProductId(path.into_inner()), value.into()).await?;
        Ok(Reply::created(format!("/api/v1/seller/products/{}", product.id), &ProductView::from(product)))
    })
    .await
}

/// Change what is given of one variant.
#[utoipa::path(patch, path = "/api/v1/seller/products/{id}/variants/{variant_id}", tag = "seller",
    params(("id" = Uuid, Path), ("variant_id" = Uuid, Path)), request_body = VariantPatch, security(("bearer" = [])),
    responses((status = 200, body = ProductView), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn update_variant(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<(Uuid, Uuid)>,
    body: Body<VariantPatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let change = VariantChange { sku: b.sku, price: b.price, compare_at: b.compare_at, weight_grams: b.weight_grams, barcode: b.barcode };
    Ok(shown(state.catalog.update_variant(&caller.0, VariantId(path.into_inner().1), change).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImageParams {
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    alt_text: String,
}

/// Add a picture: the body is a JPEG, PNG or WebP file of up to 8 MiB.
#[utoipa::path(post, path = "/api/v1/seller/products/{id}/images", tag = "seller", params(("id" = Uuid, Path), ImageParams), security(("bearer" = [])),
    request_body(content = String, content_type = "image/jpeg"),
    responses((status = 201, body = super::views::ImageView), (status = 404, body = ProblemBody), (status = 413, body = ProblemBody), (status = 415, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn add_image(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<ImageParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::header(&request, "content-type").unwrap_or_default();
    if !["image/jpeg", "image/png", "image/webp"].contains(&kind.as_str()) {
        return Err(unsupported("send the picture as image/jpeg, image/png or image/webp"));
    }
    let bytes = extract::read(payload.into_inner(), state.config.server.max_upload_bytes).await?;
    let upload = ImageUpload { bytes: bytes.to_vec(), alt_text: params.0.alt_text };
    let image = state.catalog.add_image(&caller.0, ProductId(path.into_inner()), upload).await?;
    Ok(HttpResponse::Created().json(super::views::ImageView::from(image)))
}

fn unsupported(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.unsupported_media_type", detail)
}

/// A change of what is on hand: either `by` or `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovementBody {
    /// Add, or take away.
    by: Option<i64>,
    /// A count: on hand becomes this.
    to: Option<u32>,
    /// `restock` or `adjustment` (the default).
    #[schema(value_type = Option<String>)]
    reason: Option<MovementReason>,
    note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LevelView {
    variant_id: Uuid,
    on_hand: u32,
    reserved: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovementView {
    id: Uuid,
    on_hand_change: i64,
    reserved_change: i64,
    reason: String,
    reference: Option<String>,
    note: Option<String>,
    actor: String,
    at: String,
}

impl From<Movement> for MovementView {
    fn from(m: Movement) -> Self {
        Self {
            id: m.id,
            on_hand_change: m.on_hand_change,
            reserved_change: m.reserved_change,
            reason: word(m.reason),
            reference: m.reference,
            note: m.note,
            actor: m.actor,
            at: rfc3339(m.at),
        }
    }
}

/// Why a variant has the stock that it has, newest first.
#[utoipa::path(get, path = "/api/v1/seller/inventory/{variant_id}/movements", tag = "seller", params(("variant_id" = Uuid, Path), Paging), security(("bearer" = [])),
    responses((status = 200, body = List<MovementView>), (status = 404, body = ProblemBody)))]
pub(crate) async fn movements(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let found = state.catalog.movements(&caller.0, VariantId(path.into_inner()), page).await?;
    Ok(list::answer(&request, found.map(MovementView::from)))
}

/// Change what is on hand.
#[utoipa::path(post, path = "/api/v1/seller/inventory/{variant_id}/movements", tag = "seller", params(("variant_id" = Uuid, Path)), request_body = MovementBody, security(("bearer" = [])),
    responses((status = 200, body = LevelView), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn adjust(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    body: Body<MovementBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let change = match (b.by, b.to) {
        (Some(by), None) => StockChange::By(by),
        (None, Some(to)) => StockChange::To(to),
        _ => return Err(Problem::field("request.invalid_value", "/by", "give either by or to")),
    };
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |key| async {
        let adjustment = Adjustment {
            key: key.map(|k| format!("api:{k}")),
            variant: VariantId(path.into_inner()),
            change,
            reason: b.reason.unwrap_or(MovementReason::Adjustment),
            note: b.note,
        };
        let level = state.catalog.adjust_stock(&caller.0, adjustment).await?;
        Ok(Reply::ok(&LevelView { variant_id: level.variant.0, on_hand: level.on_hand, reserved: level.reserved }))
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParams {
    /// `shopify`.
    #[param(value_type = String)]
    format: ImportFormat,
    /// Report what would happen, change nothing.
    dry_run: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportView {
    products_created: u32,
    products_updated: u32,
    variants: u32,
    /// `{"line": 3, "refused": true, "code": ..., "detail": ...}`.
    #[schema(value_type = Vec<Object>)]
    notes: Vec<feira_catalog::ImportNote>,
}

impl From<ImportReport> for ImportView {
    fn from(r: ImportReport) -> Self {
        Self { products_created: r.products_created, products_updated: r.products_updated, variants: r.variants, notes: r.notes }
    }
}

/// Import products: the body is a CSV file.
#[utoipa::path(post, path = "/api/v1/seller/imports", tag = "seller", params(ImportParams), security(("bearer" = [])),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportView), (status = 413, body = ProblemBody), (status = 415, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn import(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    params: Params<ImportParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::header(&request, "content-type").unwrap_or_default();
    if !kind.starts_with("text/csv") {
        return Err(unsupported("send the file as text/csv"));
    }
    let bytes = extract::read(payload.into_inner(), state.config.server.max_upload_bytes).await?;
    let import = ImportRequest { format: params.0.format, dry_run: params.0.dry_run.unwrap_or(false), file: bytes.to_vec() };
    let report = state.catalog.import(&caller.0, import).await?;
    Ok(HttpResponse::Ok().json(ImportView::from(report)))
}

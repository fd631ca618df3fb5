//! A store's own stock, pictures and imports.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Payload},
};
use feira_catalog::{
    Adjustment, ImageUpload, ImportFormat, ImportNote, ImportReport, ImportRequest, Movement,
    MovementReason, ProductId, StockChange, StockLevel, VariantId,
};
use feira_kernel::IdempotencyKey;
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::{self, Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    views::{ImageView, Timestamp, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImageParams {
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    alt_text: String,
}

/// Add a picture: the body is a JPEG, PNG or WebP file of up to 8 MiB.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ImageParams),
    request_body(content((String = "image/jpeg"), (String = "image/png"), (String = "image/webp"))),
    security(("seller" = [])),
    responses((status = 201, body = ImageView)))]
#[post("/seller/products/{id}/images")]
pub(crate) async fn add_image(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    params: Params<ImageParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::header(&post.request, "content-type").unwrap_or_default();
    if !["image/jpeg", "image/png", "image/webp"].contains(&kind.as_str()) {
        return Err(unsupported(
            "send the picture as image/jpeg, image/png or image/webp",
        ));
    }
    let limit = post.state.settings.max_upload_bytes;
    let bytes = extract::read(payload.into_inner(), limit).await?;
    let product = ProductId(path.into_inner());
    let add = |bytes, key| {
        let upload = ImageUpload {
            bytes,
            alt_text: params.0.alt_text,
        };
        post.state
            .catalog
            .add_image(&post.actor, product, upload, key)
    };
    post.once_taking(bytes, add, |image| {
        let location = format!("/api/v1/seller/products/{product}");
        Reply::created::<ImageView>(location, image)
    })
    .await
}

fn unsupported(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "request.unsupported_media_type",
        detail,
    )
}

/// A change of what is on hand: either `by` or `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"by": 5, "reason": "restock", "note": "From the kiln"}))]
pub(crate) struct MovementBody {
    /// Add, or take away.
    by: Option<i64>,
    /// A count: on hand becomes this.
    to: Option<u32>,
    reason: Option<AdjustmentReason>,
    note: Option<String>,
}

/// Why somebody changes a quantity; `adjustment` when absent.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AdjustmentReason {
    Restock,
    #[default]
    Adjustment,
}

impl From<AdjustmentReason> for MovementReason {
    fn from(reason: AdjustmentReason) -> Self {
        match reason {
            AdjustmentReason::Restock => Self::Restock,
            AdjustmentReason::Adjustment => Self::Adjustment,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LevelView {
    variant_id: Uuid,
    /// Below zero where more was sold than there was.
    on_hand: i64,
    reserved: u32,
    stock_policy: words::StockPolicy,
}

impl From<StockLevel> for LevelView {
    fn from(l: StockLevel) -> Self {
        Self {
            variant_id: l.variant.0,
            on_hand: l.on_hand,
            reserved: l.reserved,
            stock_policy: l.stock_policy.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovementView {
    id: Uuid,
    on_hand_change: i64,
    reserved_change: i64,
    reason: words::MovementReason,
    reference: Option<String>,
    note: Option<String>,
    actor: String,
    at: Timestamp,
}

impl From<Movement> for MovementView {
    fn from(m: Movement) -> Self {
        Self {
            id: m.id,
            on_hand_change: m.on_hand_change,
            reserved_change: m.reserved_change,
            reason: m.reason.into(),
            reference: m.reference,
            note: m.note,
            actor: m.actor,
            at: m.at.into(),
        }
    }
}

/// Why a variant has the stock that it has, newest first.
#[utoipa::path(tag = "seller", params(("variant_id" = Uuid, Path), Paging), security(("seller" = [])),
    responses((status = 200, body = List<MovementView>)))]
#[get("/seller/inventory/{variant_id}/movements")]
pub(crate) async fn movements(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let found = state
        .catalog
        .movements(&caller.0, VariantId(path.into_inner()), page)
        .await?;
    Ok(list::answer(&request, found.map(MovementView::from)))
}

/// Change what is on hand.
#[utoipa::path(tag = "seller", params(("variant_id" = Uuid, Path)), request_body = MovementBody,
    security(("seller" = [])), responses((status = 200, body = LevelView)))]
#[post("/seller/inventory/{variant_id}/movements")]
pub(crate) async fn adjust(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<MovementBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let change = match (b.by, b.to) {
        (Some(by), None) => StockChange::By(by),
        (None, Some(to)) => StockChange::To(to),
        _ => {
            return Err(Problem::field(
                "request.invalid_value",
                "/by",
                "give either by or to",
            ));
        }
    };
    let adjust = |key: Option<IdempotencyKey>| {
        let adjustment = Adjustment {
            variant: VariantId(path.into_inner()),
            change,
            expected_version: None,
            reason: b.reason.unwrap_or_default().into(),
            note: b.note,
        };
        post.state
            .catalog
            .adjust_stock(&post.actor, adjustment, key)
    };
    post.once(&bytes, adjust, Reply::ok::<LevelView>).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParams {
    #[param(value_type = words::ImportFormat, inline)]
    format: ImportFormat,
    /// Report what would happen, change nothing.
    dry_run: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportView {
    products_created: u32,
    products_updated: u32,
    variants: u32,
    /// Products and rows that were left out.
    refused: u32,
    /// At most 200 of each code and 1,000 in all, the last of a code says how many more there are;
    /// line 1 tells what the file does not say and was assumed.
    notes: Vec<ImportNoteView>,
}

impl From<ImportReport> for ImportView {
    fn from(r: ImportReport) -> Self {
        Self {
            products_created: r.products_created,
            products_updated: r.products_updated,
            variants: r.variants,
            refused: r.refused,
            notes: r.notes.into_iter().map(ImportNoteView::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ImportNoteView {
    /// Of the file, from 1 (the header).
    line: u64,
    /// Whether the product of this line was left out.
    refused: bool,
    code: String,
    detail: String,
}

impl From<ImportNote> for ImportNoteView {
    fn from(note: ImportNote) -> Self {
        Self {
            line: note.line,
            refused: note.refused,
            code: note.code,
            detail: note.detail,
        }
    }
}

/// Import products: the body is a CSV file. Of a product that an earlier file made it changes
/// what it has columns for: an absent column leaves the value, an empty one clears it. One import
/// runs at a time; a repeat of one that was cut off goes on where it was.
#[utoipa::path(tag = "seller", params(ImportParams),
    request_body(content = String, content_type = "text/csv",
        example = json!("Handle,Title,Variant SKU,Variant Price\nclay-mug,Clay mug,MUG-M,49.90\n")),
    security(("seller" = [])), responses((status = 200, body = ImportView)))]
#[post("/seller/imports")]
pub(crate) async fn import(
    post: Post<SellerCaller>,
    params: Params<ImportParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::header(&post.request, "content-type").unwrap_or_default();
    if !kind.starts_with("text/csv") {
        return Err(unsupported("send the file as text/csv"));
    }
    let limit = post.state.settings.max_upload_bytes;
    let bytes = extract::read(payload.into_inner(), limit).await?;
    let import = |file, key| {
        let request = ImportRequest {
            format: params.0.format,
            dry_run: params.0.dry_run.unwrap_or(false),
            file,
        };
        post.state.catalog.import(&post.actor, request, key)
    };
    post.once_taking(bytes, import, Reply::ok::<ImportView>)
        .await
}

//! Files of products that a store imports.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use feira_catalog::{ImportFormat, ImportId, ImportNote, ImportNotes, ImportReport, ImportRequest};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::{self, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    seller_stock::unsupported,
    views::words,
};

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
    id: Uuid,
    products_created: u32,
    products_updated: u32,
    variants: u32,
    /// Products and rows that were left out.
    refused: u32,
    /// Refusals first, the commonest of each first.
    notes: Vec<ImportNotesView>,
}

impl From<ImportReport> for ImportView {
    fn from(r: ImportReport) -> Self {
        Self {
            id: r.id.0,
            products_created: r.products_created,
            products_updated: r.products_updated,
            variants: r.variants,
            refused: r.refused,
            notes: r.notes.into_iter().map(ImportNotesView::from).collect(),
        }
    }
}

/// All notes of one kind.
#[derive(Debug, Serialize, ToSchema)]
struct ImportNotesView {
    code: String,
    /// Whether the products or rows were left out.
    refused: bool,
    count: u32,
    /// The first five by line.
    first: Vec<ImportNoteView>,
}

impl From<ImportNotes> for ImportNotesView {
    fn from(kind: ImportNotes) -> Self {
        Self {
            code: kind.code,
            refused: kind.refused,
            count: kind.count,
            first: kind.first.into_iter().map(ImportNoteView::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportNoteView {
    /// Of the file, from 1: the header, which stands for what the file does not say.
    line: u64,
    /// The column as the file calls it; none for a whole row.
    column: Option<String>,
    /// Whether the product or row of this line was left out.
    refused: bool,
    code: String,
    detail: String,
}

impl From<ImportNote> for ImportNoteView {
    fn from(note: ImportNote) -> Self {
        Self {
            line: note.line,
            column: note.column,
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
    if extract::media_type(post.request.headers()) != "text/csv" {
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

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportNotesParams {
    /// Of this kind only.
    code: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What an import told, refusals first, by kind and line: of each kind the first 2,000, for 30 days.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ImportNotesParams), security(("seller" = [])),
    responses((status = 200, body = List<ImportNoteView>)))]
#[get("/seller/imports/{id}/notes")]
pub(crate) async fn import_notes(
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<ImportNotesParams>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let id = ImportId(path.into_inner());
    let found = state
        .catalog
        .import_notes(&caller.0, id, params.0.code, page)
        .await?;
    Ok(list::answer(&request, found.map(ImportNoteView::from)))
}

//! What sellers and operators take away of their money, composed of what the modules tell: where each earning
//! stands, a month's statement, the operations of a period, the sums of quarters. As tables for programs of
//! any kind; a person's own words are the pages'.

mod earnings;
mod exports;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use feira_kernel::Actor;
use feira_order::{FiscalFile, StoreOrderId};
use uuid::Uuid;

use crate::{error::Problem, state::AppState};

pub use earnings::{Coming, Sale, SaleFilter, Why, earnings};
pub use exports::{OperationsFile, Quarter, operations, quarter_rows, quarters};
pub use statement::{MonthlyStatement, StatementPaper, StatementRow, statement};

/// Rows of one file, which is made in memory: some 8 MB.
pub const MOST_ROWS: usize = 50_000;
/// Parts of which order tells the numbers at once.
const NUMBERS: usize = 500;

/// A file to keep, whose name is plain.
pub fn download(name: &str, kind: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .body(body)
}

/// The file of a fiscal document, under its access key.
pub fn fiscal_download(file: FiscalFile) -> HttpResponse {
    let ending = file.media_type.rsplit('/').next().unwrap_or_default();
    let name = format!("{}.{ending}", file.key);
    download(&name, &file.media_type, file.bytes)
}

/// Whether a file may have so many rows.
fn room(rows: usize) -> Result<(), Problem> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    let detail = format!("more than {MOST_ROWS} rows: ask for a shorter period");
    let code = "request.too_many_rows";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail))
}

/// The numbers of parts of orders, by id.
async fn numbers(
    state: &AppState,
    actor: &Actor,
    parts: impl Iterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>, Problem> {
    let parts: BTreeSet<Uuid> = parts.collect();
    let parts: Vec<StoreOrderId> = parts.into_iter().map(StoreOrderId).collect();
    let mut all = BTreeMap::new();
    for some in parts.chunks(NUMBERS) {
        let told = state.orders.store_order_numbers(actor, some.to_vec());
        let told = told.await?.into_iter();
        all.extend(told.map(|one| (one.id.0, one.number)));
    }
    Ok(all)
}

//! The product CSV that Shopify exports: rows with one Handle are one product; the first row has
//! its texts and the names of its options, every row may be a variant, an image, or both. A file
//! may have some of the columns only.

mod rows;
mod variant;

use csv::{ReaderBuilder, Trim};
use feira_kernel::Currency;

use super::{Imported, Notes, Parsed, html, note};
use crate::{CatalogError, ProductStatus, validate::MAX_OPTIONS};
use rows::{Columns, Row, group};
use variant::{is_variant, variant};

const MAX_DESCRIPTION: usize = 20_000;
const MAX_TAGS: usize = 20;

/// What is wrong with a product: code and sentence.
type Refusal = (u64, &'static str, String);

pub(super) fn parse(text: &str, currency: Currency) -> Result<Parsed, CatalogError> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(bad)?;
    let columns = Columns(
        headers
            .iter()
            .enumerate()
            .map(|(place, name)| (name.to_owned(), place))
            .collect(),
    );
    if !columns.0.contains_key("Handle") {
        return Err(bad("the first line has no column \"Handle\""));
    }
    let mut parsed = Parsed::default();
    for rows in group(text, &mut reader, &columns, &mut parsed.notes)? {
        match product(&columns, &rows, currency, &mut parsed.notes) {
            Ok(imported) => parsed.products.push(imported),
            Err((line, code, detail)) => parsed.notes.push(note(line, true, code, detail)),
        }
    }
    Ok(parsed)
}

fn bad(error: impl std::fmt::Display) -> CatalogError {
    CatalogError::BadImport(error.to_string())
}

fn product(
    columns: &Columns,
    rows: &[Row],
    currency: Currency,
    notes: &mut Notes,
) -> Result<Imported, Refusal> {
    let Some(first) = rows.first() else {
        return Err((0, "no_rows", "there is no row".to_owned()));
    };
    for row in rows
        .iter()
        .filter(|r| !columns.get(r, "Image Src").is_empty())
    {
        let detail = "images are not fetched from other sites; upload the file instead";
        notes.push(note(row.line, false, "image_not_fetched", detail));
    }
    let options = option_names(columns, first);
    let mut variants = Vec::new();
    for row in rows {
        if is_variant(columns, row) || std::ptr::eq(row, first) {
            variants.push(variant(columns, row, options.as_deref(), currency)?);
        }
    }
    if variants.len() > 1 {
        variants.retain(|variant| !variant.bare);
    }
    let handle = columns.get(first, "Handle");
    Ok(Imported {
        line: first.line,
        key: format!("shopify:{handle}"),
        handle: handle.to_owned(),
        name: columns.filled(first, "Title"),
        description: description(columns, first, notes),
        kind: columns.optional(first, "Type"),
        brand: columns.optional(first, "Vendor"),
        tags: tags(columns, first, notes),
        status: status(columns, first)?,
        variants,
    })
}

/// Only the first row names the options; `Title` alone stands for none.
fn option_names(columns: &Columns, first: &Row) -> Option<Vec<String>> {
    columns.given(first, "Option1 Name")?;
    let names: Vec<String> = (1..=MAX_OPTIONS)
        .map(|n| columns.get(first, &format!("Option{n} Name")).to_owned())
        .take_while(|name| !name.is_empty())
        .collect();
    let value = columns.get(first, "Option1 Value");
    if names.len() == 1 && names[0] == "Title" && matches!(value, "Default Title" | "") {
        return Some(Vec::new());
    }
    Some(names)
}

fn description(columns: &Columns, first: &Row, notes: &mut Notes) -> Option<String> {
    let text = html::text(columns.given(first, "Body (HTML)")?);
    if text.chars().count() <= MAX_DESCRIPTION {
        return Some(text);
    }
    let detail = format!("the description was cut to {MAX_DESCRIPTION} characters");
    notes.push(note(first.line, false, "description_cut", detail));
    Some(text.chars().take(MAX_DESCRIPTION).collect())
}

fn tags(columns: &Columns, first: &Row, notes: &mut Notes) -> Option<Vec<String>> {
    let all = columns.given(first, "Tags")?.split(',').map(str::trim);
    let mut tags: Vec<String> = all.filter(|t| !t.is_empty()).map(str::to_owned).collect();
    if tags.len() > MAX_TAGS {
        tags.truncate(MAX_TAGS);
        let detail = format!("only the first {MAX_TAGS} tags were taken");
        notes.push(note(first.line, false, "tags_cut", detail));
    }
    Some(tags)
}

/// What Status says, unless Published hides it; neither says anything when empty.
fn status(columns: &Columns, first: &Row) -> Result<Option<ProductStatus>, Refusal> {
    let published = columns.get(first, "Published");
    let hidden = published.eq_ignore_ascii_case("false");
    let status = columns.get(first, "Status").to_lowercase();
    match status.as_str() {
        "archived" => Ok(Some(ProductStatus::Archived)),
        "draft" => Ok(Some(ProductStatus::Draft)),
        "" | "active" if hidden => Ok(Some(ProductStatus::Draft)),
        "" if published.is_empty() => Ok(None),
        "" | "active" => Ok(Some(ProductStatus::Active)),
        other => {
            let detail = format!("the status {other:?} is not active, draft or archived");
            Err((first.line, "bad_status", detail))
        }
    }
}

#[cfg(test)]
#[path = "shopify_tests.rs"]
mod tests;

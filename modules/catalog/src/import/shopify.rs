//! The product CSV of Shopify, by the template of its exports or by the newer one: rows with one
//! handle are one product; the first row has its texts and the names of its options, every row may be
//! a variant, an image, or both. A file may have some of the columns only.

mod columns;
mod rows;
mod variant;

use std::{collections::BTreeMap, sync::Arc};

use feira_files::csv_text;
use feira_kernel::Currency;

use super::{Headers, Imported, ImportedVariant, Notes, Parsed, bad, html, note};
use crate::{
    CatalogError, ImportNote, ProductStatus,
    field_codes::{BAD_STATUS, IMAGE_NOT_FETCHED, NO_ROWS, TAGS_CUT, TEXT_CUT, TEXTS_ONLY},
    validate::{MAX_BRAND, MAX_DESCRIPTION, MAX_NAME, MAX_SKU, MAX_TAG, MAX_TAGS},
};
use columns::{
    BODY, Column, Columns, HANDLE, IMAGE, OPTION_NAMES, OPTION_VALUES, PUBLISHED, Row, SKU, STATUS,
    TAGS, TITLE, TYPE, VENDOR,
};
use rows::{MAX_ROWS, group};
use variant::{is_variant, variant};

/// The text is cleaned; `raw` is how it came.
pub(super) fn parse(text: &str, raw: &str, currency: Currency) -> Result<Parsed, CatalogError> {
    let separator = csv_text::separator(text, |name| columns::known(name).is_some());
    csv_text::check_quotes(text, separator).map_err(bad)?;
    let mut reader = csv_text::reader(text, separator);
    let headers = reader.headers().map_err(bad)?.clone();
    let columns = Columns::of(headers, separator == b';');
    if !columns.has(HANDLE) {
        return Err(bad(
            "its first line has no column \"Handle\" or \"URL handle\"; the known format is shopify: \
             the CSV that Shopify exports, or its newer template, separated by comma, semicolon or tab",
        ));
    }
    let headers = Arc::new(columns.headers());
    let mut parsed = Parsed {
        earlier_keys: earlier_keys(text, raw),
        ..Parsed::default()
    };
    for rows in group(text, &mut reader, &columns, &mut parsed.notes)? {
        let mut product = Product {
            columns: &columns,
            currency,
            notes: &mut parsed.notes,
        };
        match product.read(&rows, &headers) {
            Ok(imported) => parsed.products.push(imported),
            Err(refusal) => parsed.notes.push(refusal),
        }
    }
    Ok(parsed)
}

fn key(handle: &str) -> String {
    format!("shopify:{handle}")
}

fn earlier_keys(text: &str, raw: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    if text == raw {
        return keys;
    }
    let (handles, earlier) = (handles(text), handles(raw));
    // Else it is not known which is which.
    if handles.len() == earlier.len() {
        for (handle, earlier) in handles.iter().zip(&earlier) {
            if handle != earlier {
                keys.entry(key(handle)).or_insert_with(|| key(earlier));
            }
        }
    }
    keys
}

/// Of each row.
fn handles(text: &str) -> Vec<String> {
    let separator = csv_text::separator(text, |name| columns::known(name).is_some());
    let mut reader = csv_text::reader(text, separator);
    let headers = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::of(headers, false);
    let records = reader
        .records()
        .take(MAX_ROWS)
        .map(Result::unwrap_or_default);
    let rows = records.map(|record| Row { line: 0, record });
    rows.map(|row| columns.get(&row, HANDLE).to_owned())
        .collect()
}

/// One product while it is read.
struct Product<'a> {
    columns: &'a Columns,
    currency: Currency,
    notes: &'a mut Notes,
}

impl Product<'_> {
    /// Or why it is refused.
    fn read(&mut self, rows: &[Row], headers: &Arc<Headers>) -> Result<Imported, ImportNote> {
        let columns = self.columns;
        let Some(first) = rows.first() else {
            return Err(note(0, true, NO_ROWS, "there is no row"));
        };
        let images = rows.iter().filter(|r| !columns.get(r, IMAGE).is_empty());
        for row in images {
            let detail = "images are not fetched from other sites; upload the file instead";
            let note = note(row.line, false, IMAGE_NOT_FETCHED, detail);
            self.notes.push(note.at(columns.header(IMAGE)));
        }
        let options = option_names(columns, rows);
        let variants = self.variants(rows, options.as_deref())?;
        let handle = columns.get(first, HANDLE);
        Ok(Imported {
            line: first.line,
            headers: headers.clone(),
            key: key(handle),
            handle: handle.to_owned(),
            name: self.text(first, TITLE, MAX_NAME),
            description: self.description(first),
            kind: columns.optional(first, TYPE),
            brand: columns
                .given(first, VENDOR)
                .map(|_| self.text(first, VENDOR, MAX_BRAND)),
            tags: self.tags(first),
            status: status(columns, first)?,
            variants,
        })
    }

    /// Of the first row and of all others that are one. Where the first has no value for any option, and
    /// others are variants, it has the product's texts alone.
    fn variants(
        &mut self,
        rows: &[Row],
        options: Option<&[String]>,
    ) -> Result<Vec<ImportedVariant>, ImportNote> {
        let columns = self.columns;
        let chosen = |row: &Row| {
            OPTION_VALUES
                .iter()
                .any(|c| !columns.get(row, c).is_empty())
        };
        let has_options = options.is_some_and(|names| !names.is_empty());
        let others = rows.iter().skip(1).any(|row| is_variant(columns, row));
        let mut variants = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let filled = is_variant(columns, row);
            if place == 0 && has_options && others && !chosen(row) {
                if filled {
                    let detail = "the first row has no value for an option: it was taken for the \
                                  product's texts, and no variant was made of it";
                    let column = columns.header(OPTION_VALUES[0]);
                    self.notes
                        .push(note(row.line, false, TEXTS_ONLY, detail).at(column));
                }
                continue;
            }
            if place > 0 && !filled {
                continue;
            }
            let mut variant = variant(columns, row, options, self.currency)?;
            if let Some(sku) = variant.sku.take() {
                variant.sku = Some(self.cut(sku, MAX_SKU, row.line, SKU));
            }
            variants.push(variant);
        }
        if variants.len() > 1 {
            variants.retain(|variant| !variant.bare);
        }
        Ok(variants)
    }

    /// The text of a column, if there is any.
    fn text(&mut self, row: &Row, column: Column, most: usize) -> Option<String> {
        let text = self.columns.filled(row, column)?;
        Some(self.cut(text, most, row.line, column))
    }

    fn cut(&mut self, mut text: String, most: usize, line: u64, column: Column) -> String {
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
            text.truncate(text.trim_end().len());
            let header = self.columns.header(column);
            let detail = format!("{header} was cut to {most} characters");
            self.notes
                .push(note(line, false, TEXT_CUT, detail).at(header));
        }
        text
    }

    fn description(&mut self, first: &Row) -> Option<String> {
        let text = html::text(self.columns.given(first, BODY)?);
        Some(self.cut(text, MAX_DESCRIPTION, first.line, BODY))
    }

    fn tags(&mut self, first: &Row) -> Option<Vec<String>> {
        let all = self.columns.given(first, TAGS)?.split(',').map(str::trim);
        let mut tags: Vec<String> = all.filter(|t| !t.is_empty()).map(str::to_owned).collect();
        if tags.len() > MAX_TAGS {
            tags.truncate(MAX_TAGS);
            let detail = format!("only the first {MAX_TAGS} tags were taken");
            let header = self.columns.header(TAGS);
            self.notes
                .push(note(first.line, false, TAGS_CUT, detail).at(header));
        }
        let tags = tags
            .into_iter()
            .map(|tag| self.cut(tag, MAX_TAG, first.line, TAGS));
        Some(tags.collect())
    }
}

/// Only the first row names the options; `Title` alone, of which no row has a value of its own, stands
/// for none.
fn option_names(columns: &Columns, rows: &[Row]) -> Option<Vec<String>> {
    let first = rows.first()?;
    columns.given(first, OPTION_NAMES[0])?;
    let names: Vec<String> = OPTION_NAMES
        .iter()
        .map(|column| columns.get(first, column).to_owned())
        .take_while(|name| !name.is_empty())
        .collect();
    let by_default = |row: &Row| matches!(columns.get(row, OPTION_VALUES[0]), "Default Title" | "");
    if names.len() == 1 && names[0] == "Title" && rows.iter().all(by_default) {
        return Some(Vec::new());
    }
    Some(names)
}

/// What Status says, unless Published hides it; neither says anything when empty.
fn status(columns: &Columns, first: &Row) -> Result<Option<ProductStatus>, ImportNote> {
    let published = columns.get(first, PUBLISHED);
    let hidden = published.eq_ignore_ascii_case("false");
    let status = columns.get(first, STATUS).to_lowercase();
    match status.as_str() {
        "archived" => Ok(Some(ProductStatus::Archived)),
        "draft" => Ok(Some(ProductStatus::Draft)),
        "" | "active" if hidden => Ok(Some(ProductStatus::Draft)),
        "" if published.is_empty() => Ok(None),
        "" | "active" => Ok(Some(ProductStatus::Active)),
        other => {
            let detail = format!("the status {other:?} is not active, draft or archived");
            let refused = note(first.line, true, BAD_STATUS, detail);
            Err(refused.at(columns.header(STATUS)))
        }
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod template_tests;
#[cfg(test)]
#[path = "shopify_tests.rs"]
mod tests;

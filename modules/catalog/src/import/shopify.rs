//! The product CSV that Shopify exports: rows with one Handle are one product; the first row has
//! its texts and the names of its options, every row may be a variant, an image, or both.

use std::collections::{HashMap, HashSet};

use csv::{ReaderBuilder, StringRecord, Trim};
use feira_kernel::{Currency, Money};

use super::{Imported, Parsed, html, note};
use crate::{
    CatalogError, ImportNote, NewProduct, NewVariant, OptionValue, ProductStatus,
    validate::{MAX_OPTIONS, MAX_QUANTITY},
};

const MAX_ROWS: usize = 50_000;
const REQUIRED: [&str; 3] = ["Handle", "Title", "Variant Price"];
const MAX_DESCRIPTION: usize = 20_000;
const MAX_TAGS: usize = 20;

/// What is wrong with a product: code and sentence.
type Refusal = (u64, &'static str, String);

struct Columns(HashMap<String, usize>);

/// One row with its line.
struct Row {
    line: u64,
    record: StringRecord,
}

impl Columns {
    fn get<'a>(&self, row: &'a Row, name: &str) -> &'a str {
        let place = self.0.get(name).copied();
        place.and_then(|i| row.record.get(i)).unwrap_or_default()
    }
}

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
    if let Some(missing) = REQUIRED.iter().find(|name| !columns.0.contains_key(**name)) {
        return Err(CatalogError::BadImport(format!(
            "the first line has no column {missing:?}"
        )));
    }
    let mut parsed = Parsed::default();
    let groups = group(text, &mut reader, &columns, &mut parsed.notes)?;
    let mut skus = HashSet::new();
    for rows in groups {
        match product(&columns, &rows, currency, &mut parsed.notes, &mut skus) {
            Ok(imported) => parsed.products.push(imported),
            Err((line, code, detail)) => parsed.notes.push(note(line, true, code, detail)),
        }
    }
    Ok(parsed)
}

fn bad(error: impl std::fmt::Display) -> CatalogError {
    CatalogError::BadImport(error.to_string())
}

/// Counts lines as an editor does; the reader's own count is off by one after CRLF.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that starts at or after the byte; records come in order.
    fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.counted) {
            if self.counted >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

/// Rows by handle, in the order in which the handles come.
fn group(
    text: &str,
    reader: &mut csv::Reader<&[u8]>,
    columns: &Columns,
    notes: &mut Vec<ImportNote>,
) -> Result<Vec<Vec<Row>>, CatalogError> {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lines = Lines::new(text);
    for (count, record) in reader.records().enumerate() {
        if count >= MAX_ROWS {
            return Err(bad(format!("at most {MAX_ROWS} rows")));
        }
        let record = record.map_err(bad)?;
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let row = Row { line, record };
        let handle = columns.get(&row, "Handle").to_owned();
        if handle.is_empty() {
            if row.record.iter().any(|field| !field.is_empty()) {
                let detail = "the row has no Handle, so it belongs to no product";
                notes.push(note(line, true, "no_handle", detail));
            }
            continue;
        }
        let place = *places.entry(handle).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(row);
    }
    Ok(groups)
}

fn product(
    columns: &Columns,
    rows: &[Row],
    currency: Currency,
    notes: &mut Vec<ImportNote>,
    skus: &mut HashSet<String>,
) -> Result<Imported, Refusal> {
    let Some(first) = rows.first() else {
        return Err((0, "no_rows", "there is no row".to_owned()));
    };
    let handle = columns.get(first, "Handle");
    let title = columns.get(first, "Title");
    if title.is_empty() {
        let detail = format!("the first row of {handle:?} has no Title");
        return Err((first.line, "no_title", detail));
    }
    for row in rows
        .iter()
        .filter(|r| !columns.get(r, "Image Src").is_empty())
    {
        let detail = "images are not fetched from other sites; upload the file instead";
        notes.push(note(row.line, false, "image_not_fetched", detail));
    }
    let options = option_names(columns, first);
    let mut variants = Vec::new();
    let mut counted = Vec::new();
    for row in rows {
        let is_variant = ["Option1 Value", "Variant Price", "Variant SKU"]
            .iter()
            .any(|column| !columns.get(row, column).is_empty());
        if is_variant || std::ptr::eq(row, first) {
            let number = variants.len() + 1;
            let (variant, count) = variant(columns, row, &options, number, currency, notes)?;
            if let Some(sku) = &variant.sku
                && !skus.insert(sku.clone())
            {
                let detail = format!("the SKU {sku:?} comes twice in this file");
                return Err((row.line, "duplicate_sku", detail));
            }
            variants.push(variant);
            counted.push(count);
        }
    }
    let text = |column| {
        let text = columns.get(first, column);
        (!text.is_empty()).then(|| text.to_owned())
    };
    Ok(Imported {
        line: first.line,
        kind: text("Type"),
        counted,
        product: NewProduct {
            key: Some(format!("shopify:{handle}")),
            name: title.to_owned(),
            description: description(columns, first, notes),
            category: None,
            brand: text("Vendor"),
            tags: tags(columns, first, notes),
            status: status(columns, first)?,
            variants,
        },
    })
}

/// Only the first row names the options; `Title` alone stands for none.
fn option_names(columns: &Columns, first: &Row) -> Vec<String> {
    let names: Vec<String> = (1..=MAX_OPTIONS)
        .map(|n| columns.get(first, &format!("Option{n} Name")).to_owned())
        .take_while(|name| !name.is_empty())
        .collect();
    let value = columns.get(first, "Option1 Value");
    if names.len() == 1 && names[0] == "Title" && matches!(value, "Default Title" | "") {
        return Vec::new();
    }
    names
}

fn variant(
    columns: &Columns,
    row: &Row,
    names: &[String],
    number: usize,
    currency: Currency,
    notes: &mut Vec<ImportNote>,
) -> Result<(NewVariant, bool), Refusal> {
    let mut options = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let value = columns.get(row, &format!("Option{} Value", index + 1));
        if value.is_empty() {
            let detail = format!("the variant has no value for the option {name:?}");
            return Err((row.line, "no_option_value", detail));
        }
        options.push(OptionValue {
            name: name.clone(),
            value: value.to_owned(),
        });
    }
    let price = price(columns, row, "Variant Price", currency)?.ok_or_else(|| {
        let detail = "the variant has no Variant Price".to_owned();
        (row.line, "no_price", detail)
    })?;
    let mut compare_at = price_above(columns, row, currency)?;
    if compare_at.is_some_and(|c| c.amount() <= price.amount()) {
        compare_at = None;
        let detail = "the compare-at price is not above the price; it was left out";
        notes.push(note(row.line, false, "compare_at", detail));
    }
    let quantity = quantity(columns, row, notes)?;
    // A quote before digits is how spreadsheets are kept from rounding them.
    let code = |column| columns.get(row, column).trim_start_matches('\'').to_owned();
    let handle = columns.get(row, "Handle");
    let sku = Some(code("Variant SKU")).filter(|sku| !sku.is_empty());
    let made_up = || {
        let handle: String = handle.chars().take(56).collect();
        format!("{handle}-{number}")
    };
    let variant = NewVariant {
        sku: Some(sku.unwrap_or_else(made_up)),
        options,
        price,
        compare_at,
        weight_grams: weight(columns, row)?,
        barcode: Some(code("Variant Barcode")).filter(|code| !code.is_empty()),
        quantity: quantity.unwrap_or(0),
    };
    Ok((variant, quantity.is_some()))
}

fn price(
    columns: &Columns,
    row: &Row,
    column: &str,
    currency: Currency,
) -> Result<Option<Money>, Refusal> {
    let text = columns.get(row, column);
    if text.is_empty() {
        return Ok(None);
    }
    Money::parse(text, currency)
        .map(Some)
        .map_err(|e| (row.line, "bad_price", format!("{column} {text:?}: {e}")))
}

/// An empty or zero compare-at price says that there is none.
fn price_above(columns: &Columns, row: &Row, currency: Currency) -> Result<Option<Money>, Refusal> {
    let found = price(columns, row, "Variant Compare At Price", currency)?;
    Ok(found.filter(|price| !price.is_zero()))
}

fn weight(columns: &Columns, row: &Row) -> Result<u32, Refusal> {
    let text = columns.get(row, "Variant Grams");
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if text.is_empty() {
        return Ok(0);
    }
    whole.parse().map_err(|_| {
        let detail = format!("Variant Grams {text:?} is not a number of grams");
        (row.line, "bad_weight", detail)
    })
}

fn quantity(
    columns: &Columns,
    row: &Row,
    notes: &mut Vec<ImportNote>,
) -> Result<Option<u32>, Refusal> {
    let text = columns.get(row, "Variant Inventory Qty");
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(negative) if negative < 0 => {
            let detail = format!("a quantity of {negative} was taken as 0");
            notes.push(note(row.line, false, "negative_quantity", detail));
            Ok(Some(0))
        }
        Ok(number) if number <= i64::from(MAX_QUANTITY) => Ok(u32::try_from(number).ok()),
        _ => {
            let detail = format!("Variant Inventory Qty {text:?} is not from 0 to {MAX_QUANTITY}");
            Err((row.line, "bad_quantity", detail))
        }
    }
}

fn description(columns: &Columns, first: &Row, notes: &mut Vec<ImportNote>) -> String {
    let text = html::text(columns.get(first, "Body (HTML)"));
    if text.chars().count() <= MAX_DESCRIPTION {
        return text;
    }
    let detail = format!("the description was cut to {MAX_DESCRIPTION} characters");
    notes.push(note(first.line, false, "description_cut", detail));
    text.chars().take(MAX_DESCRIPTION).collect()
}

fn tags(columns: &Columns, first: &Row, notes: &mut Vec<ImportNote>) -> Vec<String> {
    let all = columns.get(first, "Tags").split(',').map(str::trim);
    let mut tags: Vec<String> = all.filter(|t| !t.is_empty()).map(str::to_owned).collect();
    if tags.len() > MAX_TAGS {
        tags.truncate(MAX_TAGS);
        let detail = format!("only the first {MAX_TAGS} tags were taken");
        notes.push(note(first.line, false, "tags_cut", detail));
    }
    tags
}

fn status(columns: &Columns, first: &Row) -> Result<ProductStatus, Refusal> {
    let published = !columns
        .get(first, "Published")
        .eq_ignore_ascii_case("false");
    let status = columns.get(first, "Status").to_lowercase();
    match status.as_str() {
        "archived" => Ok(ProductStatus::Archived),
        "draft" => Ok(ProductStatus::Draft),
        "" | "active" if published => Ok(ProductStatus::Active),
        "" | "active" => Ok(ProductStatus::Draft),
        other => {
            let detail = format!("the status {other:?} is not active, draft or archived");
            Err((first.line, "bad_status", detail))
        }
    }
}

#[cfg(test)]
#[path = "shopify_tests.rs"]
mod tests;

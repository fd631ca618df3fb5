//! The columns of a row that make a variant.

use feira_kernel::{Currency, Money};

use super::{Columns, Refusal, Row};
use crate::{
    OptionValue,
    import::{ImportedStock, ImportedVariant},
    validate::{MAX_QUANTITY, stock::LOWEST_LEVEL},
};

/// What only a variant has. Exports fill one of the first four in each row that is one.
const FIELDS: &[&str] = &[
    "Option1 Value",
    "Variant Price",
    "Variant SKU",
    QUANTITY,
    COMPARE_AT,
    "Variant Grams",
    "Variant Barcode",
    TRACKER,
    POLICY,
];
const QUANTITY: &str = "Variant Inventory Qty";
const COMPARE_AT: &str = "Variant Compare At Price";
const TRACKER: &str = "Variant Inventory Tracker";
const POLICY: &str = "Variant Inventory Policy";

pub(super) fn is_variant(columns: &Columns, row: &Row) -> bool {
    let filled = |name: &&str| !columns.get(row, name).is_empty();
    FIELDS[..4].iter().any(filled)
}

/// What a row says of a variant.
pub(super) fn variant(
    columns: &Columns,
    row: &Row,
    names: Option<&[String]>,
    currency: Currency,
) -> Result<ImportedVariant, Refusal> {
    let options = names
        .map(|names| options(columns, row, names))
        .transpose()?;
    // An empty or zero compare-at price says that there is none.
    let compare_at = price(columns, row, COMPARE_AT, currency)?.filter(|price| !price.is_zero());
    // A quote before digits is how spreadsheets are kept from rounding them.
    let code = |text: String| text.trim_start_matches('\'').to_owned();
    let sku = columns.filled(row, "Variant SKU").map(code);
    let barcode = columns.optional(row, "Variant Barcode");
    Ok(ImportedVariant {
        line: row.line,
        options,
        sku: sku.filter(|sku| !sku.is_empty()),
        price: price(columns, row, "Variant Price", currency)?,
        compare_at: columns.given(row, COMPARE_AT).map(|_| compare_at),
        weight_grams: weight(columns, row)?,
        barcode: barcode.map(|text| text.map(code).filter(|code| !code.is_empty())),
        stock: stock(columns, row)?,
        bare: FIELDS.iter().all(|name| columns.get(row, name).is_empty()),
    })
}

fn options(columns: &Columns, row: &Row, names: &[String]) -> Result<Vec<OptionValue>, Refusal> {
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
    Ok(options)
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

fn weight(columns: &Columns, row: &Row) -> Result<Option<u32>, Refusal> {
    let Some(text) = columns.given(row, "Variant Grams") else {
        return Ok(None);
    };
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if text.is_empty() {
        return Ok(Some(0));
    }
    whole.parse().map(Some).map_err(|_| {
        let detail = format!("Variant Grams {text:?} is not a number of grams");
        (row.line, "bad_weight", detail)
    })
}

/// A tracker's name says that somebody counts, and so does a quantity where no column of trackers
/// says otherwise.
fn stock(columns: &Columns, row: &Row) -> Result<ImportedStock, Refusal> {
    let quantity = quantity(columns, row)?;
    let tracker = columns.given(row, TRACKER);
    let policy = columns.get(row, POLICY).to_lowercase();
    let oversell = match policy.as_str() {
        "" => None,
        "continue" => Some(true),
        "deny" => Some(false),
        other => {
            let detail = format!("{POLICY} {other:?} is not deny or continue");
            return Err((row.line, "bad_inventory_policy", detail));
        }
    };
    Ok(ImportedStock {
        column: columns.given(row, QUANTITY).is_some(),
        quantity,
        tracked: tracker
            .map(|name| !name.is_empty())
            .or_else(|| quantity.map(|_| true)),
        oversell,
    })
}

/// Exports say less than nothing of what was sold on below zero.
fn quantity(columns: &Columns, row: &Row) -> Result<Option<i32>, Refusal> {
    let text = columns.get(row, QUANTITY);
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i32>() {
        Ok(number) if number >= LOWEST_LEVEL && i64::from(number) <= i64::from(MAX_QUANTITY) => {
            Ok(Some(number))
        }
        _ => {
            let detail =
                format!("{QUANTITY} {text:?} is not from {LOWEST_LEVEL} to {MAX_QUANTITY}");
            Err((row.line, "bad_quantity", detail))
        }
    }
}

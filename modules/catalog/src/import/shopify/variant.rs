//! The columns of a row that make a variant.

use feira_kernel::{Currency, FieldCode, Money};

use super::columns::{
    BARCODE, COMPARE_AT, Column, Columns, GRAMS, OPTION_VALUES, POLICY, PRICE, QUANTITY, Row, SKU,
    TRACKER,
};
use crate::{
    ImportNote, OptionValue,
    field_codes::{BAD_INVENTORY_POLICY, BAD_PRICE, BAD_QUANTITY, BAD_WEIGHT, NO_OPTION_VALUE},
    import::{ImportedStock, ImportedVariant, note},
    validate::{MAX_QUANTITY, stock::LOWEST_LEVEL},
};

/// What only a variant has. Exports fill one of the first four in each row that is one.
const FIELDS: [Column; 9] = [
    OPTION_VALUES[0],
    PRICE,
    SKU,
    QUANTITY,
    COMPARE_AT,
    GRAMS,
    BARCODE,
    TRACKER,
    POLICY,
];

pub(super) fn is_variant(columns: &Columns, row: &Row) -> bool {
    let mut fields = FIELDS[..4].iter();
    fields.any(|column| !columns.get(row, column).is_empty())
}

/// The refusal of a row for what stands in a column.
fn refusal(
    columns: &Columns,
    row: &Row,
    column: Column,
    code: FieldCode,
    what: &str,
) -> ImportNote {
    let text = columns.get(row, column);
    note(row.line, true, code, format!("{text:?}: {what}")).at(columns.header(column))
}

/// What a row says of a variant.
pub(super) fn variant(
    columns: &Columns,
    row: &Row,
    names: Option<&[String]>,
    currency: Currency,
) -> Result<ImportedVariant, ImportNote> {
    let options = names
        .map(|names| options(columns, row, names))
        .transpose()?;
    // An empty or zero compare-at price says that there is none.
    let compare_at = price(columns, row, COMPARE_AT, currency)?.filter(|price| !price.is_zero());
    // A quote before digits is how spreadsheets are kept from rounding them.
    let code = |text: String| text.trim_start_matches('\'').to_owned();
    let sku = columns.filled(row, SKU).map(code);
    let barcode = columns.optional(row, BARCODE);
    Ok(ImportedVariant {
        line: row.line,
        options,
        sku: sku.filter(|sku| !sku.is_empty()),
        price: price(columns, row, PRICE, currency)?,
        compare_at: columns.given(row, COMPARE_AT).map(|_| compare_at),
        weight_grams: weight(columns, row)?,
        barcode: barcode.map(|text| text.map(code).filter(|code| !code.is_empty())),
        stock: stock(columns, row)?,
        bare: FIELDS
            .iter()
            .all(|column| columns.get(row, column).is_empty()),
    })
}

fn options(columns: &Columns, row: &Row, names: &[String]) -> Result<Vec<OptionValue>, ImportNote> {
    let mut options = Vec::with_capacity(names.len());
    for (name, column) in names.iter().zip(OPTION_VALUES) {
        let value = columns.get(row, column);
        if value.is_empty() {
            let what = format!("the variant has no value for the option {name:?}");
            let refused = note(row.line, true, NO_OPTION_VALUE, what);
            return Err(refused.at(columns.header(column)));
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
    column: Column,
    currency: Currency,
) -> Result<Option<Money>, ImportNote> {
    let text = columns.number(row, column);
    if text.is_empty() {
        return Ok(None);
    }
    let refused = |what: &str| refusal(columns, row, column, BAD_PRICE, what);
    let price = Money::parse(&text, currency).map_err(|e| refused(&e.to_string()))?;
    if price.is_negative() {
        return Err(refused("it is below zero"));
    }
    Ok(Some(price))
}

fn weight(columns: &Columns, row: &Row) -> Result<Option<u32>, ImportNote> {
    if columns.given(row, GRAMS).is_none() {
        return Ok(None);
    }
    let text = columns.number(row, GRAMS);
    if text.is_empty() {
        return Ok(Some(0));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((&*text, ""));
    let grams = whole.parse().ok();
    let grams = grams.filter(|_| decimals.bytes().all(|byte| byte.is_ascii_digit()));
    let what = "it is not a number of grams";
    let refused = || refusal(columns, row, GRAMS, BAD_WEIGHT, what);
    grams.map(Some).ok_or_else(refused)
}

/// A tracker's name says that somebody counts, and so does a quantity where no column of trackers
/// says otherwise.
fn stock(columns: &Columns, row: &Row) -> Result<ImportedStock, ImportNote> {
    let quantity = quantity(columns, row)?;
    let tracker = columns.given(row, TRACKER);
    let oversell = match columns.get(row, POLICY).to_lowercase().as_str() {
        "" => None,
        "continue" | "true" => Some(true),
        "deny" | "false" => Some(false),
        _ => {
            let what = "it is not deny or continue";
            return Err(refusal(columns, row, POLICY, BAD_INVENTORY_POLICY, what));
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
fn quantity(columns: &Columns, row: &Row) -> Result<Option<i32>, ImportNote> {
    let text = columns.get(row, QUANTITY);
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i32>() {
        Ok(number) if number >= LOWEST_LEVEL && i64::from(number) <= i64::from(MAX_QUANTITY) => {
            Ok(Some(number))
        }
        _ => {
            let what = format!("it is not from {LOWEST_LEVEL} to {MAX_QUANTITY}");
            Err(refusal(columns, row, QUANTITY, BAD_QUANTITY, &what))
        }
    }
}

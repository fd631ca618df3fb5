//! The columns of a row that make a variant.

use feira_kernel::{Currency, Money};

use super::{Columns, Refusal, Row};
use crate::{
    ImportNote, NewVariant, OptionValue, StockPolicy, import::note, validate::MAX_QUANTITY,
};

/// The variant that a row tells of, and whether it says how many there are.
pub(super) fn variant(
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
        stock_policy: StockPolicy::default(),
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

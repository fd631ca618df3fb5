//! What a row of a file means for a variant.

use feira_kernel::Money;

use super::{Import, Rollback, refused, report::ProductResult};
use crate::{
    CatalogError, NewVariant, OptionValue,
    StockPolicy::{self, Continue, Counted, NotCounted},
    VariantChange,
    field_codes::{COMPARE_AT_LEFT_OUT, NEGATIVE_QUANTITY, NO_PRICE, UNKNOWN_VARIANT},
    import::{Headers, Imported, ImportedStock, ImportedVariant, Notes, note},
    service::{parse, product::VariantRow},
};

/// A stored variant, and what a row changes of it.
pub(super) struct Existing<'a> {
    pub(super) row: &'a ImportedVariant,
    pub(super) old: &'a VariantRow,
    pub(super) change: VariantChange,
    /// How it was counted, and how it will be.
    pub(super) policies: (StockPolicy, StockPolicy),
    /// The new count, if the file says something new.
    pub(super) quantity: Option<i32>,
}

/// Whether a row of the file means the known variant at this place.
type Same<'a> = dyn Fn(&ImportedVariant, usize) -> bool + 'a;

/// The stored variant that each row means: that of the same options, else that of the same SKU,
/// else the only one there is. No variant is meant by two rows.
pub(super) fn matching<'a>(
    known: &'a [VariantRow],
    imported: &Imported,
) -> Result<Vec<Option<&'a VariantRow>>, Rollback> {
    let rows = &imported.variants;
    let options: Result<Vec<Vec<OptionValue>>, CatalogError> =
        known.iter().map(VariantRow::options).collect();
    let options = options?;
    let by_options =
        |row: &ImportedVariant, place: usize| row.options.as_ref() == Some(&options[place]);
    let by_sku = |row: &ImportedVariant, place: usize| row.sku.as_ref() == Some(&known[place].sku);
    // A variant without options may be given another SKU.
    let only = |row: &ImportedVariant, place: usize| {
        let alone = known.len() == 1 && rows.len() == 1 && row.options.is_none();
        alone && (row.sku.is_none() || options[place].is_empty())
    };
    let mut free = vec![true; known.len()];
    let mut found: Vec<Option<&'a VariantRow>> = vec![None; rows.len()];
    let ways: [&Same<'_>; 3] = [&by_options, &by_sku, &only];
    for same in ways {
        for (row, found) in rows.iter().zip(&mut found) {
            let mut places = 0..known.len();
            if found.is_none()
                && let Some(place) = places.find(|place| free[*place] && same(row, *place))
            {
                free[place] = false;
                *found = Some(&known[place]);
            }
        }
    }
    for (row, found) in rows.iter().zip(&found) {
        if found.is_none() && row.options.is_none() && !row.bare {
            let [name, value, sku] = ["option1_name", "option1", "sku"]
                .map(|field| imported.headers.of(field).unwrap_or_default());
            let detail = format!(
                "which variant is meant? give {name} and {value}, or a {sku} that the product has, \
                 each once"
            );
            return Err(refused(row.line, Some(sku), UNKNOWN_VARIANT, detail));
        }
    }
    Ok(found)
}

/// What is changed of a stored variant; what the file does not say stays.
pub(super) fn existing<'a>(
    row: &'a ImportedVariant,
    old: &'a VariantRow,
    import: &Import,
    headers: &Headers,
    taken: &mut ProductResult,
) -> Result<Existing<'a>, CatalogError> {
    let currency = import.currency;
    let price = match row.price {
        Some(price) => price,
        None => parse::money(old.price, currency)?,
    };
    let stored = old
        .compare_at
        .map(|amount| parse::money(amount, currency))
        .transpose()?;
    let compare_at = row.compare_at.unwrap_or(stored);
    let was = old.stock_policy;
    let policy = policy(row.stock, was);
    taken.assumed.not_counted += u32::from(policy == NotCounted && policy != was);
    // From now on other things are counted, or bounded, than when the file last said so.
    let anew = policy != was && (policy == Counted || was == NotCounted);
    let news = |quantity: &i32| anew || old.imported_quantity != Some(*quantity);
    Ok(Existing {
        row,
        old,
        change: VariantChange {
            price: row.price,
            compare_at: Some(above(
                row.line,
                compare_at,
                price,
                headers,
                &mut taken.notes,
            )),
            weight_grams: row.weight_grams,
            barcode: row.barcode.clone(),
            ..VariantChange::default()
        },
        policies: (was, policy),
        quantity: quantity(row, policy, headers, &mut taken.notes).filter(news),
    })
}

/// A variant that the store does not have yet; its SKU comes later.
pub(super) fn new_variant(
    row: &ImportedVariant,
    headers: &Headers,
    taken: &mut ProductResult,
) -> Result<NewVariant, Rollback> {
    let Some(price) = row.price else {
        let detail = "the variant is new, so it needs a price";
        return Err(refused(row.line, headers.of("price"), NO_PRICE, detail));
    };
    let stock = row.stock;
    let silent = !stock.column && stock.tracked.is_none() && stock.oversell.is_none();
    let stock_policy = if silent {
        NotCounted
    } else {
        policy(stock, Counted)
    };
    let unknown = stock_policy == Counted && stock.quantity.is_none();
    taken.assumed.not_counted += u32::from(stock_policy == NotCounted);
    taken.assumed.no_quantity += u32::from(unknown);
    let quantity = quantity(row, stock_policy, headers, &mut taken.notes).unwrap_or(0);
    Ok(NewVariant {
        sku: None,
        options: row.options.clone().unwrap_or_default(),
        price,
        compare_at: above(
            row.line,
            row.compare_at.flatten(),
            price,
            headers,
            &mut taken.notes,
        ),
        weight_grams: row.weight_grams.unwrap_or(0),
        barcode: row.barcode.clone().flatten(),
        // What is below zero is set once it is there.
        quantity: u32::try_from(quantity).unwrap_or(0),
        stock_policy,
    })
}

/// How the variant is counted by what the row says; what it does not say stays.
fn policy(stock: ImportedStock, was: StockPolicy) -> StockPolicy {
    match (stock.tracked, stock.oversell) {
        (Some(false), _) => NotCounted,
        (_, Some(true)) => Continue,
        (_, Some(false)) => Counted,
        (Some(true), None) if was == NotCounted => Counted,
        _ => was,
    }
}

/// What the row says is on hand of a variant that is counted so.
fn quantity(
    row: &ImportedVariant,
    policy: StockPolicy,
    headers: &Headers,
    notes: &mut Notes,
) -> Option<i32> {
    let said = row.stock.quantity?;
    match policy {
        NotCounted => None,
        Counted if said < 0 => {
            let detail = format!("a quantity of {said} was taken as 0");
            let told = note(row.line, false, NEGATIVE_QUANTITY, detail);
            notes.push(told.at(headers.of("quantity")));
            Some(0)
        }
        Counted | Continue => Some(said),
    }
}

/// The compare-at price, unless the price has reached it.
fn above(
    line: u64,
    compare_at: Option<Money>,
    price: Money,
    headers: &Headers,
    notes: &mut Notes,
) -> Option<Money> {
    if compare_at.is_some_and(|c| c.amount() <= price.amount()) {
        let detail = "the compare-at price is not above the price; it was left out";
        let told = note(line, false, COMPARE_AT_LEFT_OUT, detail);
        notes.push(told.at(headers.of("compare_at")));
        return None;
    }
    compare_at
}

//! What a row of a file means for a variant.

use feira_kernel::{Currency, Money};

use super::{Stop, refused, report::Taken};
use crate::{
    CatalogError, ImportNote, NewVariant, OptionValue, StockPolicy, VariantChange,
    import::{ImportedStock, ImportedVariant, note},
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
    pub(super) quantity: Option<u32>,
}

/// The stored variant that each row means: that of the same options, else that of the same SKU,
/// else the only one there is. No variant is meant by two rows.
pub(super) fn matching<'a>(
    known: &'a [VariantRow],
    rows: &[ImportedVariant],
) -> Result<Vec<Option<&'a VariantRow>>, Stop> {
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
    let ways: [&dyn Fn(&ImportedVariant, usize) -> bool; 3] = [&by_options, &by_sku, &only];
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
            let detail = "which variant is meant? give Option1 Name and Option1 Value, or a \
                          Variant SKU that the product has, each once";
            return Err(refused(row.line, "unknown_variant", detail));
        }
    }
    Ok(found)
}

/// What is changed of a stored variant; what the file does not say stays.
pub(super) fn existing<'a>(
    row: &'a ImportedVariant,
    old: &'a VariantRow,
    currency: Currency,
    taken: &mut Taken,
) -> Result<Existing<'a>, CatalogError> {
    let price = match row.price {
        Some(price) => price,
        None => parse::money(old.price, currency)?,
    };
    let stored = old
        .compare_at
        .map(|amount| parse::money(amount, currency))
        .transpose()?;
    let compare_at = row.compare_at.unwrap_or(stored);
    let was = parse::stock_policy(&old.stock_policy)?;
    let policy = if row.stock.column {
        policy(row.stock, was)
    } else {
        was
    };
    let counts = policy != StockPolicy::NotCounted;
    let left = !row.stock.column && (row.stock.tracked.is_some() || row.stock.oversell.is_some());
    taken.assumed.stock_left += u32::from(left);
    taken.assumed.not_counted += u32::from(!counts && policy != was);
    let news = |quantity: &u32| old.imported_quantity != i32::try_from(*quantity).ok();
    Ok(Existing {
        row,
        old,
        change: VariantChange {
            price: row.price,
            compare_at: Some(above(row.line, compare_at, price, &mut taken.notes)),
            weight_grams: row.weight_grams,
            barcode: row.barcode.clone(),
            ..VariantChange::default()
        },
        policies: (was, policy),
        quantity: row.stock.quantity.filter(|_| counts).filter(news),
    })
}

/// A variant that the store does not have yet; its SKU comes later.
pub(super) fn new_variant(row: &ImportedVariant, taken: &mut Taken) -> Result<NewVariant, Stop> {
    let Some(price) = row.price else {
        let detail = "the variant is new, so it needs a Variant Price";
        return Err(refused(row.line, "no_price", detail));
    };
    let silent = !row.stock.column && row.stock.tracked.is_none();
    let stock_policy = if silent {
        StockPolicy::NotCounted
    } else {
        policy(row.stock, StockPolicy::Counted)
    };
    let counts = stock_policy != StockPolicy::NotCounted;
    let unknown = stock_policy == StockPolicy::Counted && row.stock.quantity.is_none();
    taken.assumed.not_counted += u32::from(!counts);
    taken.assumed.no_quantity += u32::from(unknown);
    Ok(NewVariant {
        sku: None,
        options: row.options.clone().unwrap_or_default(),
        price,
        compare_at: above(row.line, row.compare_at.flatten(), price, &mut taken.notes),
        weight_grams: row.weight_grams.unwrap_or(0),
        barcode: row.barcode.clone().flatten(),
        quantity: row.stock.quantity.filter(|_| counts).unwrap_or(0),
        stock_policy,
    })
}

/// How the variant is counted by what the row says; what it does not say stays.
fn policy(stock: ImportedStock, was: StockPolicy) -> StockPolicy {
    match (stock.tracked, stock.oversell) {
        (Some(false), _) => StockPolicy::NotCounted,
        (_, Some(true)) => StockPolicy::Continue,
        (_, Some(false)) => StockPolicy::Counted,
        (Some(true), None) if was == StockPolicy::NotCounted => StockPolicy::Counted,
        _ => was,
    }
}

/// The compare-at price, unless the price has reached it.
fn above(
    line: u64,
    compare_at: Option<Money>,
    price: Money,
    notes: &mut Vec<ImportNote>,
) -> Option<Money> {
    if compare_at.is_some_and(|c| c.amount() <= price.amount()) {
        let detail = "the compare-at price is not above the price; it was left out";
        notes.push(note(line, false, "compare_at", detail));
        return None;
    }
    compare_at
}

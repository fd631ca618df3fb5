//! A file may leave the price of a product for later: it is a draft until then.

use feira_kernel::{Currency, Money};

use super::report::ProductResult;
use crate::{
    ProductStatus,
    field_codes::PRICE_OF_ZERO,
    import::{Imported, note},
    service::product::VariantRow,
    validate::Prices,
};

/// The line of a variant that would then have a price of 0: nothing is sold for that.
pub(super) fn free_of_charge(
    imported: &Imported,
    found: &[Option<&VariantRow>],
    known: &[VariantRow],
) -> Option<u64> {
    let rows = &imported.variants;
    let mut free = rows
        .iter()
        .filter(|row| row.price.is_some_and(Money::is_zero));
    let priced = |old: &VariantRow| {
        let mut pairs = rows.iter().zip(found);
        pairs.any(|(row, found)| row.price.is_some() && found.is_some_and(|f| f.id == old.id))
    };
    let still = known.iter().any(|old| old.price.is_zero() && !priced(old));
    free.next()
        .map(|row| row.line)
        .or(still.then_some(imported.line))
}

pub(super) fn note_free(imported: &Imported, free: Option<u64>, taken: &mut ProductResult) {
    if let Some(line) = free {
        let detail = "nothing is sold for a price of 0, so the product is not published";
        let told = note(line, false, PRICE_OF_ZERO, detail);
        taken.notes.push(told.at(imported.headers.of("price")));
    }
}

pub(super) fn if_priced(status: ProductStatus, free: Option<u64>) -> ProductStatus {
    match (status, free) {
        (ProductStatus::Active, Some(_)) => ProductStatus::Draft,
        _ => status,
    }
}

pub(super) fn prices(currency: Currency) -> Prices {
    Prices {
        currency,
        may_be_zero: true,
    }
}

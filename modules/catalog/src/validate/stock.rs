//! What is checked of lists of variants and of stock; shared with the fake.

use std::collections::BTreeMap;

use feira_kernel::{
    FieldError, Time,
    validate::{PAST, REQUIRED, UNKNOWN},
};

use crate::{CatalogError, MovementReason, Restock, StockLine, StockPolicy, VariantId};

pub(crate) const MAX_SELLABLES: usize = 200;
/// Lines of one reservation, after merging.
const MAX_LINES: usize = 200;
/// Units of one line; keeps every sum inside the database's integer.
const MAX_UNITS: i64 = 1_000_000;

/// How far below zero something is sold: also keeps sums inside the database's integer.
pub(crate) const LOWEST_LEVEL: i32 = -1_000_000_000;

/// A batch of at most `max` ids, each once, in ascending order.
pub(crate) fn batch<I: Ord>(
    pointer: &str,
    mut ids: Vec<I>,
    max: usize,
) -> Result<Vec<I>, CatalogError> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > max {
        return Err(FieldError::too_many(pointer, max).into());
    }
    Ok(ids)
}

/// Lines of one variant are summed (two lines must not each pass alone), in ascending order of
/// the variant: the order in which every transaction locks stock.
pub(crate) fn stock_lines(lines: &[StockLine]) -> Result<Vec<StockLine>, CatalogError> {
    if lines.is_empty() {
        let detail = "at least one line is needed";
        return Err(FieldError::new("/lines", REQUIRED, detail).into());
    }
    let mut sums: BTreeMap<VariantId, u32> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let sum = sums.entry(line.variant).or_default();
        *sum = sum.saturating_add(line.quantity);
        if line.quantity == 0 || i64::from(*sum) > MAX_UNITS {
            let pointer = format!("/lines/{index}/quantity");
            return Err(FieldError::out_of_range(pointer, 1..=MAX_UNITS).into());
        }
    }
    if sums.len() > MAX_LINES {
        return Err(FieldError::too_many("/lines", MAX_LINES).into());
    }
    Ok(sums
        .into_iter()
        .map(|(variant, quantity)| StockLine { variant, quantity })
        .collect())
}

/// Stock is held for a time that lies ahead.
pub(crate) fn expiry(expires_at: Time, now: Time) -> Result<(), CatalogError> {
    if expires_at > now {
        Ok(())
    } else {
        Err(FieldError::new("/expires_at", PAST, "must lie ahead").into())
    }
}

pub(crate) fn restock_lines(request: &Restock) -> Result<Vec<StockLine>, CatalogError> {
    match request.reason {
        MovementReason::OrderCancelled | MovementReason::Returned | MovementReason::Restock => {}
        _ => {
            let detail = "order_cancelled, returned or restock";
            return Err(FieldError::new("/reason", UNKNOWN, detail).into());
        }
    }
    stock_lines(&request.lines)
}

/// How low what is on hand and not reserved may get by a reservation; `None` if none is held.
pub(crate) fn lowest_level(policy: StockPolicy) -> Option<i64> {
    match policy {
        StockPolicy::Counted => Some(0),
        StockPolicy::Continue => Some(i64::from(LOWEST_LEVEL)),
        StockPolicy::NotCounted => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn line(variant: u128, quantity: u32) -> StockLine {
        StockLine {
            variant: VariantId(Uuid::from_u128(variant)),
            quantity,
        }
    }

    #[test]
    fn lines_are_merged_and_ordered() {
        let merged = stock_lines(&[line(2, 1), line(1, 3), line(2, 4)]).unwrap();
        assert_eq!(merged, [line(1, 3), line(2, 5)]);
    }

    #[test]
    fn nothing_zero_or_too_much_is_refused() {
        assert!(stock_lines(&[]).is_err());
        assert!(stock_lines(&[line(1, 0)]).is_err());
        assert!(stock_lines(&[line(1, u32::MAX), line(1, u32::MAX)]).is_err());
        let many: Vec<_> = (0..201).map(|n| line(n, 1)).collect();
        assert!(stock_lines(&many).is_err());
    }
}

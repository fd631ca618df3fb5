//! What is refused before the database is asked: pure, and shared with the fake.

use std::collections::BTreeMap;

use feira_kernel::{
    FieldError, Time,
    validate::{PAST, REQUIRED, UNKNOWN},
};

use crate::{
    CatalogError, MovementReason, Reservation, ReservationState, Restock, StockLine, StockPolicy,
    VariantId,
};

/// Modules that may ask what can be sold.
pub(crate) const MAY_READ: &[&str] = &["cart", "order", "catalog"];
/// Modules that may reserve, commit, release and restock.
pub(crate) const MAY_SELL: &[&str] = &["order"];
pub(crate) const MAX_SELLABLES: usize = 200;
/// Lines of one reservation, after merging.
const MAX_LINES: usize = 200;
/// Units of one line; keeps every sum inside the database's integer.
const MAX_UNITS: i64 = 1_000_000;

/// How far below zero something is sold: also keeps sums inside the database's integer.
pub(crate) const LOWEST: i32 = -1_000_000_000;

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
pub(crate) fn merged(lines: &[StockLine]) -> Result<Vec<StockLine>, CatalogError> {
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
pub(crate) fn ahead(expires_at: Time, now: Time) -> Result<(), CatalogError> {
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
    merged(&request.lines)
}

/// How low what is on hand and not reserved may get by a reservation; `None` if none is held.
pub(crate) fn lowest(policy: StockPolicy) -> Option<i64> {
    match policy {
        StockPolicy::Counted => Some(0),
        StockPolicy::Continue => Some(i64::from(LOWEST)),
        StockPolicy::NotCounted => None,
    }
}

/// The answer to `reserve` with a known key: the same reservation as long as it stands.
pub(crate) fn repeated(known: Reservation, now: Option<Time>) -> Result<Reservation, CatalogError> {
    match known.state {
        ReservationState::Committed => Ok(known),
        ReservationState::Active if now.is_none_or(|now| known.expires_at > now) => Ok(known),
        ReservationState::Active | ReservationState::Released | ReservationState::Expired => {
            Err(CatalogError::ReservationEnded)
        }
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
        let merged = merged(&[line(2, 1), line(1, 3), line(2, 4)]).unwrap();
        assert_eq!(merged, [line(1, 3), line(2, 5)]);
    }

    #[test]
    fn nothing_zero_or_too_much_is_refused() {
        assert!(merged(&[]).is_err());
        assert!(merged(&[line(1, 0)]).is_err());
        assert!(merged(&[line(1, u32::MAX), line(1, u32::MAX)]).is_err());
        let many: Vec<_> = (0..201).map(|n| line(n, 1)).collect();
        assert!(merged(&many).is_err());
    }
}

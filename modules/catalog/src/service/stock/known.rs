//! What is written down of a reservation.

use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::units;
use crate::{
    CatalogError, Reservation, ReservationKey, ReservationState, StockLine, VariantId,
    service::parse,
};

#[derive(FromQueryResult)]
struct Known {
    state: String,
    expires_at: Time,
    variants: Vec<Uuid>,
    quantities: Vec<i32>,
    uncounted: String,
}

/// The reservation of a key with its lines in ascending order of the variant.
pub(super) async fn read(
    tx: &db::Tx,
    key: ReservationKey,
) -> Result<Option<Reservation>, CatalogError> {
    let known: Option<Known> = db::optional(
        &**tx,
        "SELECT r.state, r.expires_at, r.uncounted::text AS uncounted, \
                coalesce(array_agg(l.variant_id ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS variants, \
                coalesce(array_agg(l.quantity ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS quantities \
         FROM reservations r LEFT JOIN reservation_lines l ON l.key = r.key \
         WHERE r.key = $1 GROUP BY r.key",
        values![key],
    )
    .await?;
    let Some(known) = known else { return Ok(None) };
    let state = ReservationState::from_word(&known.state)
        .ok_or_else(|| CatalogError::Internal(format!("a reservation is {}", known.state)))?;
    let pairs = known.variants.into_iter().zip(known.quantities);
    let held = pairs.map(|(variant, quantity)| StockLine {
        variant: VariantId(variant),
        quantity: units(quantity),
    });
    Ok(Some(Reservation {
        key,
        lines: with_uncounted(held, &known.uncounted)?,
        state,
        expires_at: known.expires_at,
    }))
}

/// All lines of a reservation in ascending order of the variant: what it holds, and what was not
/// counted when it was made.
pub(super) fn with_uncounted(
    held: impl Iterator<Item = StockLine>,
    uncounted: &str,
) -> Result<Vec<StockLine>, CatalogError> {
    let mut lines: Vec<StockLine> = parse::json(uncounted)?;
    lines.extend(held);
    lines.sort_unstable_by_key(|line| line.variant);
    Ok(lines)
}

//! What is written down of a reservation.

use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::units;
use crate::{CatalogError, Reservation, ReservationKey, ReservationState, StockLine, VariantId};

#[derive(FromQueryResult)]
struct Known {
    state: ReservationState,
    expires_at: Time,
    variants: Vec<Uuid>,
    quantities: Vec<i32>,
    uncounted: serde_json::Value,
}

/// The reservation of a key with its lines in ascending order of the variant.
pub(super) async fn read(
    tx: &db::Tx,
    key: ReservationKey,
) -> Result<Option<Reservation>, CatalogError> {
    let known: Option<Known> = db::optional(
        &**tx,
        include_str!("../../sql/reservation.sql"),
        values![key],
    )
    .await?;
    let Some(known) = known else { return Ok(None) };
    let pairs = known.variants.into_iter().zip(known.quantities);
    let held = pairs.map(|(variant, quantity)| StockLine {
        variant: VariantId(variant),
        quantity: units(quantity),
    });
    let mut lines = uncounted(known.uncounted)?;
    lines.extend(held);
    lines.sort_unstable_by_key(|line| line.variant);
    Ok(Some(Reservation {
        key,
        lines,
        state: known.state,
        expires_at: known.expires_at,
    }))
}

/// What was not counted when a reservation was made.
pub(super) fn uncounted(written: serde_json::Value) -> Result<Vec<StockLine>, CatalogError> {
    serde_json::from_value(written)
        .map_err(|e| CatalogError::Internal(format!("a reservation's lines: {e}")))
}

//! Reads stored reservations.

use std::collections::BTreeMap;

use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::units;
use crate::{CatalogError, Reservation, ReservationKey, ReservationState, StockLine, VariantId};

#[derive(FromQueryResult)]
struct Row {
    key: ReservationKey,
    state: ReservationState,
    expires_at: Time,
    variants: Vec<Uuid>,
    quantities: Vec<i32>,
    uncounted: serde_json::Value,
}

/// A reservation, and those of its lines that hold counted stock.
pub(super) struct StoredReservation {
    pub(super) reservation: Reservation,
    pub(super) held: Vec<StockLine>,
}

/// The existing reservations of these keys.
pub(super) async fn read(
    tx: &db::Tx,
    keys: Vec<Uuid>,
) -> Result<BTreeMap<ReservationKey, StoredReservation>, CatalogError> {
    let sql = include_str!("../../sql/reservations.sql");
    all(db::rows(&**tx, sql, values![keys]).await?)
}

/// The same with row locks, taken in the order of the keys.
pub(super) async fn lock(
    tx: &db::Tx,
    keys: Vec<Uuid>,
) -> Result<BTreeMap<ReservationKey, StoredReservation>, CatalogError> {
    let sql = include_str!("../../sql/lock_reservations.sql");
    all(db::rows(&**tx, sql, values![keys]).await?)
}

fn all(rows: Vec<Row>) -> Result<BTreeMap<ReservationKey, StoredReservation>, CatalogError> {
    rows.into_iter()
        .map(|row| Ok((row.key, row.known()?)))
        .collect()
}

impl Row {
    /// All lines in ascending order of the variant: what it holds, and what was not counted when
    /// it was made.
    fn known(self) -> Result<StoredReservation, CatalogError> {
        let pairs = self.variants.into_iter().zip(self.quantities);
        let held: Vec<StockLine> = pairs
            .map(|(variant, quantity)| StockLine {
                variant: VariantId(variant),
                quantity: units(quantity),
            })
            .collect();
        let uncounted: Result<Vec<StockLine>, _> = serde_json::from_value(self.uncounted);
        let mut lines =
            uncounted.map_err(|e| CatalogError::Internal(format!("a reservation's lines: {e}")))?;
        lines.extend(&held);
        lines.sort_unstable_by_key(|line| line.variant);
        let reservation = Reservation {
            key: self.key,
            lines,
            state: self.state,
            expires_at: self.expires_at,
        };
        Ok(StoredReservation { reservation, held })
    }
}

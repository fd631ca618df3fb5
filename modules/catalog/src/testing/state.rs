use std::collections::{BTreeMap, HashSet};

use feira_kernel::Time;
use uuid::Uuid;

use crate::{validate::stock, *};

/// What the fake keeps, and the rules by which it changes.
#[derive(Default)]
pub(super) struct State {
    pub(super) stock: BTreeMap<VariantId, Stock>,
    pub(super) reservations: BTreeMap<ReservationKey, Reservation>,
    /// Variants of reservations' lines that hold nothing.
    pub(super) uncounted: HashSet<(ReservationKey, VariantId)>,
    pub(super) restocks: HashSet<Uuid>,
}

pub(super) struct Stock {
    pub(super) sellable: Sellable,
    pub(super) on_hand: i64,
    pub(super) reserved: u32,
}

impl Stock {
    fn left(&self) -> i64 {
        self.on_hand - i64::from(self.reserved)
    }

    pub(super) fn available(&self) -> u32 {
        u32::try_from(self.left()).unwrap_or(0)
    }
}

impl State {
    pub(super) fn expire(&mut self, now: Time) {
        let due: Vec<_> = self
            .reservations
            .values()
            .filter(|r| r.state == ReservationState::Active && r.expires_at <= now)
            .map(|r| r.key)
            .collect();
        for key in due {
            self.end(key, ReservationState::Expired);
        }
    }

    /// Takes an active reservation to its end.
    pub(super) fn end(&mut self, key: ReservationKey, to: ReservationState) {
        let Some(reservation) = self.reservations.get_mut(&key) else {
            return;
        };
        reservation.state = to;
        for line in &reservation.lines {
            if self.uncounted.contains(&(key, line.variant)) {
                continue;
            }
            if let Some(stock) = self.stock.get_mut(&line.variant) {
                stock.reserved -= line.quantity;
                if to == ReservationState::Committed {
                    stock.on_hand -= i64::from(line.quantity);
                }
            }
        }
    }

    /// Holds all lines of a new key, or none.
    pub(super) fn hold(
        &mut self,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        let lines = stock::stock_lines(&request.lines)?;
        if lines.iter().any(|l| !self.stock.contains_key(&l.variant)) {
            return Err(CatalogError::NotFound);
        }
        let mut short = Vec::new();
        for line in &lines {
            let stock = &self.stock[&line.variant];
            let lowest = stock::lowest_level(stock.sellable.stock_policy);
            if lowest.is_some_and(|lowest| stock.left() - i64::from(line.quantity) < lowest) {
                short.push(Shortage {
                    variant: line.variant,
                    requested: line.quantity,
                    available: stock.available(),
                });
            }
        }
        if !short.is_empty() {
            return Err(CatalogError::OutOfStock(short));
        }
        for line in &lines {
            let Some(stock) = self.stock.get_mut(&line.variant) else {
                continue;
            };
            if stock.sellable.stock_policy == StockPolicy::NotCounted {
                self.uncounted.insert((request.key, line.variant));
            } else {
                stock.reserved += line.quantity;
            }
        }
        let reservation = Reservation {
            key: request.key,
            lines,
            state: ReservationState::Active,
            expires_at: request.expires_at,
        };
        self.reservations.insert(request.key, reservation.clone());
        Ok(reservation)
    }
}

//! The step before there is an order: stock held under a derived key.

use feira_catalog::{
    CatalogError, Reservation, ReservationKey, ReservationRequest, ReservationState,
};
use feira_kernel::Time;
use feira_payment::Method;

use super::{draft::Draft, request::Wish, step};
use crate::{
    OrderError, keys,
    neighbours::{self, ORDER},
    service::Service,
};

/// A hold that ended under its key is tried anew under a next one, so often.
const HOLDS: usize = 4;

impl Service {
    pub(super) async fn hold(&self, wish: &Wish, draft: &Draft) -> Result<Reservation, OrderError> {
        let lines = draft.stock_lines();
        let mut key = keys::reservation(wish.id, &lines);
        let now = self.env.now();
        let expires_at = now + self.expiry(&wish.request.method) + self.settings.reservation_margin;
        for _ in 0..HOLDS {
            let request = ReservationRequest {
                key,
                lines: lines.clone(),
                expires_at,
            };
            let points = ["checkout.reserve.before", "checkout.reserve.after"];
            match step(points, self.deps.catalog.reserve(&ORDER, request)).await {
                Ok(hold) if self.usable(&hold, now) => return Ok(hold),
                Ok(_) | Err(CatalogError::ReservationEnded) => key = keys::next_reservation(key),
                Err(error) => return Err(neighbours::catalog(error)),
            }
        }
        Err(OrderError::Unavailable(
            "this key's holds have all ended; use another key".to_owned(),
        ))
    }

    /// A hold of an earlier try is as good as new while it leaves time to pay.
    fn usable(&self, hold: &Reservation, now: Time) -> bool {
        hold.state == ReservationState::Active
            && hold.expires_at - self.settings.reservation_margin > now
    }

    pub(super) fn expiry(&self, method: &Method) -> time::Duration {
        match method {
            Method::Pix {} => self.settings.pix_expiry,
            Method::Card { .. } => self.settings.card_expiry,
        }
    }

    /// Gives a hold back that no order needs; it would end by itself, only later.
    pub(super) async fn let_go(&self, key: ReservationKey) {
        if let Err(error) = self.deps.catalog.release_reservation(&ORDER, key).await {
            tracing::warn!(%key, %error, "a hold is left to end by itself");
        }
    }
}

//! What the state of a reservation allows.

use feira_kernel::Time;

use crate::{CatalogError, Reservation, ReservationState};

/// The answer to `reserve` with a used key: the same reservation while it is active or committed.
pub(crate) fn repeated(known: Reservation, now: Option<Time>) -> Result<Reservation, CatalogError> {
    match known.state {
        ReservationState::Committed => Ok(known),
        ReservationState::Active if now.is_none_or(|now| known.expires_at > now) => Ok(known),
        ReservationState::Active | ReservationState::Released | ReservationState::Expired => {
            Err(CatalogError::ReservationEnded)
        }
    }
}

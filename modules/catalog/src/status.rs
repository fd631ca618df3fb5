//! What the state of a reservation allows.

use feira_kernel::Time;

use crate::{CatalogError, Reservation, ReservationState};

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

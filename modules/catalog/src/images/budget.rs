//! One budget of memory for all pictures that are worked on at the same time.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::CatalogError;

/// Bytes that all of them may take together.
pub(crate) const BUDGET: u64 = 150_000_000;
/// Uploads that are worked on or wait, each of which holds its file; one more is told to come again.
pub(super) const ADMITTED: usize = 16;
/// What one permit stands for.
const UNIT: u64 = 1_024;
const UNITS: u32 = (BUDGET / UNIT) as u32;

pub(crate) struct Decoders {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// A place in the queue.
pub(crate) struct Place(OwnedSemaphorePermit);

/// Leave to decode; to be kept until the outputs are encoded.
pub(crate) struct Room {
    _permits: [OwnedSemaphorePermit; 3],
}

impl Decoders {
    pub(crate) fn new(concurrency: usize) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(ADMITTED)),
            running: Arc::new(Semaphore::new(concurrency.max(1))),
            memory: Arc::new(Semaphore::new(UNITS as usize)),
        }
    }

    pub(crate) fn admit(&self) -> Result<Place, CatalogError> {
        let place = self.admitted.clone().try_acquire_owned();
        place
            .map(Place)
            .map_err(|_| CatalogError::Unavailable("too many pictures are waiting".to_owned()))
    }

    /// Waits, first come first served, for a worker and for the memory that the picture needs.
    pub(crate) async fn room(&self, place: Place, need: u64) -> Result<Room, CatalogError> {
        let closed = |e: AcquireError| CatalogError::Internal(e.to_string());
        let units = u32::try_from(need.div_ceil(UNIT)).map_or(UNITS, |units| units.min(UNITS));
        let running = self.running.clone().acquire_owned().await;
        let running = running.map_err(closed)?;
        let memory = self.memory.clone().acquire_many_owned(units).await;
        let memory = memory.map_err(closed)?;
        Ok(Room {
            _permits: [place.0, running, memory],
        })
    }

    /// Bytes of the budget that nobody holds.
    #[cfg(test)]
    pub(super) fn free(&self) -> u64 {
        self.memory.available_permits() as u64 * UNIT
    }
}

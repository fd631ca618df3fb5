//! One budget of memory for all pictures that are worked on at the same time.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::FileError;

/// Bytes that all of them may take together.
pub(super) const BUDGET: u64 = 150 << 20;
/// Bytes of files that are worked on or wait; one that is beyond is told to come again.
pub(super) const FILES: u64 = 64 << 20;
/// What a small file counts for, so that their number has a bound too.
pub(super) const SMALLEST: u64 = 1 << 20;
/// What one permit stands for.
const UNIT: u64 = 1_024;

pub(super) struct Decoders {
    files: Arc<Semaphore>,
    running: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// A place in the queue.
pub(super) struct QueueSlot(OwnedSemaphorePermit);

/// The right to decode; held until the outputs are encoded.
pub(super) struct DecodeSlot {
    _permits: [OwnedSemaphorePermit; 3],
}

impl Decoders {
    pub(super) fn new(concurrency: usize) -> Self {
        Self {
            files: Arc::new(Semaphore::new(units(FILES) as usize)),
            running: Arc::new(Semaphore::new(concurrency.max(1))),
            memory: Arc::new(Semaphore::new((BUDGET / UNIT) as usize)),
        }
    }

    pub(super) fn admit(&self, file: &[u8]) -> Result<QueueSlot, FileError> {
        let units = units((file.len() as u64).max(SMALLEST));
        let place = self.files.clone().try_acquire_many_owned(units);
        place
            .map(QueueSlot)
            .map_err(|_| FileError::Unavailable("too many pictures are waiting".to_owned()))
    }

    /// Waits, first come first served, for a worker and for the memory that the picture needs.
    pub(super) async fn decode_slot(
        &self,
        place: QueueSlot,
        need: u64,
    ) -> Result<DecodeSlot, FileError> {
        let closed = |e: AcquireError| FileError::Internal(e.to_string());
        // More than there is would be waited for without end.
        let units = units(need).min(units(BUDGET - UNIT));
        let running = self.running.clone().acquire_owned().await;
        let running = running.map_err(closed)?;
        let memory = self.memory.clone().acquire_many_owned(units).await;
        let memory = memory.map_err(closed)?;
        Ok(DecodeSlot {
            _permits: [place.0, running, memory],
        })
    }

    /// Bytes of the budget that nobody holds.
    #[cfg(test)]
    pub(super) fn free(&self) -> u64 {
        self.memory.available_permits() as u64 * UNIT
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

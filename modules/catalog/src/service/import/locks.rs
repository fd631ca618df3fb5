//! Imports take turns: each keeps a file of up to 20 MiB, and what it says, in memory.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::CatalogError;

/// How many wait for the one that runs.
const WAITING: usize = 3;

pub(crate) struct ImportLocks {
    admitted: Semaphore,
    running: Semaphore,
}

/// Held until the import has ended.
pub(super) struct ImportPermit<'a> {
    _permits: [SemaphorePermit<'a>; 2],
}

impl ImportLocks {
    pub(crate) fn new() -> Self {
        Self {
            admitted: Semaphore::new(1 + WAITING),
            running: Semaphore::new(1),
        }
    }

    /// Waits, first come first served; one too many is told to come again.
    pub(super) async fn acquire(&self) -> Result<ImportPermit<'_>, CatalogError> {
        let busy = |_| CatalogError::Unavailable("other imports are waiting".to_owned());
        let admitted = self.admitted.try_acquire().map_err(busy)?;
        let running = self.running.acquire().await;
        let running = running.map_err(CatalogError::defect)?;
        Ok(ImportPermit {
            _permits: [admitted, running],
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn one_runs_some_wait_and_one_more_is_refused() {
        let locks = ImportLocks::new();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = pin!(locks.acquire());
        let Poll::Ready(Ok(running)) = first.as_mut().poll(&mut context) else {
            panic!("nobody is there");
        };
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(locks.acquire())).collect();
        for turn in &mut waiting {
            assert!(turn.as_mut().poll(&mut context).is_pending());
        }
        let mut refused = pin!(locks.acquire());
        let Poll::Ready(Err(error)) = refused.as_mut().poll(&mut context) else {
            panic!("there are too many");
        };
        assert!(matches!(error, CatalogError::Unavailable(_)));
        drop(running);
        let next = waiting[0].as_mut().poll(&mut context);
        assert!(matches!(next, Poll::Ready(Ok(_))));
        assert!(waiting[1].as_mut().poll(&mut context).is_pending());
        drop(next);
        assert!(waiting[1].as_mut().poll(&mut context).is_ready());
    }
}

//! A mutex per order within this process. Two workers on one checkout are harmless, but would do the
//! same work twice; the second one waits and finds it done.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

use crate::OrderId;

type Map = HashMap<OrderId, Arc<Lock<()>>>;

/// The mutexes of orders that are being worked on.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderLocks(Arc<Mutex<Map>>);

/// A held mutex; released, and removed if nobody waits for it, when dropped.
pub(crate) struct Turn {
    order_locks: OrderLocks,
    order: OrderId,
    lock: Option<Arc<Lock<()>>>,
    guard: Option<OwnedMutexGuard<()>>,
    waited: bool,
}

impl OrderLocks {
    fn with<T>(&self, work: impl FnOnce(&mut Map) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) async fn take(&self, order: OrderId) -> Turn {
        let lock = self.with(|map| map.entry(order).or_default().clone());
        // Made before waiting, so that a cancelled waiter is cleaned up by its drop.
        let mut turn = Turn {
            order_locks: self.clone(),
            order,
            lock: Some(lock.clone()),
            guard: lock.clone().try_lock_owned().ok(),
            waited: false,
        };
        if turn.guard.is_none() {
            turn.waited = true;
            turn.guard = Some(lock.lock_owned().await);
        }
        turn
    }
}

impl Turn {
    /// Whether the mutex was held by another: what was read before may be stale.
    pub(crate) fn waited(&self) -> bool {
        self.waited
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        self.order_locks.with(|map| {
            self.lock = None;
            if map
                .get(&self.order)
                .is_some_and(|lock| Arc::strong_count(lock) == 1)
            {
                map.remove(&self.order);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn the_second_waits_for_the_first_of_the_same_order_only() {
        let order_locks = OrderLocks::default();
        let [one, two] = [1, 2].map(|n| OrderId(Uuid::from_u128(n)));
        let first = order_locks.take(one).await;
        assert!(!first.waited());
        assert!(!order_locks.take(two).await.waited());
        let mut second = Box::pin(order_locks.take(one));
        assert!((&mut second).now_or_never().is_none());
        drop(order_locks.take(one).now_or_never());
        drop(first);
        let second = second.await;
        assert!(second.waited(), "what it read before is old");
        drop(second);
        assert!(
            order_locks.with(|map| map.is_empty()),
            "nothing is left behind"
        );
    }
}

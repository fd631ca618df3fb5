//! One at a time for each order. Two who take the same checkout forward at once do no harm, but
//! each repeats the other's work; in one process the second one waits, and finds it done.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

use crate::OrderId;

type Map = HashMap<OrderId, Arc<Lock<()>>>;

/// Whose turn it is in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<Map>>);

/// A place in the line of one order; at its head once [`Turns::take`] has returned it.
pub(crate) struct Turn {
    turns: Turns,
    order: OrderId,
    lock: Option<Arc<Lock<()>>>,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    fn with<T>(&self, work: impl FnOnce(&mut Map) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) async fn take(&self, order: OrderId) -> Turn {
        let lock = self.with(|map| map.entry(order).or_default().clone());
        // Made before waiting, so that whoever goes away meanwhile leaves no trace.
        let mut turn = Turn {
            turns: self.clone(),
            order,
            lock: Some(lock.clone()),
            guard: None,
        };
        turn.guard = Some(lock.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        self.turns.with(|map| {
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
        let turns = Turns::default();
        let [one, two] = [1, 2].map(|n| OrderId(Uuid::from_u128(n)));
        let first = turns.take(one).await;
        drop(turns.take(two).await);
        let mut second = Box::pin(turns.take(one));
        assert!((&mut second).now_or_never().is_none());
        drop(turns.take(one).now_or_never());
        drop(first);
        drop(second.await);
        assert!(turns.with(|map| map.is_empty()), "nothing is left behind");
    }
}

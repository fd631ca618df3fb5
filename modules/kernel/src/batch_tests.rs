use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::sync::{Notify, Semaphore};

use super::*;
use crate::db::{Class, PoolSettings};

/// Doubles numbers. 13 cannot be done, nor anything with it; 7 is refused; 99 breaks off; from 50
/// to 59 the database is gone.
struct Doubling {
    open: Arc<Semaphore>,
    begun: Arc<Notify>,
    batches: Arc<Mutex<Vec<Vec<u32>>>>,
    done: Arc<AtomicUsize>,
}

#[derive(Debug, PartialEq, Eq)]
enum Failed {
    Refused,
    Poisoned,
    Away,
    Database(Class),
}

impl Failure for Failed {
    fn is_unavailable(&self) -> bool {
        *self == Self::Away
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Database(error.class())
    }
}

#[async_trait]
impl Work for Doubling {
    const NAME: &'static str = "doubling";
    type Item = u32;
    type Key = u32;
    type Done = u32;
    type Error = Failed;

    fn key(item: &u32) -> u32 {
        *item
    }

    async fn run(&self, items: Vec<u32>) -> Result<Vec<Result<u32, Failed>>, Failed> {
        self.batches.lock().unwrap().push(items.clone());
        self.begun.notify_one();
        self.open.acquire().await.unwrap().forget();
        assert!(!items.contains(&99), "breaks off");
        if items.contains(&13) {
            return Err(Failed::Poisoned);
        }
        if items.iter().any(|item| (50..60).contains(item)) {
            return Err(Failed::Away);
        }
        self.done.fetch_add(items.len(), SeqCst);
        let one = |item| match item {
            7 => Err(Failed::Refused),
            item => Ok(2 * item),
        };
        Ok(items.into_iter().map(one).collect())
    }
}

const MOST_WAITING: usize = 1_024;

struct World {
    batch: Batch<Doubling>,
    pool: Pool,
    open: Arc<Semaphore>,
    begun: Arc<Notify>,
    batches: Arc<Mutex<Vec<Vec<u32>>>>,
    done: Arc<AtomicUsize>,
}

impl World {
    fn new() -> Self {
        Self::with_patience(GIVE_UP_AFTER)
    }

    /// Where the second worker does not wait for a crowd.
    fn with_patience(give_up_after: Duration) -> Self {
        Self::with(give_up_after, 1)
    }

    fn with(give_up_after: Duration, second_worker_from: usize) -> Self {
        let mut settings = PoolSettings::new("postgres://nobody@localhost/none", "none", None);
        settings.most_waiting = MOST_WAITING;
        let pool = Pool::connect(&settings).unwrap();
        let open = Arc::new(Semaphore::new(0));
        let (begun, batches, done) = Default::default();
        let work = Doubling {
            open: open.clone(),
            begun: Arc::clone(&begun),
            batches: Arc::clone(&batches),
            done: Arc::clone(&done),
        };
        Self {
            batch: Batch::with(pool.clone(), work, give_up_after, second_worker_from),
            pool,
            open,
            begun,
            batches,
            done,
        }
    }

    fn submit(&self, item: u32) -> tokio::task::JoinHandle<Result<u32, Failed>> {
        let batch = self.batch.clone();
        tokio::spawn(async move { batch.submit(item).await })
    }

    /// Both workers are at work, each on one item, and so much waits behind them.
    async fn behind(&self, items: &[u32]) -> Vec<tokio::task::JoinHandle<Result<u32, Failed>>> {
        let mut all = Vec::new();
        for first in [1, 2] {
            all.push(self.submit(first));
            self.begun.notified().await;
        }
        for (waiting, item) in (1..).zip(items) {
            all.push(self.submit(*item));
            while self.batch.0.queue().waiting.len() < waiting {
                tokio::task::yield_now().await;
            }
        }
        all
    }

    fn sizes(&self) -> Vec<usize> {
        self.batches.lock().unwrap().iter().map(Vec::len).collect()
    }
}

#[tokio::test]
async fn what_waits_is_done_together_and_answered_each() {
    let world = World::new();
    let all = world.behind(&[10, 7, 11]).await;
    world.open.add_permits(100);
    let mut results = Vec::new();
    for one in all {
        results.push(one.await.unwrap());
    }
    assert_eq!(
        results,
        [Ok(2), Ok(4), Ok(20), Err(Failed::Refused), Ok(22)]
    );
    assert_eq!(world.sizes(), [1, 1, 3]);
}

#[tokio::test]
async fn the_second_worker_begins_when_many_wait() {
    let world = World::with(GIVE_UP_AFTER, 3);
    let mut all = vec![world.submit(1)];
    world.begun.notified().await;
    for (waiting, item) in (1..).zip([10, 11]) {
        all.push(world.submit(item));
        while world.batch.0.queue().waiting.len() < waiting {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(world.batch.0.queue().workers, 1, "two wait for the first");
    all.push(world.submit(12));
    world.begun.notified().await;
    world.open.add_permits(100);
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(world.sizes().iter().sum::<usize>(), 4);
    assert!(world.sizes().contains(&3), "{:?}", world.sizes());
}

#[tokio::test]
async fn a_poisoned_one_harms_itself_alone() {
    for (poison, expected) in [(13, Failed::Poisoned), (99, Failed::Database(Class::Other))] {
        let world = World::new();
        let all = world.behind(&[10, poison, 11]).await;
        world.open.add_permits(100);
        let mut results = Vec::new();
        for one in all {
            results.push(one.await.unwrap());
        }
        assert_eq!(results, [Ok(2), Ok(4), Ok(20), Err(expected), Ok(22)]);
        assert_eq!(world.sizes(), [1, 1, 3, 1, 2, 1, 1]);
    }
}

#[tokio::test]
async fn two_of_one_key_are_done_one_after_the_other() {
    let world = World::new();
    let all = world.behind(&[10, 10, 11]).await;
    world.open.add_permits(100);
    for one in all {
        one.await.unwrap().unwrap();
    }
    let batches = world.batches.lock().unwrap().clone();
    assert_eq!(batches, [vec![1], vec![2], vec![10, 11], vec![10]]);
}

#[tokio::test]
async fn a_key_at_work_is_not_taken_by_the_other_worker() {
    let world = World::new();
    let all = world.behind(&[2, 5]).await;
    // The first worker has done its item, takes 5, and leaves the 2 to the second.
    world.open.add_permits(1);
    world.begun.notified().await;
    world.open.add_permits(100);
    for one in all {
        one.await.unwrap().unwrap();
    }
    let batches = world.batches.lock().unwrap().clone();
    assert_eq!(batches, [[1], [2], [5], [2]]);
}

#[tokio::test]
async fn nobody_waits_for_a_database_that_is_gone() {
    let world = World::with_patience(Duration::ZERO);
    let all = world.behind(&[50, 51, 52, 53]).await;
    world.open.add_permits(100);
    let mut results = Vec::new();
    for one in all {
        results.push(one.await.unwrap());
    }
    let away = || Err(Failed::Database(Class::Unavailable));
    assert_eq!(results, [Ok(2), Ok(4), away(), away(), away(), away()]);
    assert_eq!(world.sizes(), [1, 1, 4, 2], "not item by item");
}

/// A row that is locked by somebody else makes a statement fail as if the database were away.
#[tokio::test]
async fn one_that_has_to_wait_harms_itself_alone() {
    let world = World::new();
    let all = world.behind(&[50, 70, 71, 72]).await;
    world.open.add_permits(100);
    let mut results = Vec::new();
    for one in all {
        results.push(one.await.unwrap());
    }
    assert_eq!(
        results,
        [Ok(2), Ok(4), Err(Failed::Away), Ok(140), Ok(142), Ok(144)]
    );
}

#[tokio::test]
async fn a_full_queue_refuses_and_a_batch_has_an_end() {
    let world = World::new();
    let most = u32::try_from(MOST_WAITING).unwrap();
    let items: Vec<u32> = (1_000..1_000 + most).collect();
    let all = world.behind(&items).await;
    let refused = world.batch.submit(5_000).await;
    assert_eq!(refused, Err(Failed::Database(Class::Unavailable)));
    world.open.add_permits(1_000);
    for one in all {
        one.await.unwrap().unwrap();
    }
    let sizes = world.sizes();
    assert_eq!(sizes.iter().sum::<usize>(), MOST_WAITING + 2);
    assert!(
        sizes[2..].iter().all(|size| *size == MAX_ITEMS),
        "{sizes:?}"
    );
}

#[tokio::test]
async fn a_caller_who_goes_away_changes_nothing_and_a_stop_waits() {
    let world = World::new();
    for one in world.behind(&[10, 11]).await {
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
    }
    let pool = world.pool.clone();
    let stopped = tokio::spawn(async move { pool.close().await });
    tokio::task::yield_now().await;
    assert!(!stopped.is_finished());
    world.open.add_permits(100);
    stopped.await.unwrap();
    assert_eq!(world.done.load(SeqCst), 4);
}

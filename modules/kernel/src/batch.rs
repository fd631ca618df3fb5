//! Group commit: what several callers ask for at the same time becomes one unit of work.
//!
//! A worker takes all waiting items as soon as it has finished the batch before. There is no timer:
//! a lone caller is a batch of one, and batches grow with the load. Flow of an item:
//!
//! ```text
//! submitted -> waiting -> taken -> written -> answered
//!     |                     |
//!     +- the queue is full: refused, nothing was done
//!                           +- the batch failed as a whole: nothing was written; each half again
//! ```
//!
//! How many may wait is a setting of the pool. A cancelled caller changes nothing: what was submitted is done. Shutdown waits for the workers
//! (`Pool::close`). A crash between "taken" and "written" has done nothing, one between "written" and
//! "answered" everything; the caller repeats with her key either way.

use std::{
    collections::{BTreeSet, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio::{sync::oneshot, time::Instant};
use tracing::{Instrument, Span};

use crate::{
    ErrorKind, ModuleError,
    db::{Error, Pool},
    failpoint,
};

/// The most items of one batch.
pub const MAX_ITEMS: usize = 64;
/// Batches that run at the same time, so that one that waits for a lock or the disk does not block a
/// long queue.
const WORKERS: usize = 2;
/// The length of the queue from which the second worker starts; a shorter one is one cheaper batch.
const SECOND_WORKER_FROM: usize = 16;
/// A batch whose items all failed for so long is given up: the database is down, and trying them one
/// by one would block the queue.
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);

/// Where a test may have the process killed: a batch was taken and nothing is written, and it is
/// written and nobody was answered. Behind each may stand a [`Work::NAME`], for the batches of that
/// work alone.
pub const FAILPOINTS: &[&str] = &[TAKEN, WRITTEN];
const TAKEN: &str = "batch.taken";
const WRITTEN: &str = "batch.written";

/// Why an item, or a whole batch, was not done.
pub trait Failure: From<Error> + Send + 'static {
    /// Whether it may be done when it is asked for again.
    fn is_unavailable(&self) -> bool;
}

impl<E: ModuleError + From<Error>> Failure for E {
    fn is_unavailable(&self) -> bool {
        self.kind() == ErrorKind::Unavailable
    }
}

impl Failure for Error {
    fn is_unavailable(&self) -> bool {
        Self::is_unavailable(self)
    }
}

/// What is done for many items at once.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    /// What its failpoints are called by.
    const NAME: &'static str;

    type Item: Clone + Send + Sync + 'static;
    /// Two items of one key are never at work at the same time, and a batch is in the order of its
    /// keys: two that change the same rows lock them in the same order.
    type Key: Ord + Clone + Send;
    type Done: Send + 'static;
    type Error: Failure;

    fn key(item: &Self::Item) -> Self::Key;

    /// One unit of work for all of them, with one result for each in their order. A refusal is a
    /// value of its item and undoes nothing; an error undoes the whole batch.
    async fn run(&self, items: Vec<Self::Item>) -> Results<Self::Done, Self::Error>;
}

/// One result for each item, or an error that undid them all.
pub type Results<T, E> = Result<Vec<Result<T, E>>, E>;

/// A queue in front of one kind of work. Cheap to clone.
pub struct Batch<W: Work>(Arc<Inner<W>>);

struct Inner<W: Work> {
    pool: Pool,
    work: W,
    queue: Mutex<Queue<W>>,
    give_up_after: Duration,
    second_worker_from: usize,
}

struct Queue<W: Work> {
    waiting: VecDeque<Waiting<W>>,
    /// Keys of items that are being worked on.
    busy: BTreeSet<W::Key>,
    workers: usize,
}

struct Waiting<W: Work> {
    item: W::Item,
    answer: oneshot::Sender<Result<W::Done, W::Error>>,
    /// The failpoint of its COMMIT, in a test.
    point: Option<&'static str>,
    /// The request's, for log lines of the batch.
    span: Span,
}

impl<W: Work> Clone for Batch<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W: Work> Batch<W> {
    pub fn new(pool: Pool, work: W) -> Self {
        Self::with(pool, work, GIVE_UP_AFTER, SECOND_WORKER_FROM)
    }

    fn with(pool: Pool, work: W, give_up_after: Duration, second_worker_from: usize) -> Self {
        Self(Arc::new(Inner {
            pool,
            work,
            give_up_after,
            second_worker_from,
            queue: Mutex::new(Queue {
                waiting: VecDeque::new(),
                busy: BTreeSet::new(),
                workers: 0,
            }),
        }))
    }

    /// Runs the item together with others that wait, and returns its result.
    pub async fn submit(&self, item: W::Item) -> Result<W::Done, W::Error> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            item,
            answer,
            point: failpoint::at_commit(),
            span: Span::current(),
        };
        match self.0.enqueue(waiting) {
            Some(true) => self.0.begin(),
            Some(false) => {}
            None => return Err(Error::unanswered("too many wait already").into()),
        }
        match answered.await {
            Ok(result) => result,
            Err(_) => Err(Error::broke_off().into()),
        }
    }
}

impl<W: Work> Inner<W> {
    fn queue(&self) -> MutexGuard<'_, Queue<W>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more worker is to begin; `None` if the item finds no place.
    fn enqueue(&self, item: Waiting<W>) -> Option<bool> {
        let mut queue = self.queue();
        if queue.waiting.len() >= self.pool.most_waiting() {
            return None;
        }
        queue.waiting.push_back(item);
        let crowded = queue.waiting.len() >= self.second_worker_from;
        let begins = queue.workers == 0 || (crowded && queue.workers < WORKERS);
        queue.workers += usize::from(begins);
        Some(begins)
    }

    /// One more worker, which was counted.
    fn begin(self: &Arc<Self>) {
        let worker: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(self.clone().run());
        self.pool.spawn(worker);
    }

    /// Until nothing waits.
    async fn run(self: Arc<Self>) {
        loop {
            let (batch, crowded) = self.take();
            if crowded {
                self.begin();
            }
            if batch.is_empty() {
                return;
            }
            failpoint::pass_of(TAKEN, W::NAME);
            let keys = batch.iter().map(|one| W::key(&one.item)).collect();
            let _at_work = RunningBatch { inner: &self, keys };
            self.all(batch).await;
        }
    }

    /// The first waiting items whose keys are free, and whether another worker is to start for the
    /// rest. No items: this worker ends; items of a busy key are left to the worker that has it.
    fn take(&self) -> (Vec<Waiting<W>>, bool) {
        let mut queue = self.queue();
        let (mut taken, mut left) = (Vec::new(), VecDeque::new());
        while let Some(next) = queue.waiting.pop_front() {
            if taken.len() < MAX_ITEMS && queue.busy.insert(W::key(&next.item)) {
                taken.push(next);
            } else {
                left.push_back(next);
            }
        }
        queue.waiting = left;
        if taken.is_empty() {
            queue.workers -= 1;
        }
        let crowded = queue.waiting.len() >= self.second_worker_from;
        let begins = crowded && !taken.is_empty() && queue.workers < WORKERS;
        queue.workers += usize::from(begins);
        taken.sort_by_key(|one| W::key(&one.item));
        (taken, begins)
    }

    /// A batch that fails as a whole is halved, breadth first, down to the one item that cannot be
    /// done: it alone fails.
    async fn all(self: &Arc<Self>, batch: Vec<Waiting<W>>) {
        let began = Instant::now();
        let mut parts = VecDeque::from([batch]);
        let (mut any_done, mut away) = (false, 0);
        while let Some(mut part) = parts.pop_front() {
            // All failed so far, for long: it is the database, not an item.
            if away > 1 && !any_done && began.elapsed() >= self.give_up_after {
                refuse(part, || Error::unanswered("the database is not available"));
                continue;
            }
            match self.once(&part).await {
                Some(Ok(results)) => {
                    any_done = true;
                    failpoint::pass_of(WRITTEN, W::NAME);
                    answer(part, results);
                }
                failed if part.len() > 1 => {
                    away += usize::from(matches!(&failed, Some(Err(e)) if e.is_unavailable()));
                    let right = part.split_off(part.len() / 2);
                    parts.extend([part, right]);
                }
                Some(Err(error)) => answer(part, [Err(error)]),
                None => refuse(part, Error::broke_off),
            }
        }
    }

    /// `None` if the work panicked.
    async fn once(self: &Arc<Self>, part: &[Waiting<W>]) -> Option<Results<W::Done, W::Error>> {
        let inner = self.clone();
        let items: Vec<W::Item> = part.iter().map(|one| one.item.clone()).collect();
        let count = items.len();
        let point = part.iter().find_map(|one| one.point);
        let span = part.first().map_or_else(Span::none, |one| one.span.clone());
        let work = async move {
            let work = inner.work.run(items);
            match point {
                Some(point) => failpoint::before_commit(point, work).await,
                None => work.await,
            }
        };
        match tokio::spawn(work.instrument(span)).await {
            Ok(Ok(mut results)) => {
                // Committed, even if a result is missing.
                results.resize_with(count, || Err(Error::broke_off().into()));
                Some(Ok(results))
            }
            Ok(Err(error)) => Some(Err(error)),
            Err(failed) => {
                tracing::error!(%failed, "a batch ended early");
                None
            }
        }
    }
}

/// The keys of a running batch. Dropping it frees them, and uncounts a worker that panicked.
struct RunningBatch<'a, W: Work> {
    inner: &'a Inner<W>,
    keys: Vec<W::Key>,
}

impl<W: Work> Drop for RunningBatch<'_, W> {
    fn drop(&mut self) {
        let mut queue = self.inner.queue();
        for key in &self.keys {
            queue.busy.remove(key);
        }
        if std::thread::panicking() {
            queue.workers -= 1;
        }
    }
}

fn answer<W: Work>(
    part: Vec<Waiting<W>>,
    results: impl IntoIterator<Item = Result<W::Done, W::Error>>,
) {
    for (waiting, result) in part.into_iter().zip(results) {
        // A caller who went away reads no answer.
        let _ = waiting.answer.send(result);
    }
}

fn refuse<W: Work>(part: Vec<Waiting<W>>, why: impl Fn() -> Error) {
    let results: Vec<_> = part.iter().map(|_| Err(why().into())).collect();
    answer(part, results);
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;

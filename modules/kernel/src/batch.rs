//! Many at once: what several callers ask for at the same time becomes one unit of work.
//!
//! A worker takes what waits when the one before has finished; nobody waits for a timer, so a
//! caller who is alone is a batch of one, and the batches grow with the load. Flow of an item:
//!
//! ```text
//! submitted -> waiting -> taken -> written -> answered
//!     |                     |
//!     +- the queue is full: refused, nothing was done
//!                           +- the batch failed as a whole: nothing was written; each half again
//! ```
//!
//! A caller who goes away changes nothing: what was submitted is done. A stop of the process waits
//! for the workers (`Pool::close`); a crash between "taken" and "written" has done nothing, between
//! "written" and "answered" everything: the caller repeats with her key either way.

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
pub const MOST: usize = 64;
/// The most items that wait in one queue; a further one is told to come again.
pub const MOST_WAITING: usize = 1_024;
/// Batches that may be at work at the same time: one that waits, for a lock or for the disk, must not
/// hold up a crowd.
const WORKERS: usize = 2;
/// How many wait before the second one begins. Until then they become one batch, which is cheaper.
const CROWD: usize = 16;
/// A batch of which nothing could be done for so long, because the database is not to be had, is
/// given up: those that wait behind it must not wait for one item after the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a test may have the process killed: a batch was taken and nothing is written, and it is
/// written and nobody was answered.
pub const FAILPOINTS: &[&str] = &["batch.taken", "batch.written"];

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
    line: Mutex<Line<W>>,
    patience: Duration,
    crowd: usize,
}

struct Line<W: Work> {
    waiting: VecDeque<Waiting<W>>,
    /// The keys that are at work.
    busy: BTreeSet<W::Key>,
    workers: usize,
}

struct Waiting<W: Work> {
    item: W::Item,
    answer: oneshot::Sender<Result<W::Done, W::Error>>,
    /// Which point its COMMIT passes, in a test.
    point: Option<&'static str>,
    /// Of the request, for what is logged on the way.
    span: Span,
}

impl<W: Work> Clone for Batch<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W: Work> Batch<W> {
    pub fn new(pool: Pool, work: W) -> Self {
        Self::with(pool, work, PATIENCE, CROWD)
    }

    fn with(pool: Pool, work: W, patience: Duration, crowd: usize) -> Self {
        Self(Arc::new(Inner {
            pool,
            work,
            patience,
            crowd,
            line: Mutex::new(Line {
                waiting: VecDeque::new(),
                busy: BTreeSet::new(),
                workers: 0,
            }),
        }))
    }

    /// Has it done with whatever else waits, and waits for its result.
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
    fn line(&self) -> MutexGuard<'_, Line<W>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more worker is to begin; `None` if the item finds no place.
    fn enqueue(&self, item: Waiting<W>) -> Option<bool> {
        let mut line = self.line();
        if line.waiting.len() >= MOST_WAITING {
            return None;
        }
        line.waiting.push_back(item);
        let crowded = line.waiting.len() >= self.crowd;
        let begins = line.workers == 0 || (crowded && line.workers < WORKERS);
        line.workers += usize::from(begins);
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
            failpoint::pass("batch.taken");
            let keys = batch.iter().map(|one| W::key(&one.item)).collect();
            let _at_work = AtWork { inner: &self, keys };
            self.all(batch).await;
        }
    }

    /// The first that wait and whose keys are not at work. None: this worker has ended; what waits
    /// for a busy key is taken by the worker that has it. And whether so many are left that one more
    /// worker is to begin.
    fn take(&self) -> (Vec<Waiting<W>>, bool) {
        let mut line = self.line();
        let (mut taken, mut left) = (Vec::new(), VecDeque::new());
        while let Some(next) = line.waiting.pop_front() {
            if taken.len() < MOST && line.busy.insert(W::key(&next.item)) {
                taken.push(next);
            } else {
                left.push_back(next);
            }
        }
        line.waiting = left;
        if taken.is_empty() {
            line.workers -= 1;
        }
        let crowded = line.waiting.len() >= self.crowd;
        let begins = crowded && !taken.is_empty() && line.workers < WORKERS;
        line.workers += usize::from(begins);
        taken.sort_by_key(|one| W::key(&one.item));
        (taken, begins)
    }

    /// What fails as a whole is tried in halves, all of one size before the smaller ones, down to
    /// the item that cannot be done: it harms itself only.
    async fn all(self: &Arc<Self>, batch: Vec<Waiting<W>>) {
        let began = Instant::now();
        let mut parts = VecDeque::from([batch]);
        let (mut any_done, mut away) = (false, 0);
        while let Some(mut part) = parts.pop_front() {
            // Nothing at all could be done, and it takes long: it is the database, not an item.
            if away > 1 && !any_done && began.elapsed() >= self.patience {
                refuse(part, || Error::unanswered("the database is not available"));
                continue;
            }
            match self.once(&part).await {
                Some(Ok(results)) => {
                    any_done = true;
                    failpoint::pass("batch.written");
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

    /// `None` if the work broke off; it takes nothing else with it.
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
                // It is written, whatever it forgot to tell.
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

/// The keys of a batch that is at work. Whatever ends it, they are free afterwards, and a worker that
/// panics counts no more.
struct AtWork<'a, W: Work> {
    inner: &'a Inner<W>,
    keys: Vec<W::Key>,
}

impl<W: Work> Drop for AtWork<'_, W> {
    fn drop(&mut self) {
        let mut line = self.inner.line();
        for key in &self.keys {
            line.busy.remove(key);
        }
        if std::thread::panicking() {
            line.workers -= 1;
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

//! Many at once: what several callers ask for at the same time becomes one unit of work.
//!
//! A worker takes what waits when the one before has finished; nobody waits for a timer, so a
//! caller who is alone is a batch of one, and the batches grow with the load. Flow of an item:
//!
//! ```text
//! submitted -> waiting -> taken -> written -> answered
//!     |                     |
//!     +- the queue is full: refused, nothing was done
//!                           +- the batch failed as a whole: nothing was written; each item alone
//! ```
//!
//! A caller who goes away changes nothing: what was submitted is done. A stop of the process waits
//! for the workers (`Pool::close`); a crash between "taken" and "written" has done nothing, between
//! "written" and "answered" everything: the caller repeats with her key either way.

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::{
    db::{Error, Pool},
    failpoint,
};

/// The most items of one batch.
pub const MOST: usize = 64;
/// The most items that wait in one queue; a further one is told to come again.
pub const MOST_WAITING: usize = 1_024;
/// Batches that are at work at the same time: one is written while the next is read.
const WORKERS: usize = 2;

/// Where a test may have the process killed: a batch was taken and nothing is written, and it is
/// written and nobody was answered.
pub const FAILPOINTS: [&str; 2] = ["batch.taken", "batch.written"];

/// What is done for many items at once.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    type Item: Clone + Send + Sync + 'static;
    /// Two items of one key are never in the same batch.
    type Key: Eq + Hash;
    type Done: Send + 'static;
    type Error: From<Error> + Send + 'static;

    fn key(item: &Self::Item) -> Self::Key;

    /// One unit of work for all of them, with one result for each in their order. A refusal is a
    /// value of its item and undoes nothing; an error undoes the whole batch.
    async fn run(
        &self,
        items: Vec<Self::Item>,
    ) -> Result<Vec<Result<Self::Done, Self::Error>>, Self::Error>;
}

/// A queue in front of one kind of work. Cheap to clone.
pub struct Batch<W: Work>(Arc<Inner<W>>);

struct Inner<W: Work> {
    pool: Pool,
    work: W,
    line: Mutex<Line<W>>,
}

struct Line<W: Work> {
    waiting: VecDeque<Waiting<W>>,
    workers: usize,
}

struct Waiting<W: Work> {
    item: W::Item,
    answer: oneshot::Sender<Result<W::Done, W::Error>>,
    /// Which point its COMMIT passes, in a test.
    point: Option<&'static str>,
}

impl<W: Work> Clone for Batch<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W: Work> Batch<W> {
    pub fn new(pool: Pool, work: W) -> Self {
        Self(Arc::new(Inner {
            pool,
            work,
            line: Mutex::new(Line {
                waiting: VecDeque::new(),
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
        };
        match self.0.enqueue(waiting) {
            Some(true) => {
                let worker = self.0.clone();
                self.0.pool.spawn(async move { worker.run().await });
            }
            Some(false) => {}
            None => return Err(Error::unanswered("too many wait already").into()),
        }
        match answered.await {
            Ok(result) => result,
            Err(_) => Err(Error::unanswered("the work broke off").into()),
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
        let begins = line.workers < WORKERS;
        line.workers += usize::from(begins);
        Some(begins)
    }

    /// Until nothing waits.
    async fn run(self: Arc<Self>) {
        loop {
            let batch = self.take();
            if batch.is_empty() {
                return;
            }
            failpoint::pass("batch.taken");
            self.all(batch).await;
        }
    }

    /// The first that waits and those after it, one of each key. None: this worker has ended.
    fn take(&self) -> Vec<Waiting<W>> {
        let mut line = self.line();
        let (mut keys, mut taken, mut left) = (HashSet::new(), Vec::new(), VecDeque::new());
        while let Some(next) = line.waiting.pop_front() {
            if taken.len() < MOST && keys.insert(W::key(&next.item)) {
                taken.push(next);
            } else {
                left.push_back(next);
            }
        }
        line.waiting = left;
        if taken.is_empty() {
            line.workers -= 1;
        }
        taken
    }

    async fn all(self: &Arc<Self>, batch: Vec<Waiting<W>>) {
        let items = batch.iter().map(|waiting| waiting.item.clone()).collect();
        let point = batch.iter().find_map(|waiting| waiting.point);
        let whole = self.once(items, point).await;
        match whole {
            Some(Ok(results)) if results.len() == batch.len() => answer(batch, results),
            Some(Err(error)) if batch.len() == 1 => answer(batch, [Err(error)]),
            // Each alone, so that one which cannot be done harms itself only.
            _ if batch.len() > 1 => {
                for waiting in batch {
                    if let Some(result) = self.alone(&waiting).await {
                        answer([waiting], [result]);
                    }
                }
            }
            // It broke off: its caller is told by the end of the channel.
            _ => {}
        }
    }

    async fn alone(self: &Arc<Self>, waiting: &Waiting<W>) -> Option<Result<W::Done, W::Error>> {
        match self.once(vec![waiting.item.clone()], waiting.point).await? {
            Ok(results) => results.into_iter().next(),
            Err(error) => Some(Err(error)),
        }
    }

    /// `None` if the work broke off; it takes nothing else with it.
    async fn once(
        self: &Arc<Self>,
        items: Vec<W::Item>,
        point: Option<&'static str>,
    ) -> Option<Result<Vec<Result<W::Done, W::Error>>, W::Error>> {
        let inner = self.clone();
        let work = async move {
            let work = inner.work.run(items);
            match point {
                Some(point) => failpoint::before_commit(point, work).await,
                None => work.await,
            }
        };
        match tokio::spawn(work).await {
            Ok(result) => Some(result),
            Err(failed) => {
                tracing::error!(%failed, "a batch ended early");
                None
            }
        }
    }
}

fn answer<W: Work>(
    batch: impl IntoIterator<Item = Waiting<W>>,
    results: impl IntoIterator<Item = Result<W::Done, W::Error>>,
) {
    failpoint::pass("batch.written");
    for (waiting, result) in batch.into_iter().zip(results) {
        // A caller who went away reads no answer.
        let _ = waiting.answer.send(result);
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;

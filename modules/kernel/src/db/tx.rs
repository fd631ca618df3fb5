use std::{
    mem,
    ops::Deref,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Error, Session,
    error::{Class, TRIED},
    query,
};

/// An open transaction of one module.
pub struct Tx {
    pub(super) inner: Session,
    published: AtomicBool,
    after: Mutex<Vec<After>>,
}

type After = Box<dyn FnOnce() + Send>;

impl Deref for Tx {
    type Target = Session;
    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl Tx {
    pub(super) fn new(inner: Session) -> Self {
        Self {
            inner,
            published: AtomicBool::new(false),
            after: Mutex::default(),
        }
    }

    /// Runs this after COMMIT was answered, or failed without an answer, and before the caller gets the
    /// result; never after a rollback, and also if the caller was cancelled. For in-memory caches.
    pub fn on_commit(&self, work: impl FnOnce() + Send + 'static) {
        let mut after = self.after.lock().unwrap_or_else(PoisonError::into_inner);
        after.push(Box::new(work));
    }

    /// The callbacks to run after COMMIT.
    pub(super) fn take_after(&self) -> Vec<After> {
        mem::take(&mut *self.after.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether an event was written.
    pub(super) fn has_published(&self) -> bool {
        self.published.load(Ordering::Relaxed)
    }

    /// Remembers that an event was written, so that the relay is woken at commit.
    pub fn mark_published(&self) {
        self.published.store(true, Ordering::Relaxed);
    }

    /// After a failed statement PostgreSQL answers COMMIT with a silent rollback; a transaction that
    /// swallowed the failure must not be acknowledged.
    pub(super) async fn still_good(&self) -> Result<(), Error> {
        if !TRIED.with(|marks| marks.failed.get()) {
            return Ok(());
        }
        let alive = query::exec(
            &self.inner,
            include_str!("../sql/still_good.sql"),
            Vec::new(),
        )
        .await;
        alive.map(|_| ()).map_err(|_| {
            Error::new(
                Class::Other,
                "the unit of work went on after a failed statement".to_owned(),
            )
        })
    }
}

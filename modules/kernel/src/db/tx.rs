use std::{
    ops::Deref,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    Error, Session,
    error::{Class, MARKS},
    query,
};

/// An open transaction of one module.
pub struct Tx {
    pub(super) inner: Session,
    published: AtomicBool,
}

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
        }
    }

    /// Whether an event was written.
    pub(super) fn has_published(&self) -> bool {
        self.published.load(Ordering::Relaxed)
    }

    /// Remembers that an event was written, so that the relay is woken at commit.
    pub(crate) fn mark_published(&self) {
        self.published.store(true, Ordering::Relaxed);
    }

    /// PostgreSQL answers COMMIT after a failed statement with a silent rollback, so a unit of
    /// work that swallowed the failure must not be acknowledged.
    pub(super) async fn still_good(&self) -> Result<(), Error> {
        if !MARKS.with(|marks| marks.failed.get()) {
            return Ok(());
        }
        let alive = query::exec(&self.inner, "SELECT 1", Vec::new()).await;
        alive.map(|_| ()).map_err(|_| {
            Error::new(
                Class::Other,
                "the unit of work went on after a failed statement".to_owned(),
            )
        })
    }
}

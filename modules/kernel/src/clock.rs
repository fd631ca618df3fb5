use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use time::{Duration, OffsetDateTime};

/// The source of business time: the system's time corrected by the database's offset, so that
/// deadlines agree between replicas; in tests it is set by hand.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    System { offset_micros: AtomicI64 },
    Set { micros: AtomicI64 },
}

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(Source::System {
            offset_micros: AtomicI64::new(0),
        }))
    }

    /// A clock that stands still until it is set.
    pub fn test(start: OffsetDateTime) -> TestClock {
        TestClock(Self(Arc::new(Source::Set {
            micros: AtomicI64::new(to_micros(start)),
        })))
    }

    /// Now, in UTC, at the microseconds that PostgreSQL keeps.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's time"
    )]
    pub fn now(&self) -> OffsetDateTime {
        match &*self.0 {
            Source::System { offset_micros } => {
                let micros = to_micros(OffsetDateTime::now_utc());
                from_micros(micros.saturating_add(offset_micros.load(Ordering::Relaxed)))
            }
            Source::Set { micros } => from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Sets the correction from a reading of the database's clock; a set clock ignores it.
    #[allow(
        clippy::disallowed_methods,
        reason = "the offset is against the system's time"
    )]
    pub fn align(&self, database_now: OffsetDateTime) {
        if let Source::System { offset_micros } = &*self.0 {
            let offset =
                to_micros(database_now).saturating_sub(to_micros(OffsetDateTime::now_utc()));
            offset_micros.store(offset, Ordering::Relaxed);
        }
    }

    /// Whether time passes by itself; do not wait for a test's clock.
    pub fn is_running(&self) -> bool {
        matches!(&*self.0, Source::System { .. })
    }
}

/// Sets a clock that stands still.
#[derive(Clone)]
pub struct TestClock(Clock);

impl TestClock {
    pub fn clock(&self) -> Clock {
        self.0.clone()
    }

    pub fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.whole_microseconds()).unwrap_or(i64::MAX);
        if let Source::Set { micros } = &*self.0.0 {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    pub fn set(&self, to: OffsetDateTime) {
        if let Source::Set { micros } = &*self.0.0 {
            micros.store(to_micros(to), Ordering::SeqCst);
        }
    }
}

fn to_micros(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

fn from_micros(micros: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

use std::sync::atomic::{AtomicU64, Ordering};

/// Statements sent and transactions committed by this process since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    pub round_trips: u64,
    pub commits: u64,
}

static ROUND_TRIPS: AtomicU64 = AtomicU64::new(0);
static COMMITS: AtomicU64 = AtomicU64::new(0);

/// The counters, for `/metrics`, query budgets in tests and the benchmark.
pub fn stats() -> Stats {
    Stats {
        round_trips: ROUND_TRIPS.load(Ordering::Relaxed),
        commits: COMMITS.load(Ordering::Relaxed),
    }
}

pub(super) fn round_trips(count: u64) {
    ROUND_TRIPS.fetch_add(count, Ordering::Relaxed);
}

pub(super) fn commit() {
    COMMITS.fetch_add(1, Ordering::Relaxed);
}

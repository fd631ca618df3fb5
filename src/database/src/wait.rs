//! Waiting for another process, which takes as long as it takes: the only place with a clock.

use std::thread;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(20);

/// Asks until `probe` has an answer, at most for `limit`; asks at least once.
pub(crate) fn until<T>(limit: Duration, probe: impl FnMut() -> Option<T>) -> Option<T> {
    until_every(STEP, limit, probe)
}

pub(crate) fn until_every<T>(
    step: Duration,
    limit: Duration,
    mut probe: impl FnMut() -> Option<T>,
) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return Some(answer);
        }
        if start.elapsed() >= limit {
            return None;
        }
        thread::sleep(step);
    }
}

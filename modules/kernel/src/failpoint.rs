//! Named points between the steps of a flow at which a test can kill the process. They are armed by
//! `serve` only, and only in the development profile.

use std::{
    future::Future,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

static ARMED: OnceLock<(String, AtomicU32)> = OnceLock::new();

tokio::task_local! {
    /// The point that each COMMIT of this call passes.
    static BEFORE_COMMIT: &'static str;
}

/// Arms one point for the `nth` time (from 1) that it is passed.
pub fn arm(name: &str, nth: u32) {
    let _ = ARMED.set((name.to_owned(), AtomicU32::new(nth.max(1))));
}

/// Kills this process with SIGKILL if the point is armed and passed for the nth time.
pub fn pass(name: &str) {
    pass_if(|armed| armed == name);
}

/// The same of a point in code that many kinds of work run through: `of` is the kind. It is armed as
/// `<point>`, which any of them passes, or as `<point>.<kind>`.
pub fn pass_of(name: &str, of: &str) {
    pass_if(|armed| is_point_of(armed, name, of));
}

fn is_point_of(armed: &str, name: &str, of: &str) -> bool {
    match armed.strip_prefix(name) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.') == Some(of),
        None => false,
    }
}

fn pass_if(is_it: impl FnOnce(&str) -> bool) {
    let Some((armed, left)) = ARMED.get() else {
        return;
    };
    if is_it(armed) && left.fetch_sub(1, Ordering::SeqCst) == 1 {
        kill_self();
    }
}

/// Makes each transaction of the call, in whichever module of this process, pass the point just before
/// its COMMIT is sent. A single statement has no such moment.
pub async fn before_commit<T>(name: &'static str, call: impl Future<Output = T>) -> T {
    if ARMED.get().is_some() {
        BEFORE_COMMIT.scope(name, call).await
    } else {
        call.await
    }
}

/// The point set by [`before_commit`]; a task-local, which spawned tasks do not inherit.
pub(crate) fn at_commit() -> Option<&'static str> {
    BEFORE_COMMIT.try_get().ok()
}

#[allow(
    unsafe_code,
    reason = "a process can only end itself by SIGKILL through kill(2)"
)]
fn kill_self() {
    // SAFETY: kill(2) with our own pid touches no memory; SIGKILL does not return to us.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGKILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_of_many_is_armed_for_all_or_for_one() {
        let armed = |armed| is_point_of(armed, "batch.taken", "place");
        assert!(armed("batch.taken"));
        assert!(armed("batch.taken.place"));
        for other in [
            "batch.taken.hold",
            "batch.take",
            "batch.takenplace",
            "place",
        ] {
            assert!(!armed(other), "{other}");
        }
    }
}

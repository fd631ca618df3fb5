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
    let Some((armed, left)) = ARMED.get() else {
        return;
    };
    if armed == name && left.fetch_sub(1, Ordering::SeqCst) == 1 {
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

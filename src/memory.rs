//! What was freed goes back to the system. glibc keeps it for the threads that had it, in up to eight
//! heaps for each core, and never gives back what lies below something that is still in use.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How often free memory is given back.
const EVERY: Duration = Duration::from_secs(20);

/// To be called before any thread is started: one heap for each core, and large blocks of their own,
/// which go back as soon as they are freed.
pub(crate) fn settle() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::settle();
}

/// Gives free memory back now and then, until told to stop.
pub(crate) async fn give_back(stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if let Err(error) = tokio::task::spawn_blocking(glibc::trim).await {
            tracing::warn!(%error, "free memory could not be given back");
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(
    unsafe_code,
    reason = "the allocator's own switches, which libc alone has"
)]
mod glibc {
    /// Blocks from this size on are mapped by themselves. Given once it stays: else it grows with
    /// what is freed, up to 32 MiB, and pictures end in the heaps.
    const LARGE: libc::c_int = 256 * 1024;

    pub(super) fn settle() {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let heaps = libc::c_int::try_from(cores.max(2)).unwrap_or(libc::c_int::MAX);
        // SAFETY: mallopt takes two numbers, and no other thread runs yet.
        unsafe {
            libc::mallopt(libc::M_ARENA_MAX, heaps);
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        }
    }

    pub(super) fn trim() {
        // SAFETY: malloc_trim locks each heap that it looks at; it takes any padding.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

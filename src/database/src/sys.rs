//! The few calls to the C library for which std has no safe form.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// PostgreSQL: disconnect the clients, write a checkpoint, end.
    Interrupt,
    /// PostgreSQL: end at once, recover at the next start.
    Quit,
    Kill,
}

impl Signal {
    fn number(self) -> libc::c_int {
        match self {
            Self::Interrupt => libc::SIGINT,
            Self::Quit => libc::SIGQUIT,
            Self::Kill => libc::SIGKILL,
        }
    }
}

pub(crate) fn effective_uid() -> u32 {
    // SAFETY: geteuid has no arguments, touches no memory of ours and cannot fail.
    unsafe { libc::geteuid() }
}

/// Sends a signal to one process; one that is gone already is not an error.
pub(crate) fn send(pid: u32, signal: Signal) {
    if let Some(pid) = one_process(pid) {
        // SAFETY: kill takes two plain numbers; `one_process` excludes process groups.
        unsafe { libc::kill(pid, signal.number()) };
    }
}

/// Whether a process of this id exists, be it ours or not; a zombie counts.
pub(crate) fn exists(pid: u32) -> bool {
    let Some(pid) = one_process(pid) else {
        return false;
    };
    // SAFETY: as in `send`; signal 0 only asks.
    let answer = unsafe { libc::kill(pid, 0) };
    answer == 0 || io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
}

/// kill(2) reads 0 and negative numbers as groups of processes.
fn one_process(pid: u32) -> Option<libc::pid_t> {
    libc::pid_t::try_from(pid).ok().filter(|&pid| pid > 0)
}

/// How many bytes an ordinary user can still write below the directory; none where it cannot be asked.
pub(crate) fn free_bytes(dir: &Path) -> Option<u64> {
    let dir = CString::new(dir.as_os_str().as_bytes()).ok()?;
    let mut found = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: `dir` ends with NUL, `found` has room for the answer, and is read only once it is written.
    let found = unsafe {
        if libc::statvfs(dir.as_ptr(), found.as_mut_ptr()) != 0 {
            return None;
        }
        found.assume_init()
    };
    // The widths of the fields differ between systems.
    #[allow(clippy::useless_conversion, reason = "u64 here, u32 elsewhere")]
    u64::from(found.f_bavail).checked_mul(u64::from(found.f_frsize))
}

/// Has the kernel send `signal` to the child when the thread that spawns it ends.
///
/// The thread must therefore live as long as the child is wanted. The setting is lost at a
/// change of the user id; std changes the user before it runs this closure.
#[cfg(target_os = "linux")]
pub(crate) fn die_with_this_thread(command: &mut Command, signal: Signal) {
    let parent = std::process::id();
    let number = signal.number() as libc::c_ulong;
    // SAFETY: between fork and exec only prctl and getppid are called, which are
    // async-signal-safe; nothing is allocated and no lock is taken.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, number) != 0 {
                return Err(io::Error::last_os_error());
            }
            // A parent that died before the call above sends nothing any more.
            if u32::try_from(libc::getppid()) != Ok(parent) {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

/// Elsewhere a killed owner leaves its server to the next start, which stops it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn die_with_this_thread(_: &mut Command, _: Signal) {}

/// A session of its own: neither Ctrl-C nor the end of the terminal reaches the child.
pub(crate) fn own_session(command: &mut Command) {
    // SAFETY: setsid is async-signal-safe and takes no memory of ours.
    unsafe {
        command.pre_exec(|| match libc::setsid() {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        });
    }
}

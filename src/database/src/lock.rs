use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Error;
use crate::error::At;
use crate::layout::Layout;
use crate::pid_file::{Holder, holder};
use crate::sys;
use crate::wait::until;

const GHOST: Duration = Duration::from_secs(2);

/// The right to run the cluster, held until dropped; a killed process loses it as well.
///
/// The file says who owns the cluster and, while the server is up, where it is:
/// three lines with the owner's pid (and a word if it ends soon), the server's pid and the socket's
/// folder.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
    brief: bool,
}

/// Behind the pid of an owner that is a command, and not a server that stays.
const BRIEF: &str = "brief";

/// A running server as its owner recorded it.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) pid: u32,
    pub(crate) socket_dir: PathBuf,
    /// Its owner ends soon, and the server with it.
    pub(crate) brief: bool,
}

impl Lock {
    /// Nothing when another owner lives. One that was killed can seem to live for a moment: a
    /// program that it was about to start still holds its files.
    pub(crate) fn acquire_soon(layout: &Layout) -> Result<Option<Self>, Error> {
        let answer = until(GHOST, || match Self::acquire(layout) {
            Ok(None) if !owner(layout).is_some_and(sys::exists) => None,
            answer => Some(answer),
        });
        answer.unwrap_or(Ok(None))
    }

    /// Nothing when the lock is held.
    pub(crate) fn acquire(layout: &Layout) -> Result<Option<Self>, Error> {
        let path = layout.lock();
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .at("open", &path)?;
        match file.try_lock() {
            Ok(()) => {
                let lock = Self {
                    file,
                    path,
                    brief: false,
                };
                lock.forget()?;
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(source).at("lock", &path),
        }
    }

    /// Says that the owner ends soon: nobody who stays should rely on its server.
    pub(crate) fn for_a_while(mut self) -> Result<Self, Error> {
        self.brief = true;
        self.forget()?;
        Ok(self)
    }

    /// The owner's line.
    fn us(&self) -> String {
        let pid = std::process::id();
        match self.brief {
            true => format!("{pid} {BRIEF}\n"),
            false => format!("{pid}\n"),
        }
    }

    /// Tells other commands where the server is.
    pub(crate) fn record(&self, server: u32, socket_dir: &Path) -> Result<(), Error> {
        let mut text = format!("{}{server}\n", self.us()).into_bytes();
        text.extend_from_slice(socket_dir.as_os_str().as_bytes());
        text.push(b'\n');
        self.write(&text)
    }

    /// Takes the server back; the owner stays.
    pub(crate) fn forget(&self) -> Result<(), Error> {
        self.write(self.us().as_bytes())
    }

    fn write(&self, text: &[u8]) -> Result<(), Error> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.write_all_at(text, 0))
            .at("write", &self.path)
    }
}

impl Drop for Lock {
    /// Closing the file would not do while a process that is being started has it open too.
    fn drop(&mut self) {
        self.file.unlock().ok();
    }
}

/// The pid in the lock file, for messages.
pub(crate) fn owner(layout: &Layout) -> Option<u32> {
    let text = fs::read(layout.lock()).ok()?;
    number(text.split(|byte| b" \n".contains(byte)).next()?)
}

/// The server of the live owner, if it is up.
pub(crate) fn running(layout: &Layout) -> Option<Running> {
    let text = fs::read(layout.lock()).ok()?;
    let text = text.strip_suffix(b"\n")?;
    let mut lines = text.splitn(3, |&byte| byte == b'\n');
    let mut first = lines.next()?.splitn(2, |&byte| byte == b' ');
    let owner = number(first.next()?)?;
    let brief = first.next() == Some(BRIEF.as_bytes());
    let pid = number(lines.next()?)?;
    let socket_dir = PathBuf::from(OsStr::from_bytes(lines.next()?));
    let alive = sys::exists(owner) && holder(pid, &layout.cluster()) != Holder::NotAServer;
    alive.then_some(Running {
        pid,
        socket_dir,
        brief,
    })
}

fn number(line: &[u8]) -> Option<u32> {
    std::str::from_utf8(line).ok()?.parse().ok()
}

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::error::is_storage;

/// What one module could not write for want of room, or because the disk fails: statements and
/// files, which may lie on different disks. For whoever watches the process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Room(Arc<Inner>);

#[derive(Default)]
struct Inner {
    statements: AtomicU64,
    files: AtomicU64,
    try_file: OnceLock<TryFile>,
}

type TryFile = Arc<dyn Fn() -> io::Result<()> + Send + Sync>;

/// What a failing disk answers; std has no kind for it.
const EIO: i32 = 5;

impl Room {
    /// How many writes have found none since the process started.
    pub fn refusals(&self) -> u64 {
        self.refused_statements() + self.refused_files()
    }

    pub fn refused_statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    pub fn refused_files(&self) -> u64 {
        self.0.files.load(Ordering::Relaxed)
    }

    /// Counts a file that could not be written, if it was for that.
    pub fn file(&self, error: &io::Error) {
        use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let full = matches!(
            error.kind(),
            StorageFull | QuotaExceeded | ReadOnlyFilesystem
        );
        if full || error.raw_os_error() == Some(EIO) {
            self.0.files.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How the module finds out whether a file can be written again: it writes a small one where
    /// its files are, takes it to the disk, and removes it. Said once, by who keeps the files.
    pub fn tries_files_by(&self, work: impl Fn() -> io::Result<()> + Send + Sync + 'static) {
        let _ = self.0.try_file.set(Arc::new(work));
    }

    /// Writes a file and removes it; nothing is tried for a module that has none.
    pub async fn try_file(&self) -> io::Result<()> {
        let Some(work) = self.0.try_file.get().cloned() else {
            return Ok(());
        };
        let tried = tokio::task::spawn_blocking(move || work()).await;
        let tried = tried.unwrap_or_else(|failed| Err(io::Error::other(failed)));
        tried.inspect_err(|error| self.file(error))
    }

    /// Counts a statement.
    pub(super) fn statement(&self, error: &sqlx::Error) {
        let code = error.as_database_error().and_then(|refusal| refusal.code());
        if code.is_some_and(|code| is_storage(&code)) {
            self.0.statements.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn of_files_that_cannot_be_written_a_full_or_broken_disk_counts() {
        let room = Room::default();
        let (enospc, eio, erofs) = (28, 5, 30);
        for (error, counted) in [
            (Error::from_raw_os_error(enospc), 1),
            (Error::from_raw_os_error(eio), 2),
            (Error::from_raw_os_error(erofs), 3),
            (Error::from(ErrorKind::QuotaExceeded), 4),
            (Error::from(ErrorKind::NotFound), 4),
            (Error::from(ErrorKind::PermissionDenied), 4),
        ] {
            room.file(&error);
            assert_eq!(room.refused_files(), counted, "{error}");
        }
        assert_eq!(room.refused_statements(), 0);
    }

    #[tokio::test]
    async fn a_file_is_tried_as_its_keeper_said() {
        let room = Room::default();
        room.try_file().await.expect("there are no files");
        let tries = AtomicU64::new(0);
        room.tries_files_by(move || match tries.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::from_raw_os_error(28)),
            1 => Err(Error::from(ErrorKind::NotADirectory)),
            _ => Ok(()),
        });
        for counted in [1, 1] {
            room.try_file().await.expect_err("it is not written");
            assert_eq!(room.refusals(), counted);
        }
        room.try_file().await.expect("room");
    }
}

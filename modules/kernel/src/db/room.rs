use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::error::is_storage;

/// Counts what one module could not write for want of room, or because the disk fails: statements
/// and files. For whoever watches the process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Room(Arc<AtomicU64>);

/// What a failing disk answers; std has no kind for it.
const EIO: i32 = 5;

impl Room {
    /// How many writes have found none since the process started.
    pub fn refusals(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts a file that could not be written, if it was for that.
    pub fn file(&self, error: &io::Error) {
        use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let full = matches!(
            error.kind(),
            StorageFull | QuotaExceeded | ReadOnlyFilesystem
        );
        if full || error.raw_os_error() == Some(EIO) {
            self.refused();
        }
    }

    /// The same for a statement.
    pub(super) fn statement(&self, error: &sqlx::Error) {
        let code = error.as_database_error().and_then(|refusal| refusal.code());
        if code.is_some_and(|code| is_storage(&code)) {
            self.refused();
        }
    }

    fn refused(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
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
            assert_eq!(room.refusals(), counted, "{error}");
        }
    }
}

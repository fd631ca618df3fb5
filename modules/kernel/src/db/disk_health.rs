use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::error::is_storage;

/// Counts one module's writes that failed because a disk was full or broken: statements and files,
/// which may lie on different disks. For the readiness probe. Cheap to clone.
#[derive(Clone, Default)]
pub struct DiskHealth(Arc<Inner>);

#[derive(Default)]
struct Inner {
    statements: AtomicU64,
    files: AtomicU64,
    probe_files: OnceLock<FileProbe>,
}

type FileProbe = Arc<dyn Fn() -> io::Result<()> + Send + Sync>;

/// What a failing disk answers; std has no kind for it.
const EIO: i32 = 5;

impl DiskHealth {
    /// Failed writes since the process started.
    pub fn failures(&self) -> u64 {
        self.failed_statements() + self.failed_files()
    }

    pub fn failed_statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    pub fn failed_files(&self) -> u64 {
        self.0.files.load(Ordering::Relaxed)
    }

    /// Counts a file that could not be written, if the disk was the reason.
    pub fn count_file_error(&self, error: &io::Error) {
        use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let full = matches!(
            error.kind(),
            StorageFull | QuotaExceeded | ReadOnlyFilesystem
        );
        if full || error.raw_os_error() == Some(EIO) {
            self.0.files.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sets, once, how to find out whether files can be written again: write a small one where the
    /// module keeps its files, sync it, and remove it.
    pub fn probe_files_with(&self, work: impl Fn() -> io::Result<()> + Send + Sync + 'static) {
        let _ = self.0.probe_files.set(Arc::new(work));
    }

    /// Writes a file and removes it; does nothing for a module that has none.
    pub async fn probe_files(&self) -> io::Result<()> {
        let Some(work) = self.0.probe_files.get().cloned() else {
            return Ok(());
        };
        let tried = tokio::task::spawn_blocking(move || work()).await;
        let tried = tried.unwrap_or_else(|failed| Err(io::Error::other(failed)));
        tried.inspect_err(|error| self.count_file_error(error))
    }

    /// Counts a failed statement, if the disk was the reason.
    pub(super) fn count_statement_error(&self, error: &sqlx::Error) {
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
        let disk_health = DiskHealth::default();
        let (enospc, eio, erofs) = (28, 5, 30);
        for (error, counted) in [
            (Error::from_raw_os_error(enospc), 1),
            (Error::from_raw_os_error(eio), 2),
            (Error::from_raw_os_error(erofs), 3),
            (Error::from(ErrorKind::QuotaExceeded), 4),
            (Error::from(ErrorKind::NotFound), 4),
            (Error::from(ErrorKind::PermissionDenied), 4),
        ] {
            disk_health.count_file_error(&error);
            assert_eq!(disk_health.failed_files(), counted, "{error}");
        }
        assert_eq!(disk_health.failed_statements(), 0);
    }

    #[tokio::test]
    async fn a_file_is_tried_as_its_keeper_said() {
        let disk_health = DiskHealth::default();
        disk_health.probe_files().await.expect("there are no files");
        let tries = AtomicU64::new(0);
        disk_health.probe_files_with(move || match tries.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Error::from_raw_os_error(28)),
            1 => Err(Error::from(ErrorKind::NotADirectory)),
            _ => Ok(()),
        });
        for counted in [1, 1] {
            disk_health
                .probe_files()
                .await
                .expect_err("it is not written");
            assert_eq!(disk_health.failures(), counted);
        }
        disk_health.probe_files().await.expect("room");
    }
}

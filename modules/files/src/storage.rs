//! Where files lie: behind one small trait, so that an object store can follow the directory.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use feira_kernel::db::Room;
use uuid::Uuid;

use crate::{FileError, FileKey};

/// Files by content key. Writing a key twice is harmless: the content is the same.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Keeps the bytes for good before it answers. `temporary` is any id not used before.
    async fn put(&self, key: FileKey, bytes: Vec<u8>, temporary: Uuid) -> Result<(), FileError>;
    /// `None` if there is no such file.
    async fn get(&self, key: FileKey) -> Result<Option<Vec<u8>>, FileError>;
}

/// Files in a local directory: `<root>/<first two digits>/<key>`.
pub struct DiskStorage {
    root: PathBuf,
    room: Room,
}

/// Written and removed to see whether there is room; backups leave out what ends so.
const TRIAL: &str = "room.tmp";

impl DiskStorage {
    /// In this directory, made when something is kept; `room` counts what finds no room in it.
    pub fn new(root: PathBuf, room: Room) -> Self {
        let tried = root.clone();
        room.tries_files_by(move || try_write(&tried));
        Self { root, room }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, FileError> {
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                self.room.file(&error);
                Err(FileError::Unavailable(format!("files: {error}")))
            }
            Err(error) => Err(FileError::Internal(format!("files: {error}"))),
        }
    }
}

#[async_trait]
impl Storage for DiskStorage {
    async fn put(&self, key: FileKey, bytes: Vec<u8>, temporary: Uuid) -> Result<(), FileError> {
        let path = key.path(&self.root);
        self.blocking(move || write(&path, &bytes, temporary)).await
    }

    async fn get(&self, key: FileKey) -> Result<Option<Vec<u8>>, FileError> {
        let path = key.path(&self.root);
        self.blocking(move || match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }
}

/// Whole or not at all, also when the power fails: a row that names the file comes later.
fn write(path: &Path, bytes: &[u8], temporary: Uuid) -> io::Result<()> {
    let Some(directory) = path.parent() else {
        return Err(io::Error::other("a file needs a directory"));
    };
    fs::create_dir_all(directory)?;
    // Whoever made it may not have come to the end of this.
    if path.exists() {
        return kept(directory);
    }
    let draft = directory.join(format!("{temporary}.tmp"));
    let written = fill(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    kept(directory)
}

/// Returns when the names in the directory are on the disk.
fn kept(directory: &Path) -> io::Result<()> {
    fs::File::open(directory)?.sync_all()?;
    // A directory that was made just now must itself be found again.
    match directory.parent() {
        Some(root) => fs::File::open(root)?.sync_all(),
        None => Ok(()),
    }
}

/// Keeps the bytes under a name that nobody reads.
fn fill(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn try_write(root: &Path) -> io::Result<()> {
    fs::create_dir_all(root)?;
    let draft = root.join(TRIAL);
    let written = fill(&draft, &[1; 65_536]);
    // Another one who tries may have removed it.
    let _ = fs::remove_file(&draft);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_counted() {
        let (enospc, edquot) = (
            io::Error::from_raw_os_error(28),
            io::Error::from(ErrorKind::QuotaExceeded),
        );
        let store = DiskStorage::new(PathBuf::new(), Room::default());
        for (error, counted) in [
            (enospc, 1),
            (edquot, 2),
            (io::Error::from(ErrorKind::NotADirectory), 2),
        ] {
            let refused = store.blocking(move || Err::<(), _>(error)).await;
            let refused = refused.expect_err("it was not written");
            assert!(matches!(refused, FileError::Unavailable(_)));
            assert_eq!(store.room.refusals(), counted);
        }
    }

    /// The device answers every write with a real ENOSPC.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_finds_no_room_on_the_disk_is_found_out_there() {
        let root = feira_testkit::directory().join("files");
        let room = Room::default();
        let store = DiskStorage::new(root.clone(), room.clone());
        let key = FileKey::parse(&format!("{}.png", "ab".repeat(32))).unwrap();
        let full = |path: PathBuf| std::os::unix::fs::symlink("/dev/full", path).unwrap();
        fs::create_dir_all(root.join("ab")).unwrap();

        full(root.join("ab").join(format!("{}.tmp", Uuid::nil())));
        let refused = store.put(key.clone(), vec![7; 9], Uuid::nil()).await;
        assert!(matches!(refused, Err(FileError::Unavailable(_))));
        assert_eq!((room.refused_files(), room.refused_statements()), (1, 0));
        full(root.join(TRIAL));
        room.try_file().await.unwrap_err();
        assert_eq!(room.refused_files(), 2);

        room.try_file().await.unwrap();
        store
            .put(key.clone(), vec![7; 9], Uuid::nil())
            .await
            .unwrap();
        assert_eq!(store.get(key).await.unwrap(), Some(vec![7; 9]));
        let left = fs::read_dir(&root).unwrap().count();
        assert_eq!(left, 1, "nothing is left of the trials");
    }
}

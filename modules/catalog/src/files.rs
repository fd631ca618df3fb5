//! Where images lie: behind one small trait, so that an object store can follow the directory.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use feira_kernel::db::Room;
use uuid::Uuid;

use crate::CatalogError;

/// Files by content key. Writing a key twice is harmless: the content is the same.
#[async_trait]
pub(crate) trait Files: Send + Sync + 'static {
    /// Keeps the bytes for good before it answers. `temporary` is any id not used before.
    async fn put(&self, key: Key, bytes: Vec<u8>, temporary: Uuid) -> Result<(), CatalogError>;
    async fn get(&self, key: Key) -> Result<Option<Vec<u8>>, CatalogError>;
}

/// `<sha-256>.<jpg|png|webp>`, checked: nothing else is ever made a path of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    hash: String,
    kind: &'static str,
}

const KINDS: [(&str, &str); 3] = [
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
];

impl Key {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (hash, extension) = text.split_once('.')?;
        let (kind, _) = KINDS.iter().find(|(kind, _)| *kind == extension)?;
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (hash.len() == 64 && hash.bytes().all(hex)).then(|| Self {
            hash: hash.to_owned(),
            kind,
        })
    }

    pub(crate) fn content_type(&self) -> &'static str {
        let found = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        found.map_or("application/octet-stream", |(_, content_type)| content_type)
    }

    fn path(&self, root: &Path) -> PathBuf {
        root.join(&self.hash[..2])
            .join(format!("{}.{}", self.hash, self.kind))
    }
}

/// Files in a local directory: `<root>/<first two digits>/<key>`.
pub(crate) struct Directory {
    root: PathBuf,
    room: Room,
}

/// Written and removed to see whether there is room; backups leave out what ends so.
const TRIAL: &str = "room.tmp";

impl Directory {
    pub(crate) fn new(root: PathBuf, room: Room) -> Self {
        let tried = root.clone();
        room.tries_files_by(move || try_write(&tried));
        Self { root, room }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, CatalogError> {
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                self.room.file(&error);
                Err(CatalogError::Unavailable(format!("image files: {error}")))
            }
            Err(error) => Err(CatalogError::Internal(format!("image files: {error}"))),
        }
    }
}

#[async_trait]
impl Files for Directory {
    async fn put(&self, key: Key, bytes: Vec<u8>, temporary: Uuid) -> Result<(), CatalogError> {
        let path = key.path(&self.root);
        self.blocking(move || write(&path, &bytes, temporary)).await
    }

    async fn get(&self, key: Key) -> Result<Option<Vec<u8>>, CatalogError> {
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
    if path.exists() {
        return Ok(());
    }
    let Some(directory) = path.parent() else {
        return Err(io::Error::other("a file needs a directory"));
    };
    fs::create_dir_all(directory)?;
    let draft = directory.join(format!("{temporary}.tmp"));
    let written = fill(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
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
    use feira_kernel::{ErrorKind as Kind, ModuleError};

    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_counted() {
        let (enospc, edquot) = (
            io::Error::from_raw_os_error(28),
            io::Error::from(ErrorKind::QuotaExceeded),
        );
        let store = Directory::new(PathBuf::new(), Room::default());
        for (error, counted) in [
            (enospc, 1),
            (edquot, 2),
            (io::Error::from(ErrorKind::NotADirectory), 2),
        ] {
            let refused = store.blocking(move || Err::<(), _>(error)).await;
            let refused = refused.expect_err("it was not written");
            assert_eq!(refused.kind(), Kind::Unavailable);
            assert_eq!(store.room.refusals(), counted);
        }
    }

    /// The device answers every write with a real ENOSPC.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_finds_no_room_on_the_disk_is_found_out_there() {
        let root = feira_testkit::directory().join("files");
        let room = Room::default();
        let store = Directory::new(root.clone(), room.clone());
        let key = Key::parse(&format!("{}.png", "ab".repeat(32))).unwrap();
        let full = |path: PathBuf| std::os::unix::fs::symlink("/dev/full", path).unwrap();
        fs::create_dir_all(root.join("ab")).unwrap();

        full(root.join("ab").join(format!("{}.tmp", Uuid::nil())));
        let refused = store.put(key.clone(), vec![7; 9], Uuid::nil()).await;
        assert_eq!(refused.unwrap_err().kind(), Kind::Unavailable);
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

    #[test]
    fn only_content_keys_become_paths() {
        let hash = "0123456789abcdef".repeat(4);
        let key = Key::parse(&format!("{hash}.jpg")).unwrap();
        assert_eq!(key.content_type(), "image/jpeg");
        assert_eq!(
            key.path(Path::new("/f")),
            Path::new(&format!("/f/01/{hash}.jpg"))
        );
        for bad in [
            String::new(),
            hash.clone(),
            format!("{hash}.gif"),
            format!("{hash}.jpg.jpg"),
            format!("{hash}.jpg/../x.jpg"),
            format!("../{hash}.jpg"),
            format!("{}.jpg", hash.to_uppercase()),
            format!("{}.jpg", &hash[1..]),
            format!("{}.jpg", "../".repeat(21) + "a"),
            format!("{hash}\0.jpg"),
        ] {
            assert_eq!(Key::parse(&bad), None, "{bad}");
        }
    }
}

//! Directories for what a command needs until it ends.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

const PREFIX: &str = "feira-";
const SUFFIX: &str = ".partial";
/// How many may be in use at one place.
const MOST: u32 = 1000;

/// A directory that is gone when the command ends. What a killed command left goes at the next
/// run: nobody holds its lock any more.
pub(super) struct Scratch {
    path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// For what nobody else may read.
    pub(super) fn private(parent: &Path) -> anyhow::Result<Self> {
        Self::new(parent, 0o700)
    }

    /// For a scratch cluster only: as root's it runs as another user, who must pass through.
    pub(super) fn passable(parent: &Path) -> anyhow::Result<Self> {
        Self::new(parent, 0o711)
    }

    fn new(parent: &Path, mode: u32) -> anyhow::Result<Self> {
        sweep(parent);
        let first = std::process::id();
        for number in first..first.saturating_add(MOST) {
            let path = parent.join(format!("{PREFIX}{number}{SUFFIX}"));
            match make(&path, mode) {
                Ok(Some(lock)) => return Ok(Self { path, _lock: lock }),
                Ok(None) => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot make {}", path.display()));
                }
            }
        }
        bail!("{} is full of scratch directories", parent.display())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A new file that only its owner can read.
    pub(super) fn file(&self, name: &str) -> anyhow::Result<(PathBuf, File)> {
        let path = self.path.join(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok((path, file))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Nothing if the name is in use, or if another command took the new directory for an old one.
fn make(path: &Path, mode: u32) -> io::Result<Option<File>> {
    match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        made => made?,
    }
    let lock = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    lock.lock()?;
    if !path.exists() {
        return Ok(None);
    }
    // Whatever the umask says.
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    Ok(Some(lock))
}

/// Removes what commands left that were killed.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = is_ours(&entry.file_name()) && entry.file_type().is_ok_and(|t| t.is_dir());
        if !ours {
            continue;
        }
        if let Ok(dir) = File::open(entry.path())
            && dir.try_lock().is_ok()
        {
            remove(&entry.path());
        }
    }
}

fn is_ours(name: &OsStr) -> bool {
    let number = name
        .to_str()
        .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn remove(dir: &Path) {
    if let Err(error) = fs::remove_dir_all(dir) {
        tracing::warn!(%error, dir = %dir.display(), "a scratch directory was left");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(parent: &Path) -> Vec<String> {
        let names = fs::read_dir(parent).expect("a directory").flatten();
        let mut names: Vec<_> = names
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_next_run_sweeps_what_nobody_holds() {
        let parent = feira_testkit::directory();
        for name in ["feira-1.partial", "feira-x.partial", "feira-2.partial.d"] {
            fs::create_dir(parent.join(name)).expect("a directory");
            fs::write(parent.join(name).join("database.dump"), "all of it").expect("a file");
        }
        fs::write(parent.join("feira-3.partial"), "a file").expect("a file");
        let held = Scratch::private(&parent).expect("a directory");
        let other = Scratch::passable(&parent).expect("a directory");
        assert!(held.path().is_dir() && held.path() != other.path());
        let mode = |dir: &Scratch| fs::metadata(dir.path()).expect("it").permissions().mode();
        assert_eq!(mode(&held) & 0o777, 0o700);
        assert_eq!(mode(&other) & 0o777, 0o711);
        let (file, _) = held.file("dump").expect("a file");
        let readable = fs::metadata(file).expect("it").permissions().mode();
        assert_eq!(readable & 0o777, 0o600);
        drop((held, other));
        assert_eq!(
            left(&parent),
            ["feira-2.partial.d", "feira-3.partial", "feira-x.partial"]
        );
    }
}

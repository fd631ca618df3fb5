//! Files and folders with exactly the rights that they need, whatever the umask says.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Error;
use crate::error::At;
use crate::wait::until;

const LOG_LIMIT: u64 = 4 << 20;
const TAIL: u64 = 4096;

/// The part of a path that exists, without links, and the names that are missing below it.
pub(crate) fn resolve(path: &Path) -> Result<(PathBuf, Vec<OsString>), Error> {
    let whole = std::path::absolute(path).at("resolve", path)?;
    let mut missing = Vec::new();
    for dir in whole.ancestors() {
        match dir.canonicalize() {
            Ok(existing) => {
                missing.reverse();
                return Ok((existing, missing));
            }
            Err(error) => match dir.file_name() {
                Some(name) if error.kind() == ErrorKind::NotFound => missing.push(name.to_owned()),
                // Not allowed, not a folder, or `..` of a folder that is missing.
                _ => return Err(error).at("enter", dir),
            },
        }
    }
    Ok((PathBuf::from("/"), missing))
}

/// Makes a folder unless it exists; only a new one gets the mode.
pub(crate) fn make_dir(dir: &Path, mode: u32) -> Result<(), Error> {
    match fs::create_dir(dir) {
        Ok(()) => {
            fs::set_permissions(dir, Permissions::from_mode(mode)).at("change the mode of", dir)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        Err(error) => Err(error).at("create", dir),
    }
}

/// Writes a new file that only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let mut part = path.as_os_str().to_owned();
    part.push(".new");
    let part = PathBuf::from(part);
    remove_file(&part)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .at("create", &part)?;
    file.write_all(text.as_bytes()).at("write", &part)?;
    file.sync_all().at("write", &part)?;
    fs::rename(&part, path).at("create", path)
}

pub(crate) fn remove_file(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at("remove", path),
        _ => Ok(()),
    }
}

/// Removes a folder; a process that just lost its parent may still be writing in it.
pub(crate) fn remove_dir(dir: &Path) -> Result<(), Error> {
    let mut last = Ok(());
    until(Duration::from_secs(5), || {
        last = fs::remove_dir_all(dir);
        let kind = last.as_ref().map_err(std::io::Error::kind).err();
        match kind {
            None => Some(()),
            Some(ErrorKind::DirectoryNotEmpty) => None,
            Some(ErrorKind::NotFound) if fs::symlink_metadata(dir).is_ok() => None,
            Some(ErrorKind::NotFound) => {
                last = Ok(());
                Some(())
            }
            Some(_) => Some(()),
        }
    });
    last.at("remove", dir)
}

/// Makes the names in a folder last through a loss of power.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .at("write", dir)
}

pub(crate) fn open_log(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .at("open", path)
}

/// Keeps a log small: what is too long becomes `<name>.1`. The server holds the file open for
/// appending, so it goes on at the new beginning; a line written meanwhile may be lost.
pub(crate) fn rotate(log: &Path) {
    if fs::metadata(log).is_ok_and(|found| found.len() > LOG_LIMIT) {
        let kept = log.with_extension("log.1");
        let cut = fs::copy(log, kept)
            .and_then(|_| OpenOptions::new().write(true).open(log))
            .and_then(|file| file.set_len(0));
        if let Err(error) = cut {
            tracing::warn!(%error, log = %log.display(), "cannot shorten the log");
        }
    }
}

/// The last lines that were written after `start`.
pub(crate) fn tail(log: &Path, start: u64) -> String {
    let mut text = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let end = file.metadata().map_or(0, |found| found.len());
        let from = start.max(end.saturating_sub(TAIL));
        if file.seek(SeekFrom::Start(from)).is_ok() {
            file.read_to_end(&mut text).ok();
        }
    }
    String::from_utf8_lossy(&text).trim().to_owned()
}

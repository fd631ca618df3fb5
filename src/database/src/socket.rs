use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::account::Account;
use crate::error::At;

const NAME: &str = ".s.PGSQL.5432";

/// The longest path that a socket's address holds.
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The folder of the socket: the cluster's own, which only its user can enter; when that path
/// cannot be a socket's, one of the same kind in the temporary directory.
pub(crate) fn choose(cluster: &Path, temp_dir: &Path, account: &Account) -> PathBuf {
    let short = cluster.join(NAME).as_os_str().len() <= LONGEST;
    // Clients take a comma for the end of a host, and URLs are UTF-8.
    let plain = cluster.to_str().is_some_and(|path| !path.contains(','));
    if short && plain {
        return cluster.to_owned();
    }
    let place = fnv1a(cluster.as_os_str().as_bytes());
    temp_dir.join(format!("feira-{}-{place:016x}", account.uid()))
}

/// Makes the folder unless it is the cluster's. Anybody can write to the temporary directory,
/// so one that is there must be a real folder of the right user and closed to others.
pub(crate) fn prepare(dir: &Path, cluster: &Path, account: &Account) -> Result<(), Error> {
    if dir == cluster {
        return Ok(());
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => return account.give(dir),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).at("create", dir),
    }
    let found = fs::symlink_metadata(dir).at("read", dir)?;
    if found.is_dir() && found.uid() == account.uid() && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::SocketDir {
        dir: dir.to_owned(),
    })
}

/// Removes the folder if `prepare` made it; the server has removed its socket by then.
pub(crate) fn remove(dir: &Path, cluster: &Path) {
    if dir != cluster {
        fs::remove_dir(dir).ok();
    }
}

pub(crate) fn files(dir: &Path) -> [PathBuf; 2] {
    [dir.join(NAME), dir.join(format!("{NAME}.lock"))]
}

/// The value of `unix_socket_directories`, a list whose members can be quoted.
pub(crate) fn quoted(dir: &Path) -> Vec<u8> {
    let mut value = vec![b'"'];
    for &byte in dir.as_os_str().as_bytes() {
        if byte == b'"' {
            value.push(byte);
        }
        value.push(byte);
    }
    value.push(b'"');
    value
}

/// A hash that stays the same in every release.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

//! Packing and unpacking of backups.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::cluster::private_dir;

/// Writes the archive; whoever reads the file sees a whole one only if this ends well.
pub(super) fn pack(
    out: File,
    entries: &[(&str, PathBuf)],
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let mut tar = tar::Builder::new(BufWriter::new(Stoppable { inner: out, stop }));
    tar.follow_symlinks(false);
    for (name, path) in entries {
        if path.is_dir() {
            tar.append_dir_all(name, path)?;
        } else if path.exists() {
            tar.append_path_with_name(path, name)?;
        }
    }
    let out = tar
        .into_inner()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    out.inner.sync_all()?;
    Ok(())
}

/// Unpacks into a directory; entries that would leave it are refused by the library.
pub(super) fn unpack(file: &Path, into: &Path, stop: &CancellationToken) -> anyhow::Result<()> {
    let inner = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut tar = tar::Archive::new(BufReader::new(Stoppable { inner, stop }));
    tar.set_preserve_permissions(true);
    tar.unpack(into)
        .with_context(|| format!("{} is not a backup of Feira", file.display()))
}

/// Moves what is in a directory to where it belongs; what is there already stays.
pub(super) fn move_into(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    private_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if !place.exists() {
            fs::rename(entry.path(), &place)
                .with_context(|| format!("cannot move {}", place.display()))?;
        }
    }
    Ok(())
}

/// A file that fails as soon as nobody waits for the work any more.
struct Stoppable<'a> {
    inner: File,
    stop: &'a CancellationToken,
}

impl Stoppable<'_> {
    fn go_on(&self) -> io::Result<()> {
        match self.stop.is_cancelled() {
            true => Err(io::Error::other("it was stopped")),
            false => Ok(()),
        }
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.go_on()?;
        self.inner.read(buffer)
    }
}

impl Write for Stoppable<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.go_on()?;
        self.inner.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

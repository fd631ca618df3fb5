//! Packing and unpacking of backups.

use std::{fs, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;

/// Writes the archive beside its place and moves it there when it is whole.
pub(super) fn pack(file: &Path, entries: &[(&str, &Path)]) -> anyhow::Result<()> {
    let partial = file.with_extension("tar.partial");
    let out = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .with_context(|| format!("cannot write {}", partial.display()))?;
    let mut tar = tar::Builder::new(std::io::BufWriter::new(out));
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
        .map_err(std::io::IntoInnerError::into_error)?;
    out.sync_all()?;
    fs::rename(&partial, file).with_context(|| format!("cannot write {}", file.display()))
}

/// Unpacks below a directory; entries that would leave it are refused by the library.
pub(super) fn unpack(file: &Path, into: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(into)?;
    let source = fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut tar = tar::Archive::new(std::io::BufReader::new(source));
    tar.set_preserve_permissions(true);
    tar.unpack(into)
        .with_context(|| format!("{} is not a backup of Feira", file.display()))
}

/// Moves what is in a directory to where it belongs; what is there already stays.
pub(super) fn move_into(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
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

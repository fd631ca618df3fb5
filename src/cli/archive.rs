//! Packing and unpacking of backups. The last member of an archive says what the others are, and
//! nothing of an archive is used before all of them were checked.

mod manifest;
mod streams;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::cluster::private_dir;

use manifest::{Manifest, Member};
use streams::{Stoppable, Summed};

pub(super) const DUMP: &str = "database.dump";
/// What is written beside a file until that is whole: another process may be at it.
const DRAFTS: &[&str] = &[".tmp", ".partial", ".new"];
const BLOCK: usize = 512;

/// Writes the archive; whoever reads the file sees a whole one only if this ends well.
pub(super) fn pack(
    out: File,
    entries: &[(&str, PathBuf)],
    at: OffsetDateTime,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let mut packer = Packer {
        tar: tar::Builder::new(BufWriter::new(Stoppable::new(out, stop))),
        seconds: u64::try_from(at.unix_timestamp()).unwrap_or_default(),
        members: Vec::new(),
    };
    for (name, path) in entries {
        if path.symlink_metadata().is_ok() {
            packer.add(name, path)?;
        }
    }
    let members = std::mem::take(&mut packer.members);
    let text = Manifest::new(members, at)?.text()?;
    packer.append(manifest::NAME, text.len() as u64, text.as_bytes())?;
    let out = packer.tar.into_inner()?.into_inner();
    let out = out.map_err(io::IntoInnerError::into_error)?;
    out.into_inner().sync_all()?;
    Ok(())
}

struct Packer<W: Write> {
    tar: tar::Builder<W>,
    seconds: u64,
    members: Vec<Member>,
}

impl<W: Write> Packer<W> {
    /// A file, or all files below a directory.
    fn add(&mut self, name: &str, path: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot read {}", path.display());
        let found = fs::metadata(path).with_context(cannot)?;
        if found.is_dir() {
            for entry in fs::read_dir(path).with_context(cannot)? {
                let entry = entry.with_context(cannot)?;
                let below = entry.file_name();
                let below = below.to_str().with_context(cannot)?;
                if !DRAFTS.iter().any(|ending| below.ends_with(ending)) {
                    self.add(&format!("{name}/{below}"), &entry.path())?;
                }
            }
            return Ok(());
        }
        ensure!(
            found.is_file(),
            "{} is neither a file nor a directory",
            path.display()
        );
        let file = File::open(path).with_context(cannot)?;
        let size = file.metadata().with_context(cannot)?.len();
        let mut content = Summed::new(file.take(size));
        self.append(name, size, &mut content)
            .with_context(|| format!("cannot pack {}", path.display()))?;
        ensure!(
            content.size() == size,
            "{} became shorter while it was read",
            path.display()
        );
        self.members.push(content.member(name.to_owned()));
        Ok(())
    }

    fn append(&mut self, name: &str, size: u64, content: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(self.seconds);
        header.set_size(size);
        self.tar.append_data(&mut header, name, content)
    }
}

/// Unpacks into a directory that nobody else writes to, and checks what was unpacked. An archive
/// without a manifest is taken only if the caller says so.
pub(super) fn unpack(
    file: &Path,
    into: &Path,
    unverified: bool,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let inner = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let reader = BufReader::new(Stoppable::new(inner, stop));
    checked(tar::Archive::new(reader), into, unverified)
        .with_context(|| format!("the archive {} is not restored", file.display()))
}

fn checked<R: Read>(mut tar: tar::Archive<R>, into: &Path, unverified: bool) -> anyhow::Result<()> {
    let mut found: BTreeMap<String, Member> = BTreeMap::new();
    let mut manifest = None;
    let mut directory = None;
    for entry in tar.entries()? {
        let mut entry = entry.context("it is damaged, or no backup of Feira")?;
        let path = place(&entry)?;
        ensure!(manifest.is_none(), "{path} stands behind its manifest");
        ensure!(!found.contains_key(&path), "{path} is in it twice");
        let size = entry.size();
        if entry.header().entry_type().is_dir() {
            directory = Some(path);
        } else if path == manifest::NAME {
            let mut text = Vec::new();
            entry.read_to_end(&mut text)?;
            manifest = Some(Manifest::read(&text)?);
        } else {
            let member = write(&mut entry, &into.join(&path), &path)?;
            ensure!(member.size == size, "it is cut off within {path}");
            found.insert(path, member);
        }
    }
    ensure!(
        ended(tar.into_inner())?,
        "it is cut off, or something stands behind its end"
    );
    match (manifest, directory) {
        // Files alone are packed since there is a manifest.
        (Some(_), Some(path)) => bail!("{path} is not in its manifest"),
        (Some(manifest), None) => manifest.check(&found)?,
        (None, _) => ensure!(
            unverified,
            "it has no {}, so that nothing can be checked: Feira 0.1.0 wrote such archives, and \
             --unverified restores one as it is",
            manifest::NAME
        ),
    }
    ensure!(found.contains_key(DUMP), "it has no {DUMP}");
    Ok(())
}

/// Where in the directory a member belongs; only what a backup has gets a place.
fn place<R: Read>(entry: &tar::Entry<'_, R>) -> anyhow::Result<String> {
    let kind = entry.header().entry_type();
    let path = entry.path()?;
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let parts: Option<Vec<&str>> = parts
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let parts = parts.unwrap_or_default();
    let known = match parts.as_slice() {
        [DUMP | manifest::NAME] => kind.is_file(),
        // The library packed what has holes in a form of its own.
        ["files" | "keys", _, ..] => kind.is_file() || kind.is_gnu_sparse() || kind.is_dir(),
        ["files" | "keys"] => kind.is_dir(),
        _ => false,
    };
    ensure!(known, "{} has no place in a backup", path.display());
    Ok(parts.join("/"))
}

fn write(content: impl Read, to: &Path, path: &str) -> anyhow::Result<Member> {
    if let Some(parent) = to.parent() {
        private_dir(parent)?;
    }
    let cannot = || format!("cannot write {}", to.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .with_context(cannot)?;
    let mut content = Summed::new(content);
    io::copy(&mut content, &mut file).with_context(|| format!("cannot unpack {path}"))?;
    Ok(content.member(path.to_owned()))
}

/// Whether an archive ends where its reader stopped: two blocks of zeros are its end, of which
/// the reader has taken one, and nothing else follows.
fn ended(mut rest: impl Read) -> io::Result<bool> {
    let (mut zeros, mut buffer) = (0, [0; 16 * BLOCK]);
    loop {
        let read = rest.read(&mut buffer)?;
        if buffer[..read].iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(zeros >= BLOCK);
        }
        zeros += read;
    }
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

#[cfg(test)]
mod tests;

//! An archive of programs: one directory with all below it. Nothing of it gets out of the place
//! that it is unpacked into, by its own path or through a link.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufReader, Read},
    os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};
use tokio_util::sync::CancellationToken;

/// What is used of it, with the extensions that the migrations make.
const NEEDED: &[&str] = &[
    "initdb",
    "postgres",
    "pg_dump",
    "pg_restore",
    "pg_trgm.control",
    "unaccent.control",
];
/// All of it together; a published one has a tenth.
const MOST: u64 = 2 << 30;

/// Unpacks a `.tar.gz` into a new directory.
pub(super) fn unpack(file: &Path, into: &Path, stop: &CancellationToken) -> anyhow::Result<()> {
    let file = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let content = GzDecoder::new(BufReader::new(file)).take(MOST);
    let mut archive = Archive::new(content);
    passable(into)?;
    let (mut names, mut links) = (BTreeSet::new(), Vec::new());
    for entry in archive.entries()? {
        ensure!(!stop.is_cancelled(), "it was stopped");
        let mut entry = entry.context("it is damaged, or no .tar.gz")?;
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let named = entry.path()?.into_owned();
        let Some(path) = below(&named).with_context(|| refusal(&named))? else {
            continue; // The one directory itself.
        };
        write(&mut entry, kind, into, &path).with_context(|| refusal(&named))?;
        if kind == EntryType::Symlink {
            links.push(path.clone());
        }
        names.extend(
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    // The sum of what was compressed stands at its end.
    io::copy(&mut archive.into_inner(), &mut io::sink()).context("it is cut off")?;
    inside(into, &links)?;
    let missing = NEEDED.iter().find(|name| !names.contains(**name));
    ensure!(missing.is_none(), "it has no {}", missing.unwrap_or(&""));
    Ok(())
}

fn refusal(path: &Path) -> String {
    format!("{} cannot be unpacked", path.display())
}

/// A member's path without the directory that all have in common.
fn below(path: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut parts = path.components().filter(|part| *part != Component::CurDir);
    let plain = |part: &Component<'_>| matches!(part, Component::Normal(_));
    ensure!(parts.clone().all(|part| plain(&part)), "it leads elsewhere");
    parts.next();
    let rest: PathBuf = parts.collect();
    Ok((!rest.as_os_str().is_empty()).then_some(rest))
}

fn write<R: Read>(
    entry: &mut Entry<'_, R>,
    kind: EntryType,
    into: &Path,
    path: &Path,
) -> anyhow::Result<()> {
    let to = into.join(path);
    let parents = path.parent().unwrap_or(Path::new(""));
    if kind == EntryType::Directory {
        return directories(into, path);
    }
    directories(into, parents)?;
    match kind {
        EntryType::Regular | EntryType::Continuous => {
            let run = entry.header().mode()? & 0o111 != 0;
            let mode = if run { 0o755 } else { 0o644 };
            let size = entry.size();
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(&to)?;
            ensure!(io::copy(entry, &mut file)? == size, "it is cut off");
            // Whatever the umask says.
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        EntryType::Symlink => {
            let target = entry.link_name()?.context("it leads nowhere")?.into_owned();
            ensure!(stays(parents, &target), "it leads elsewhere");
            symlink(target, &to)?;
        }
        EntryType::Link => {
            let target = entry.link_name()?.context("it leads nowhere")?.into_owned();
            let target = below(&target)?.context("it leads nowhere")?;
            let target = into.join(target);
            let file = target.symlink_metadata()?.is_file();
            let inside = target.canonicalize()?.starts_with(into.canonicalize()?);
            ensure!(file && inside, "it leads elsewhere");
            fs::hard_link(target, &to)?;
        }
        _ => bail!("it is neither a file nor a link"),
    }
    Ok(())
}

/// Makes directories that everybody may pass, none of them by way of a link.
fn directories(into: &Path, path: &Path) -> anyhow::Result<()> {
    let mut dir = into.to_owned();
    for part in path.components() {
        dir.push(part);
        match dir.symlink_metadata() {
            Ok(found) => ensure!(found.is_dir(), "{} is no directory", dir.display()),
            Err(_) => passable(&dir)?,
        }
    }
    Ok(())
}

/// A server of root runs as somebody else, who reads these files.
fn passable(dir: &Path) -> io::Result<()> {
    fs::create_dir(dir)?;
    fs::set_permissions(dir, Permissions::from_mode(0o755))
}

/// Refuses a link that leads out by way of another one, or to nothing.
fn inside(into: &Path, links: &[PathBuf]) -> anyhow::Result<()> {
    let root = into.canonicalize()?;
    for link in links {
        let end = into.join(link).canonicalize();
        let end = end.with_context(|| refusal(link))?;
        ensure!(
            end.starts_with(&root),
            "{}: it leads elsewhere",
            refusal(link)
        );
    }
    Ok(())
}

/// Whether a link in this directory of the archive, taken by itself, leads to something in it.
fn stays(from: &Path, target: &Path) -> bool {
    let mut depth = from.components().count();
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    use super::*;

    /// A member: its path, what it is, and its content or where it leads.
    type Member<'a> = (&'a str, EntryType, &'a str);

    fn archive(members: &[Member<'_>]) -> Vec<u8> {
        let gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut tar = Builder::new(gzip);
        let needed = NEEDED.iter().map(|name| format!("pg/bin/{name}"));
        let needed: Vec<String> = needed.collect();
        let needed = needed
            .iter()
            .map(|path| (path.as_str(), EntryType::Regular, "x"));
        for (path, kind, text) in needed.chain(members.iter().copied()) {
            let mut header = Header::new_gnu();
            header.set_entry_type(kind);
            header.set_mode(0o700);
            let linked = kind == EntryType::Symlink || kind == EntryType::Link;
            let content = if linked { "" } else { text };
            // As it is, also where the library would refuse to write it.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            if linked {
                header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
            }
            header.set_size(content.len() as u64);
            header.set_cksum();
            tar.append(&header, content.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    fn unpacked(bytes: &[u8]) -> (PathBuf, anyhow::Result<()>) {
        let dir = feira_testkit::directory();
        fs::write(dir.join("archive"), bytes).unwrap();
        let into = dir.join("into");
        let done = unpack(&dir.join("archive"), &into, &CancellationToken::new());
        (into, done)
    }

    #[test]
    fn files_and_links_are_unpacked_for_everybody_to_read() {
        let (into, done) = unpacked(&archive(&[
            ("pg/lib/libpq.so.5", EntryType::Regular, "library"),
            ("pg/lib/libpq.so", EntryType::Symlink, "libpq.so.5"),
            ("pg/bin/linked", EntryType::Symlink, "../lib/./libpq.so"),
            ("pg/share/zone", EntryType::Link, "pg/lib/libpq.so.5"),
            ("pg/share/empty/", EntryType::Directory, ""),
        ]));
        done.unwrap();
        for path in ["lib/libpq.so", "bin/linked", "share/zone"] {
            assert_eq!(fs::read_to_string(into.join(path)).unwrap(), "library");
        }
        assert!(into.join("share/empty").is_dir());
        for (path, mode) in [("bin", 0o755), ("bin/initdb", 0o755)] {
            let found = fs::metadata(into.join(path)).unwrap().permissions();
            assert_eq!(found.mode() & 0o777, mode, "{path}");
        }
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        use EntryType::{Block, Fifo, Link, Regular, Symlink};
        let bad: &[&[Member<'_>]] = &[
            &[("../outside", Regular, "x")],
            &[("pg/../../outside", Regular, "x")],
            &[("pg/bin/../../../outside", Regular, "x")],
            &[("/outside", Regular, "x")],
            &[("pg/bin/out", Symlink, "../../outside")],
            &[("pg/bin/out", Symlink, "/etc/passwd")],
            &[("pg/out", Link, "pg/../../outside")],
            &[("pg/out", Link, "/etc/passwd")],
            &[("pg/a", Symlink, "bin"), ("pg/a/x", Regular, "x")],
            &[("pg/a", Symlink, "bin"), ("pg/a/b", Symlink, "../../x")],
            &[("pg/a", Symlink, "bin/initdb"), ("pg/a", Regular, "x")],
            &[
                ("pg/a/b/s", Symlink, "../.."),
                ("pg/a/b/t", Symlink, "s/.."),
            ],
            &[
                ("pg/a/t", Symlink, "s/../.."),
                ("pg/a/s", Symlink, "../bin"),
            ],
            &[("pg/a/none", Symlink, "../bin/none")],
            &[("pg/bin/initdb", Regular, "again")],
            &[("pg/pipe", Fifo, "")],
            &[("pg/disk", Block, "")],
        ];
        for members in bad {
            let (into, done) = unpacked(&archive(members));
            assert!(done.is_err(), "{members:?}");
            let parent = into.parent().unwrap();
            assert!(!parent.join("outside").exists(), "{members:?}");
        }
    }

    #[test]
    fn what_is_cut_or_lacks_something_is_refused() {
        let whole = archive(&[("pg/lib/x", EntryType::Regular, "y")]);
        for length in [0, 10, whole.len() / 2, whole.len() - 12] {
            assert!(unpacked(&whole[..length]).1.is_err(), "{length}");
        }
        assert!(unpacked(b"no archive at all").1.is_err());
        let gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let empty = Builder::new(gzip).into_inner().unwrap().finish().unwrap();
        let why = unpacked(&empty).1.unwrap_err().to_string();
        assert!(why.contains("initdb"), "{why}");
    }
}

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Error, OLDEST_MAJOR};

/// Where distributions put the server; `*` stands for a version.
const FOLDERS: &[&str] = &[
    "/usr/lib/postgresql/*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/// Where to look for PostgreSQL.
#[derive(Debug, Clone)]
pub struct Search {
    /// A configured folder: only this one is looked at.
    pub explicit: Option<PathBuf>,
    /// The value of `PATH`, which comes first.
    pub path: Option<OsString>,
    /// Folders with at most one `*` as (part of) one name; of its matches the newest comes first.
    pub folders: Vec<String>,
}

impl Search {
    /// The given `PATH`, then the usual folders of the distributions.
    pub fn new(path: Option<OsString>) -> Self {
        Self {
            explicit: None,
            path,
            folders: FOLDERS.iter().copied().map(str::to_owned).collect(),
        }
    }

    fn candidates(&self) -> Vec<PathBuf> {
        if let Some(dir) = &self.explicit {
            return vec![dir.clone()];
        }
        let path = self.path.as_deref().unwrap_or(OsStr::new(""));
        std::env::split_paths(path)
            .filter(|dir| dir.is_absolute())
            .chain(self.folders.iter().flat_map(|pattern| expand(pattern)))
            .collect()
    }
}

/// The programs of one installed PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// The first installation that fits: of the pinned major version (an existing cluster can
    /// be opened by its own only), else of any version from [`OLDEST_MAJOR`] on.
    pub fn find(search: &Search, pinned_major: Option<u32>) -> Result<Self, Error> {
        let mut others = Vec::new();
        for dir in search.candidates() {
            let Some(major) = major_in(&dir).filter(|&major| major >= OLDEST_MAJOR) else {
                continue;
            };
            if pinned_major.is_none_or(|pinned| pinned == major) {
                let dir = home(dir);
                return Ok(Self { dir, major });
            }
            others.push(major);
        }
        others.sort_unstable();
        others.dedup();
        Err(match (pinned_major, &search.explicit) {
            (Some(data), _) => Error::OtherMajor {
                data,
                installed: others,
            },
            (None, Some(dir)) => Error::NotInFolder { dir: dir.clone() },
            (None, None) => Error::NotFound,
        })
    }

    pub fn major(&self) -> u32 {
        self.major
    }

    /// The folder that holds them all.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    pub fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    pub fn pg_dump(&self) -> PathBuf {
        self.dir.join("pg_dump")
    }

    pub fn pg_restore(&self) -> PathBuf {
        self.dir.join("pg_restore")
    }
}

/// The folders that match, the highest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((head, tail)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let (parent, prefix) = head.rsplit_once('/').unwrap_or(("", head));
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(format!("{parent}/"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = number(name.strip_prefix(prefix)?)?;
            let dir = format!("{parent}/{name}{tail}");
            Some((version, PathBuf::from(dir)))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, dir)| dir).collect()
}

/// A folder of links may hold some of the programs only: the real one has them all.
fn home(dir: PathBuf) -> PathBuf {
    let real = dir.join("postgres").canonicalize().ok();
    match real.as_deref().and_then(Path::parent) {
        Some(real) if real.join("initdb").is_file() => real.to_owned(),
        _ => dir,
    }
}

fn major_in(dir: &Path) -> Option<u32> {
    let postgres = dir.join("postgres");
    if !postgres.is_file() || !dir.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(postgres)
        .arg("--version")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    let text = String::from_utf8_lossy(&output.stdout);
    number(text.split(") ").nth(1)?)
}

/// The digits that a text begins with.
fn number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text[..end.unwrap_or(text.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_its_first_digits() {
        assert_eq!(number("15.18 (Debian)"), Some(15));
        assert_eq!(number("18beta1"), Some(18));
        assert_eq!(number("9"), Some(9));
        assert_eq!(number("-x"), None);
    }
}

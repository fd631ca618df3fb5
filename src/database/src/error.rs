use std::io;
use std::path::{Path, PathBuf};

/// Why there is no database. Each message is one sentence for a person at a terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error(
        "no PostgreSQL server {oldest} or newer was found: install one (Debian/Ubuntu: `apt install \
         postgresql`, Fedora: `dnf install postgresql-server postgresql-contrib`, Arch: `pacman -S \
         postgresql`, Alpine: `apk add postgresql postgresql-contrib`, macOS: `brew install \
         postgresql@17`), or configure the URL of a running one",
        oldest = crate::OLDEST_MAJOR
    )]
    NotFound,

    #[error(
        "the configured folder {} has no usable PostgreSQL: it must hold `initdb` and `postgres` \
         of version {oldest} or newer",
        dir.display(),
        oldest = crate::OLDEST_MAJOR
    )]
    NotInFolder { dir: PathBuf },

    #[error(
        "the data was written by PostgreSQL {data}, but this machine has {}: install PostgreSQL \
         {data}, or restore a backup into a new data directory (FEIRA_DATA)",
        versions(installed)
    )]
    OtherMajor { data: u32, installed: Vec<u32> },

    #[error(
        "the data directory {} is in use by another process{}: stop that one first or wait for its \
         end, or choose another data directory with FEIRA_DATA",
        dir.display(),
        process(*pid, command.as_deref())
    )]
    Locked {
        dir: PathBuf,
        pid: Option<u32>,
        /// What that process was started with.
        command: Option<String>,
    },

    #[error(
        "the process that owns the data directory {}{} has not got its database running: look at \
         its messages, or stop it and try again",
        dir.display(),
        process(*pid, None)
    )]
    OwnerNotReady { dir: PathBuf, pid: Option<u32> },

    #[error(
        "PostgreSQL refuses to run as root and the user {user}, as whom it would run, cannot enter \
         {}: {}",
        blocked.display(),
        way_in(blocked, data)
    )]
    Unreachable {
        user: String,
        blocked: PathBuf,
        data: PathBuf,
    },

    #[error(
        "PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor \
         `nobody`: start Feira as an ordinary user"
    )]
    NoAccount,

    #[error(
        "{} belongs to the user with id {owner}: start Feira as that user, or choose another data \
         directory with FEIRA_DATA",
        dir.display()
    )]
    ForeignOwner { dir: PathBuf, owner: u32 },

    #[error(
        "{} is neither a whole PostgreSQL cluster nor an empty directory: restore it from a backup, \
         or move it away to begin anew",
        dir.display()
    )]
    Damaged { dir: PathBuf },

    #[error(
        "the directory {} for the database's socket is not private to its user: remove it, or \
         choose a shorter data directory with FEIRA_DATA",
        dir.display()
    )]
    SocketDir { dir: PathBuf },

    #[error(
        "cannot make the data directory {}: {source}; set FEIRA_DATA to a directory that you may \
         write",
        dir.display()
    )]
    NoPlace { dir: PathBuf, source: io::Error },

    #[error("initdb failed: {output}")]
    Initdb { output: String },

    #[error(
        "the file with the database's password is missing, and PostgreSQL did not take a new one: \
         {output}"
    )]
    Password { output: String },

    #[error("PostgreSQL ended while it started; its last messages ({}): {tail}", log.display())]
    Exited { log: PathBuf, tail: String },

    #[error(
        "PostgreSQL was not ready after {seconds} s; its last messages ({}): {tail}",
        log.display()
    )]
    Timeout {
        seconds: u64,
        log: PathBuf,
        tail: String,
    },

    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

/// Says what was tried on which path.
pub(crate) trait At<T> {
    fn at(self, what: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, what: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io {
            what,
            path: path.to_owned(),
            source,
        })
    }
}

fn process(pid: Option<u32>, command: Option<&str>) -> String {
    match (pid, command) {
        (Some(pid), Some(command)) => format!(" (pid {pid}, `{command}`)"),
        (Some(pid), None) => format!(" (pid {pid})"),
        (None, _) => String::new(),
    }
}

fn versions(installed: &[u32]) -> String {
    if installed.is_empty() {
        return "no PostgreSQL server".to_owned();
    }
    let list: Vec<String> = installed.iter().map(u32::to_string).collect();
    format!("only PostgreSQL {}", list.join(" and "))
}

/// Opening somebody's home to all is no advice to give; opening Feira's own directory is.
fn way_in(blocked: &Path, data: &Path) -> String {
    if blocked == data {
        let dir = blocked.display();
        format!("let it pass with `chmod o+x {dir}`, or choose another place with FEIRA_DATA")
    } else {
        "choose a data directory outside of it, for example FEIRA_DATA=/var/lib/feira".to_owned()
    }
}

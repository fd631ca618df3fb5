use std::fs;
use std::path::Path;

use crate::files::remove_file;
use crate::{Error, sys};

const NAME: &str = "postmaster.pid";

/// What a server says about itself in its data folder.
#[derive(Debug)]
pub(crate) struct PidFile {
    pub(crate) pid: u32,
    pub(crate) ready: bool,
}

impl PidFile {
    pub(crate) fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(cluster.join(NAME)).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        // Line 8 is the state, padded with blanks.
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }

    /// For a file whose process is known to be no server of this cluster.
    pub(crate) fn remove(cluster: &Path) -> Result<(), Error> {
        remove_file(&cluster.join(NAME))
    }
}

/// Who has a process id now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Nobody, a zombie, or a process that got the id later.
    NotAServer,
    /// A PostgreSQL server on this very cluster.
    Server,
    /// A process of which nothing more can be learnt.
    Unknown,
}

pub(crate) fn holder(pid: u32, cluster: &Path) -> Holder {
    if !sys::exists(pid) {
        return Holder::NotAServer;
    }
    match command_line(pid) {
        None if sys::exists(pid) => Holder::Unknown,
        Some(line) if is_server(&line, cluster) => Holder::Server,
        _ => Holder::NotAServer,
    }
}

/// What a process was started with, on one line, for messages.
pub(crate) fn command(pid: u32) -> Option<String> {
    let line = command_line(pid)?.replace(char::is_control, " ");
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// What a process was started with; empty for a zombie.
#[cfg(target_os = "linux")]
fn command_line(pid: u32) -> Option<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    Some(String::from_utf8_lossy(&line).replace('\0', " "))
}

#[cfg(not(target_os = "linux"))]
fn command_line(pid: u32) -> Option<String> {
    let output = std::process::Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `postgres -D <cluster>` with any folder before and any options behind.
fn is_server(line: &str, cluster: &Path) -> bool {
    let wanted = format!("postgres -D {}", cluster.display());
    line.match_indices(&wanted).any(|(start, _)| {
        let (before, behind) = (&line[..start], &line[start + wanted.len()..]);
        (before.is_empty() || before.ends_with('/'))
            && (behind.is_empty() || behind.starts_with([' ', '\n']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_its_program_and_its_folder() {
        let pg = Path::new("/data/pg");
        assert!(is_server("/usr/bin/postgres -D /data/pg -c port=1", pg));
        assert!(is_server("postgres -D /data/pg", pg));
        assert!(!is_server("postgres -D /data/pg2", pg));
        assert!(!is_server("vi postgres -D /data/pg", pg));
        assert!(!is_server("", pg));
    }
}

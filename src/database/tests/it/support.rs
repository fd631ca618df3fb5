use std::fs;
use std::ops::Deref;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use feira_database::{Cluster, throwaway};

/// A place for a data directory, which does not exist yet; deleted with the test's end.
pub(crate) struct Data {
    path: PathBuf,
    _directory: throwaway::Directory,
}

impl Deref for Data {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for Data {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl From<&Data> for PathBuf {
    fn from(data: &Data) -> Self {
        data.path.clone()
    }
}

pub(crate) fn data_dir() -> Data {
    let directory = throwaway::Directory::new().expect("a directory");
    Data {
        path: directory.path().join("data"),
        _directory: directory,
    }
}

/// A cluster in a place of its own, or in one that an earlier run used.
pub(crate) fn start(data: &Path) -> Cluster {
    Cluster::start(throwaway::settings(data)).expect("the cluster starts")
}

/// What the server answers; an empty text when there is none.
pub(crate) fn query(cluster: &Cluster, sql: &str) -> String {
    let output = Command::new(cluster.binaries().dir().join("psql"))
        .arg(cluster.url("postgres"))
        .args(["-X", "-At", "-c", sql])
        .output()
        .expect("psql runs");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A process that runs; a zombie does not.
pub(crate) fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| Some(stat.rsplit_once(") ")?.1.starts_with(['Z', 'X'])))
        .is_some_and(|ended| !ended)
}

/// Sends one signal to all of these at once.
pub(crate) fn signal(name: &str, pids: &[u32]) {
    let pids = pids.iter().map(u32::to_string);
    let status = Command::new("/bin/sh")
        .args(["-c", "kill \"$@\"", "kill", &format!("-{name}")])
        .args(pids)
        .status()
        .expect("sh runs");
    assert!(status.success(), "kill -{name}");
}

/// Whether these tests run as root, whose server runs as somebody else.
pub(crate) fn root() -> bool {
    fs::metadata("/proc/self").expect("/proc").uid() == 0
}

/// User and group of the server.
pub(crate) fn server_user(data: &Path) -> (u32, u32) {
    let found = fs::metadata(data.join("pg")).expect("a cluster");
    (found.uid(), found.gid())
}

/// The whole cluster is there and nothing else of it.
pub(crate) fn assert_tidy(data: &Path) {
    assert!(data.join("pg/PG_VERSION").is_file());
    assert!(!data.join("pg.init").exists());
    assert!(!data.join("pg/postmaster.pid").exists());
    assert!(!data.join("pg/.s.PGSQL.5432").exists());
}

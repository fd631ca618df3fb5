//! Clusters and directories for tests, of which nothing stays: neither when a test binary ends,
//! nor when it fails, nor when it is killed.
#![allow(
    clippy::disallowed_methods,
    reason = "only tests come here: they take PATH from the environment, and names at random"
)]

mod process;

use std::io::{self, PipeWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use rand::distr::{Alphanumeric, SampleString};

use crate::{Cluster, Settings, sys};

pub use process::Process;

const PREFIX: &str = "feira-test-";

/// Longer ones leave too little room for the path of a socket.
const LONGEST_TEMP_DIR: usize = 50;

/// This process's throw-away cluster, started at the first call.
///
/// # Panics
/// When there is no cluster to be had: a test cannot go on without.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let mut settings = settings(root().path().join("database"));
        // Each test that runs beside the others has pools of its own.
        settings.max_connections = 500;
        let cluster = Cluster::start(settings).unwrap_or_else(|error| panic!("{error}"));
        root().watch(cluster.pid());
        cluster
    })
}

/// A new, empty directory that is deleted when this process ends.
///
/// # Panics
/// When it cannot be made.
pub fn directory() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let dir = root()
        .path()
        .join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
    fs::create_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    dir
}

/// Settings of a cluster for tests: fast rather than safe.
pub fn settings(data_dir: impl Into<PathBuf>) -> Settings {
    let mut settings = Settings::new(data_dir, env::var_os("PATH"));
    settings.fast = true;
    settings
}

fn root() -> &'static Directory {
    static ROOT: OnceLock<Directory> = OnceLock::new();
    ROOT.get_or_init(|| {
        Directory::new().unwrap_or_else(|error| panic!("no throw-away directory: {error}"))
    })
}

/// A temporary directory with a guard: a process that waits until this value is dropped or this
/// process has ended, however it did, and then deletes the directory.
pub struct Directory {
    path: PathBuf,
    guard: Child,
    /// Its end is what the guard waits for; nobody else may hold it.
    pipe: Option<PipeWriter>,
}

impl Directory {
    pub fn new() -> io::Result<Self> {
        let name = Alphanumeric.sample_string(&mut rand::rng(), 12);
        let path = base().join(format!("{PREFIX}{name}"));
        let (reader, pipe) = io::pipe()?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", include_str!("guard.sh"), "feira-test-guard"])
            .arg(&path)
            .current_dir("/")
            .stdin(reader)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        sys::own_session(&mut command);
        // The guard comes first: from the moment that the directory exists it is watched.
        let guard = command.spawn()?;
        let directory = Self {
            path,
            guard,
            pipe: Some(pipe),
        };
        fs::create_dir(&directory.path)?;
        // The server's user must pass through, and nobody else needs to list.
        fs::set_permissions(&directory.path, fs::Permissions::from_mode(0o711))?;
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Has the guard end this server, too, before it deletes the directory that holds its data.
    pub fn watch(&self, server: u32) {
        self.tell(&format!("{server} QUIT"));
    }

    /// Tells the guard of a process and of the signal that ends it.
    fn tell(&self, line: &str) {
        if let Some(mut pipe) = self.pipe.as_ref() {
            // One write, so that lines of several threads do not mix.
            pipe.write_all(format!("{line}\n").as_bytes()).ok();
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(self.pipe.take());
        self.guard.wait().ok();
    }
}

/// Where Linux keeps files in memory: many databases are made and dropped, and nothing of them
/// needs a disk.
const IN_MEMORY: &str = "/dev/shm";

/// What all clusters and files of a run of tests fit in.
const ROOM_IN_MEMORY: u64 = 8 << 30;

/// TMPDIR where it is set; otherwise memory where there is enough, or /tmp.
fn base() -> PathBuf {
    if env::var_os("TMPDIR").is_none() {
        let room = sys::free_bytes(Path::new(IN_MEMORY)).unwrap_or(0);
        let place = if room >= ROOM_IN_MEMORY {
            IN_MEMORY
        } else {
            "/tmp"
        };
        return PathBuf::from(place);
    }
    let temp_dir = env::temp_dir();
    let open =
        |dir: &Path| fs::metadata(dir).is_ok_and(|found| found.permissions().mode() & 0o001 != 0);
    let short = temp_dir.as_os_str().len() <= LONGEST_TEMP_DIR;
    if short && temp_dir.is_absolute() && temp_dir.ancestors().all(open) {
        temp_dir
    } else {
        PathBuf::from("/tmp")
    }
}

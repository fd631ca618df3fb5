//! The process that the other tests kill.
#![allow(
    clippy::disallowed_methods,
    reason = "the environment tells this binary that it is the child"
)]

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use feira_database::{Cluster, throwaway};

const ROLE: &str = "FEIRA_DATABASE_TEST_CHILD";
const DATA: &str = "FEIRA_DATABASE_TEST_DATA";
/// Before what the child says: the test harness writes to the same stream.
const MARK: &str = "child says: ";

/// Not a test when called as one: it is the body of the child process.
#[test]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let settings = throwaway::settings(env::var_os(DATA).expect("a data directory"));
    let started = match role.as_str() {
        "own" => Cluster::start(settings),
        "attach" => Cluster::attach_or_start(settings),
        "stubborn" => {
            // Neither the end of its input nor that of its parent is a reason to end.
            let cluster = Cluster::start(settings).expect("the cluster starts");
            announce(&cluster);
            loop {
                std::thread::park();
            }
        }
        "parent" => return parent(),
        "throwaway" => {
            announce(throwaway::cluster());
            return wait();
        }
        other => panic!("no role {other}"),
    };
    match started {
        Ok(cluster) => {
            announce(&cluster);
            wait();
        }
        Err(error) => say(&format!("error: {error}")),
    }
}

fn announce(cluster: &Cluster) {
    say(&format!(
        "{} {}",
        cluster.pid(),
        cluster.socket_dir().display()
    ));
}

/// Has a child of its own, with a server, in its throw-away directory.
fn parent() {
    let data = throwaway::directory().join("data");
    let mut command = command(&this_binary(), "stubborn", &data);
    let mut process = throwaway::Process::spawn(&mut command).expect("the child starts");
    let mut output = BufReader::new(process.stdout.take().expect("an output"));
    let mut line = String::new();
    while !line.contains(MARK) {
        line.clear();
        assert_ne!(output.read_line(&mut line).expect("text"), 0, "it ended");
    }
    let (_, said) = line.trim_end().split_once(MARK).expect("a mark");
    say(&format!("{} {said}", process.id()));
    wait();
}

fn say(text: &str) {
    let mut stdout = io::stdout();
    writeln!(stdout, "{MARK}{text}").expect("the parent listens");
    stdout.flush().expect("the parent listens");
}

/// The parent closes our input when we shall end, or by its own end.
fn wait() {
    io::stdin().read_to_end(&mut Vec::new()).expect("an input");
}

/// The child as its parent sees it. Dropped, it is killed.
pub(crate) struct Child {
    process: std::process::Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What a child has started.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) server: u32,
    pub(crate) socket_dir: PathBuf,
}

impl Said {
    fn read(text: &str) -> Self {
        let (server, socket_dir) = text.split_once(' ').expect("two words");
        Self {
            server: server.parse().unwrap_or_else(|_| panic!("{text}")),
            socket_dir: PathBuf::from(socket_dir),
        }
    }
}

impl Child {
    pub(crate) fn spawn(role: &str, data: &Path) -> Self {
        Self::of(&mut command(&this_binary(), role, data))
    }

    /// Runs as another user; root only.
    pub(crate) fn spawn_as(uid: u32, gid: u32, role: &str, data: &Path) -> Self {
        // The user may not be able to enter the folder of the build.
        let copy = throwaway::directory().join("it");
        // Not by ourselves: a program cannot be run while a process has it open for writing,
        // as each one has that another test starts meanwhile.
        let status = Command::new("cp").args([&this_binary(), &copy]).status();
        assert!(status.expect("cp runs").success());
        Self::of(
            command(&copy, role, data)
                .uid(uid)
                .gid(gid)
                .current_dir("/"),
        )
    }

    fn of(command: &mut Command) -> Self {
        let mut process = command.spawn().expect("the child starts");
        Self {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().expect("an output")),
            process,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits until its cluster runs.
    pub(crate) fn started(&mut self) -> Said {
        Said::read(&self.says())
    }

    /// Waits until the cluster of its own child runs, and says who that child is.
    pub(crate) fn kept(&mut self) -> (u32, Said) {
        let text = self.says();
        let (child, said) = text.split_once(' ').expect("three words");
        (child.parse().expect("a pid"), Said::read(said))
    }

    pub(crate) fn says(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.output.read_line(&mut line).expect("text");
            assert!(read > 0, "the child ended in silence");
            if let Some((_, text)) = line.split_once(MARK) {
                return text.trim_end().to_owned();
            }
        }
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().expect("a living child");
    }

    /// Lets it end in good order.
    pub(crate) fn finish(mut self) -> ExitStatus {
        drop(self.input.take());
        io::copy(&mut self.output, &mut io::sink()).expect("an output");
        self.process.wait().expect("a child")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn this_binary() -> PathBuf {
    env::current_exe().expect("this test binary")
}

fn command(binary: &Path, role: &str, data: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .args(["it::child::child", "--exact", "--nocapture"])
        .env(ROLE, role)
        .env(DATA, data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

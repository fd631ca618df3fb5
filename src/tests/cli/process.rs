//! The binary as a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, ExitStatus, Output, Stdio},
};

use feira_testkit::Process;

use crate::support::{Answer, Client};

pub(super) fn feira(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feira"));
    settings(&mut command, data);
    command
}

pub(super) fn settings<'a>(command: &'a mut Command, data: &Path) -> &'a mut Command {
    command
        .env_remove("FEIRA_CONFIG")
        .env("FEIRA_PROFILE", "development")
        .env("FEIRA_DATA", data)
        .env("FEIRA_SERVER__PORT", "0")
        .env("FEIRA_DEVELOPMENT__DEMO", "false")
        .env("FEIRA_LOG__FILTER", "warn,sqlx=error")
}

pub(super) fn run(command: &mut Command) -> (bool, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary runs");
    (
        status.success(),
        String::from_utf8_lossy(&stdout).into_owned(),
        String::from_utf8_lossy(&stderr).into_owned(),
    )
}

/// A running `serve`, ended with SIGTERM; with a test that fails it is killed.
pub(super) struct Serving {
    process: Process,
    pub(super) said: Vec<String>,
}

impl Serving {
    pub(super) fn start(command: &mut Command, lines: usize) -> Self {
        let command = command.arg("serve").stdout(Stdio::piped());
        let mut process = Process::spawn(command).expect("the binary starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut said = Vec::new();
        for _ in 0..lines {
            let mut line = String::new();
            assert_ne!(
                output.read_line(&mut line).expect("a line"),
                0,
                "it ended after {said:?}"
            );
            said.push(line.trim_end().to_owned());
        }
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { process, said }
    }

    pub(super) fn url(&self) -> String {
        self.said[0].trim_start_matches("Feira is at ").to_owned()
    }

    /// Nobody reads what it logs any more.
    pub(super) fn unheard(&mut self) {
        drop(self.process.stderr.take());
    }

    /// It was killed, or is being.
    pub(super) fn ended(mut self) {
        assert!(!self.process.wait().expect("it ends").success());
    }

    pub(super) fn stop(mut self) {
        let ended = end(&mut self.process, libc::SIGTERM);
        assert!(ended.success(), "a graceful stop");
    }
}

/// The words with which `serve` is refused.
pub(super) fn refused(command: &mut Command) -> String {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = Process::spawn(command.arg("serve")).expect("the binary starts");
    let (mut said, mut error) = (String::new(), String::new());
    let output = process.stdout.take().expect("its output");
    let read = BufReader::new(output).read_line(&mut said);
    assert_eq!(
        (read.expect("a line"), said),
        (0, String::new()),
        "it serves"
    );
    let mut errors = process.stderr.take().expect("its errors");
    errors.read_to_string(&mut error).expect("text");
    assert!(!process.wait().expect("it ends").success(), "{error}");
    error
}

/// Sends a signal and waits for the end.
#[allow(unsafe_code, reason = "the standard library sends SIGKILL only")]
pub(super) fn end(process: &mut Process, signal: libc::c_int) -> ExitStatus {
    let pid = i32::try_from(process.id()).expect("a pid");
    // SAFETY: a signal to a child that was not waited for yet.
    unsafe {
        libc::kill(pid, signal);
    }
    process.wait().expect("it ends")
}

pub(super) fn get(url: &str) -> Answer {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { Client::new(url).get("/api/v1/products").await })
}

pub(super) fn create_user(data: &Path, email: &str, password: &str) -> (bool, String, String) {
    let mut child = feira(data)
        .args([
            "user",
            "create",
            "--email",
            email,
            "--first-name",
            "Sam",
            "--last-name",
            "Port",
            "--role",
            "support",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(format!("{password}\n").as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("it ends");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

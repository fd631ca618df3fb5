//! Who runs the embedded cluster, and who never does.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::Stdio,
};

use feira_testkit::Process;

use super::{
    process::{Serving, end, feira, refused, run},
    scratch::{programs, stay, staying},
};
use crate::support::Client;

/// `serve --only catalog`, and the first line that it says on standard error.
fn only_catalog(data: &Path) -> (Process, String) {
    let mut command = feira(data);
    command
        .args(["serve", "--only", "catalog"])
        .env("FEIRA_MODULES__STORES_URL", "http://127.0.0.1:1")
        .env(
            "FEIRA_MODULES__RPC_KEY",
            "a-key-that-both-processes-share-0123456789",
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Process::spawn(&mut command).expect("the binary starts");
    let mut errors = BufReader::new(process.stderr.take().expect("its errors"));
    let mut said = String::new();
    errors.read_line(&mut said).expect("a line");
    std::thread::spawn(move || errors.read_to_end(&mut Vec::new()));
    (process, said)
}

/// Asks `/readyz` until it answers so; the process is alive all the time.
fn becomes(url: &str, status: u16) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(url);
        for _ in 0..2_000 {
            client.get("/healthz").await.expect(200);
            if client.get("/readyz").await.status == status {
                return;
            }
        }
        panic!("/readyz never answers {status}");
    });
}

#[test]
fn a_module_alone_waits_for_the_owner_and_keeps_none_out() {
    let data = feira_testkit::directory().join("data");
    let (mut process, said) = only_catalog(&data);
    assert!(
        said.contains("waiting for `feira serve`") && said.contains(&data.display().to_string()),
        "{said}"
    );
    assert!(!data.exists(), "it makes nothing");

    let serving = Serving::start(&mut feira(&data), 1);
    let mut line = String::new();
    let output = process.stdout.take().expect("its output");
    let mut output = BufReader::new(output);
    output.read_line(&mut line).expect("a line");
    let (_, url) = line.trim().rsplit_once(' ').expect("words");
    becomes(url, 200);
    // The owner goes away and comes back while it serves.
    serving.stop();
    becomes(url, 503);
    assert!(
        !data.join("pg/postmaster.pid").exists(),
        "it does not run the database itself"
    );
    let serving = Serving::start(&mut feira(&data), 1);
    becomes(url, 200);
    serving.stop();
    becomes(url, 503);
    assert!(end(&mut process, libc::SIGTERM).success());
}

#[test]
fn a_module_that_waits_ends_when_it_is_told_to() {
    let data = feira_testkit::directory();
    // One that never served, and one whose server has ended.
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let (mut process, said) = only_catalog(&data);
        assert!(said.contains("waiting"), "{said}");
        assert!(end(&mut process, signal).success(), "{signal}");
        assert!(!data.join("pg/postmaster.pid").exists());
        Serving::start(&mut feira(&data), 1).stop();
    }
}

#[test]
fn what_keeps_the_server_out_is_named() {
    let data = feira_testkit::directory();
    let (ok, _, error) = run(feira(&data).arg("migrate"));
    assert!(ok, "{error}");
    let there = data.join("there");
    let programs = programs(&data, &[("pg_dump", &stay(&there))]);
    let mut backup = feira(&data);
    backup
        .env("FEIRA_DATABASE__BINARIES", &programs)
        .arg("backup")
        .arg(data.join("backup.tar"));
    let mut process = Process::spawn(&mut backup).expect("the binary starts");
    staying(&mut process, &there);
    let error = refused(&mut feira(&data));
    assert_eq!(error.trim().lines().count(), 1, "{error}");
    assert!(
        error.contains(" backup ") && error.contains(&process.id().to_string()),
        "{error}"
    );
    assert_eq!(end(&mut process, libc::SIGTERM).code(), Some(143));
    Serving::start(&mut feira(&data), 1).stop();
}

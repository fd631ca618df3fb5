//! What a backup and a restore lay down beside the data: who can read it, and that it goes.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use feira_database::throwaway;
use feira_testkit::{Process, TestDb};
use sea_orm::ConnectionTrait;

use super::process::{end, feira, refused, run};

/// PostgreSQL's programs, of which some do something of ours first. A shell writes them: a program
/// cannot be run while a process has it open for writing, as each one has that another test starts.
pub(super) fn programs(dir: &Path, first: &[(&str, &str)]) -> PathBuf {
    const SCRIPT: &str = r#"
        mkdir -p "$1" && cd "$1" && umask 022
        printf '#!/bin/sh\n%s\nexec "%s/%s" "$@"\n' "$4" "$2" "$3" > "$3"
        chmod +x "$3""#;
    let folder = dir.join("programs");
    for name in ["initdb", "postgres", "pg_dump", "pg_restore"] {
        let ours = first.iter().find(|(program, _)| *program == name);
        let status = Command::new("sh")
            .args(["-ec", SCRIPT, "programs"])
            .arg(&folder)
            .arg(throwaway::cluster().binaries().dir())
            .args([name, ours.map_or("", |(_, text)| text)])
            .status();
        assert!(status.expect("sh runs").success());
    }
    folder
}

/// What a program does first that shall stay until it is killed: it says who it is.
pub(super) fn stay(there: &Path) -> String {
    format!("echo $$ > '{}'; exec sleep 300", there.display())
}

/// Waits until that program runs, and says which process it is.
pub(super) fn staying(process: &mut Process, there: &Path) -> String {
    loop {
        let text = fs::read_to_string(there).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_owned();
        }
        let ended = process.try_wait().expect("a child");
        assert!(ended.is_none(), "the program did not run: {ended:?}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

pub(super) fn command(db: &TestDb, data: &Path, url: &str, programs: &Path) -> Command {
    let mut command = feira(data);
    command
        .env("FEIRA_DATABASE__URL", url)
        .env("FEIRA_DATABASE__ROLE_PREFIX", db.role_prefix())
        .env("FEIRA_DATABASE__BINARIES", programs);
    command
}

pub(super) fn scratch(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).expect("a directory").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".partial")).collect()
}

#[feira_testkit::test]
async fn nobody_else_can_read_it(db: TestDb) {
    let (data, other) = (feira_testkit::directory(), feira_testkit::directory());
    let seen = data.join("seen");
    // Before the program runs, the dump is the one argument that is a file.
    let look = format!(
        "for dump; do [ ! -f \"$dump\" ] || break; done\n\
         for path in \"$dump\" \"${{dump%/*}}\"; do ls -ld \"$path\" | cut -c 1-10; done >> '{}'",
        seen.display()
    );
    let programs = programs(&data, &[("pg_dump", &look), ("pg_restore", &look)]);
    let archive = data.join("new/backup.tar");
    // What a killed one left.
    fs::create_dir(data.join("feira-1.partial")).expect("a directory");
    fs::write(data.join("feira-1.partial/database.dump"), "all of it").expect("a file");

    let mut backup = command(&db, &data, &db.url(), &programs);
    let (ok, out, error) = run(backup.arg("backup").arg(&archive).arg("--verify"));
    assert!(ok && out.contains("invariants hold"), "{out}{error}");
    let create = "CREATE DATABASE feira_restored_in_private";
    let owner = db.owner().await;
    owner.execute_unprepared(create).await.expect("a database");
    let url = throwaway::cluster().url("feira_restored_in_private");
    let (ok, _, error) = run(command(&db, &other, &url, &programs)
        .arg("restore")
        .arg(&archive));
    assert!(ok, "{error}");

    let each = "-rw-------\ndrwx------\n";
    let seen = fs::read_to_string(seen).expect("they ran");
    assert_eq!(seen, each.repeat(3), "dump, verify, restore");
    let archive = fs::metadata(archive).expect("an archive");
    assert_eq!((archive.mode() & 0o777, archive.nlink()), (0o600, 1));
    for dir in [&data, &data.join("new"), &other] {
        assert_eq!(scratch(dir), Vec::<String>::new(), "{}", dir.display());
    }
}

/// Whether the process ends within half a minute: one that was killed may take a moment. One that
/// waits to be buried has no command line.
fn is_gone(pid: &str) -> bool {
    let runs = || {
        let line = fs::read(format!("/proc/{pid}/cmdline"));
        !line.unwrap_or_default().is_empty()
    };
    for _ in 0..3_000 {
        if !runs() {
            return true;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    false
}

#[feira_testkit::test]
async fn a_signal_leaves_nothing(db: TestDb) {
    for (program, signal, status) in [
        ("pg_dump", libc::SIGINT, 130),
        ("pg_restore", libc::SIGTERM, 143),
    ] {
        let data = feira_testkit::directory();
        let there = data.join("there");
        let programs = programs(&data, &[(program, &stay(&there))]);
        let mut command = command(&db, &data, &db.url(), &programs);
        command
            .args(["backup", "--verify"])
            .arg(data.join("backup.tar"))
            .stdout(Stdio::null());
        let mut process = Process::spawn(&mut command).expect("the binary starts");
        let pid = staying(&mut process, &there);
        assert!(!scratch(&data).is_empty(), "it works there");
        let ended = end(&mut process, signal);
        assert_eq!(ended.code(), Some(status), "{program}");
        assert_eq!(scratch(&data), Vec::<String>::new(), "{program}");
        assert!(!data.join("backup.tar").exists(), "{program}");
        assert!(is_gone(&pid), "{program} goes on");
    }
}

#[feira_testkit::test]
async fn what_a_restore_did_not_end_is_not_served(db: TestDb) {
    let (data, other) = (feira_testkit::directory(), feira_testkit::directory());
    let archive = data.join("backup.tar");
    let breaks = programs(&data, &[("pg_restore", "exit 1")]);
    let (ok, _, error) = run(command(&db, &data, &db.url(), &breaks)
        .arg("backup")
        .arg(&archive));
    assert!(ok, "{error}");
    let create = "CREATE DATABASE feira_restored_in_part";
    let owner = db.owner().await;
    owner.execute_unprepared(create).await.expect("a database");
    let url = throwaway::cluster().url("feira_restored_in_part");
    let (ok, _, _) = run(command(&db, &other, &url, &breaks)
        .arg("restore")
        .arg(&archive));
    assert!(!ok, "pg_restore failed");
    let error = refused(&mut command(&db, &other, &url, &breaks));
    assert!(error.contains("did not end"), "{error}");
    let (ok, _, error) = run(command(&db, &other, &url, &breaks).arg("check"));
    assert!(!ok && error.contains("did not end"), "{error}");
    let programs = programs(&other, &[]);
    let (ok, _, error) = run(command(&db, &other, &url, &programs)
        .arg("restore")
        .arg(&archive));
    assert!(ok, "{error}");
    let (ok, _, error) = run(command(&db, &other, &url, &programs).arg("check"));
    assert!(ok, "{error}");
}

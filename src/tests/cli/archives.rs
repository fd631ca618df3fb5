//! What is restored is what was backed up, and what has the name of a backup is a whole one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use feira_testkit::{Process, TestDb};

use super::{
    process::{feira, run},
    scratch::{command, programs, scratch, stay, staying},
};

/// A backup of the demo.
fn demo_archive() -> PathBuf {
    let data = feira_testkit::directory();
    let (ok, _, error) = run(feira(&data).arg("demo"));
    assert!(ok, "{error}");
    let archive = data.join("backup.tar");
    let (ok, _, error) = run(feira(&data).arg("backup").arg(&archive));
    assert!(ok, "{error}");
    archive
}

fn restore(archive: &Path, into: &Path) -> Command {
    let mut command = feira(into);
    command.arg("restore").arg(archive);
    command
}

/// The first member of this kind, and where its content is in the archive.
fn member(archive: &[u8], kind: &str) -> (String, usize, usize) {
    let mut tar = tar::Archive::new(archive);
    let mut entries = tar.entries().expect("an archive").flatten();
    let found = entries.find_map(|entry| {
        let path = entry.path().ok()?.display().to_string();
        let begin = usize::try_from(entry.raw_file_position()).ok()?;
        let size = usize::try_from(entry.size()).ok()?;
        (path.starts_with(kind) && size > 0).then_some((path, begin, size))
    });
    found.unwrap_or_else(|| panic!("there is no {kind}"))
}

#[test]
fn an_archive_in_which_a_bit_turned_is_not_restored() {
    let whole = fs::read(demo_archive()).expect("an archive");
    let dir = feira_testkit::directory();
    let file = dir.join("turned.tar");
    for kind in ["database.dump", "files/", "keys/token-key", "manifest.json"] {
        let (path, begin, size) = member(&whole, kind);
        let mut turned = whole.clone();
        turned[begin + size / 2] ^= 1;
        fs::write(&file, turned).expect("a file");
        let into = feira_testkit::directory();
        let (ok, _, error) = run(&mut restore(&file, &into));
        let what = path.trim_end_matches(".json");
        assert!(!ok && error.contains(what), "{path}: {error}");
        assert!(error.contains("is damaged"), "{path}: {error}");
        assert_eq!(error.trim().lines().count(), 1, "{error}");
        let left = fs::read_dir(&into).expect("a directory").count();
        assert_eq!(left, 0, "{path}: nothing was made");
    }
    fs::write(&file, &whole[..whole.len() / 2]).expect("a file");
    let into = feira_testkit::directory();
    let (ok, _, error) = run(&mut restore(&file, &into));
    assert!(!ok && error.contains("is not restored"), "{error}");
}

/// As the release before manifests wrote it.
fn without_manifest(archive: &[u8]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for entry in tar::Archive::new(archive).entries().expect("an archive") {
        let mut entry = entry.expect("a member");
        let path = entry.path().expect("a path").into_owned();
        if path != Path::new("manifest.json") {
            let mut header = entry.header().clone();
            out.append_data(&mut header, path, &mut entry)
                .expect("a member");
        }
    }
    out.into_inner().expect("an archive")
}

#[test]
fn an_archive_of_the_release_before_is_restored_only_on_demand() {
    let archive = demo_archive();
    let old = without_manifest(&fs::read(&archive).expect("an archive"));
    fs::write(&archive, old).expect("a file");
    let into = feira_testkit::directory();
    let (ok, _, error) = run(&mut restore(&archive, &into));
    assert!(!ok && error.contains("--unverified"), "{error}");
    let (ok, _, error) = run(restore(&archive, &into).arg("--unverified"));
    assert!(ok, "{error}");
    let (ok, _, error) = run(feira(&into).arg("check"));
    assert!(ok, "{error}");
}

#[feira_testkit::test]
async fn a_backup_replaces_nothing_unasked(db: TestDb) {
    let data = feira_testkit::directory();
    let archive = data.join("backup.tar");
    let plain = programs(&data.join("plain"), &[]);
    let quicker = format!("echo mine > '{}'", archive.display());
    let raced = programs(&data.join("raced"), &[("pg_dump", &quicker)]);
    let backup = |programs: &Path| {
        let mut command = command(&db, &data, &db.url(), programs);
        command.arg("backup").arg(&archive);
        command
    };
    // First it comes while the backup is made, then it is there.
    for programs in [&raced, &plain] {
        let (ok, _, error) = run(&mut backup(programs));
        assert!(!ok && error.contains("--overwrite"), "{error}");
        assert_eq!(fs::read_to_string(&archive).expect("it"), "mine\n");
        assert_eq!(scratch(&data), Vec::<String>::new());
    }
    let (ok, _, error) = run(backup(&plain).arg("--overwrite"));
    assert!(ok, "{error}");
    assert!(fs::metadata(&archive).expect("it").len() > 1024);
    let (ok, _, error) = run(command(&db, &data, &db.url(), &plain)
        .args(["backup", "--overwrite"])
        .arg(&data));
    assert!(!ok && error.contains("is a directory"), "{error}");
}

#[feira_testkit::test]
async fn only_what_was_verified_gets_the_name(db: TestDb) {
    let data = feira_testkit::directory();
    let (out, there) = (data.join("out"), data.join("there"));
    let archive = out.join("backup.tar");
    let plain = programs(&data.join("plain"), &[]);
    let fails = programs(&data.join("fails"), &[("pg_restore", "exit 1")]);
    let stays = programs(&data.join("stays"), &[("pg_restore", &stay(&there))]);
    let backup = |programs: &Path| {
        let mut command = command(&db, &data, &db.url(), programs);
        command.args(["backup", "--verify"]).arg(&archive);
        command
    };
    let (ok, _, error) = run(&mut backup(&fails));
    assert!(!ok && error.contains("pg_restore"), "{error}");
    assert_eq!(fs::read_dir(&out).expect("a directory").count(), 0);

    let mut process = Process::spawn(backup(&stays).stdout(Stdio::null())).expect("it starts");
    let pid = staying(&mut process, &there);
    process.kill().expect("a child");
    process.wait().expect("it ends");
    let end = Command::new("sh")
        .args(["-c", "kill -KILL \"$0\"", &pid])
        .status();
    assert!(end.expect("sh runs").success());
    assert!(!archive.exists() && scratch(&out).len() == 1);
    let (ok, _, error) = run(&mut backup(&plain));
    assert!(ok && archive.exists(), "{error}");
    assert_eq!(scratch(&out), Vec::<String>::new());
}

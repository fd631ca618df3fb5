//! Where PostgreSQL is looked for.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use feira_database::{Binaries, Cluster, Error, Search, throwaway};

use super::support::data_dir;

/// A folder with programs that only tell their version. A shell writes them: a program cannot
/// be run while a process has it open for writing, as each one has that another test starts.
fn install(dir: &Path, version: &str) -> PathBuf {
    const SCRIPT: &str = r#"
        mkdir -p "$1" && cd "$1" && umask 022
        for name in initdb postgres; do
            printf '#!/bin/sh\necho "%s (PostgreSQL) %s (Some 1.2)"\n' $name "$2" > $name
            chmod +x $name
        done"#;
    let status = Command::new("/bin/sh")
        .args(["-ec", SCRIPT, "install"])
        .arg(dir)
        .arg(version)
        .status();
    assert!(status.expect("sh runs").success());
    dir.to_owned()
}

#[test]
fn links_to_some_of_the_programs_lead_to_all() {
    let dir = throwaway::directory();
    let real = install(&dir.join("real"), "16.1");
    fs::create_dir(dir.join("links")).expect("a folder");
    for name in ["initdb", "postgres"] {
        symlink(real.join(name), dir.join("links").join(name)).expect("a link");
    }
    let search = Search {
        explicit: Some(dir.join("links")),
        ..nowhere()
    };
    assert_eq!(Binaries::find(&search, None).expect("found").dir(), real);
}

fn nowhere() -> Search {
    Search {
        explicit: None,
        path: None,
        folders: Vec::new(),
    }
}

#[test]
fn the_machines_own_is_found_in_the_usual_folders_or_the_path() {
    let found = throwaway::cluster().binaries();
    for program in [
        found.initdb(),
        found.postgres(),
        found.pg_dump(),
        found.pg_restore(),
    ] {
        assert!(program.is_file(), "{}", program.display());
    }
}

#[test]
fn none_found_is_said_with_the_commands_that_install_one() {
    let data = data_dir();
    let empty = throwaway::directory();
    let mut settings = throwaway::settings(&data);
    settings.search = Search {
        path: Some(OsString::from(&empty)),
        ..nowhere()
    };
    let message = Cluster::start(settings.clone())
        .err()
        .expect("a refusal")
        .to_string();
    for part in ["apt install", "dnf install", "brew install"] {
        assert!(message.contains(part), "{message}");
    }

    settings.search = Search {
        explicit: Some(empty.clone()),
        ..throwaway::settings(&data).search
    };
    let error = Cluster::start(settings).err();
    assert!(
        matches!(&error, Some(Error::NotInFolder { dir }) if *dir == empty),
        "a configured folder is not passed over: {error:?}"
    );
}

#[test]
fn the_path_comes_first_then_the_newest() {
    let dir = throwaway::directory();
    for version in ["9.6", "14.1", "15.2", "16.3", "101beta1"] {
        let major = version
            .split('.')
            .next()
            .expect("a number")
            .trim_end_matches("beta1");
        install(&dir.join("lib").join(major).join("bin"), version);
    }
    let mut search = Search {
        folders: vec![format!("{}/lib/*/bin", dir.display())],
        ..nowhere()
    };
    let major = |search: &Search, pinned| Binaries::find(search, pinned).map(|b| b.major());
    assert_eq!(
        major(&search, None).expect("found"),
        101,
        "by number, not by letter"
    );
    assert_eq!(major(&search, Some(15)).expect("found"), 15);
    let error = major(&search, Some(14)).expect_err("too old");
    assert!(
        matches!(error, Error::OtherMajor { data: 14, .. }),
        "{error:?}"
    );
    let error = major(&search, Some(17)).expect_err("absent").to_string();
    assert!(error.contains("written by PostgreSQL 17"), "{error}");
    assert!(error.contains("15 and 16 and 101"), "{error}");

    search.path = Some(install(&dir.join("path"), "16.9").into_os_string());
    assert_eq!(
        Binaries::find(&search, None).expect("found").dir(),
        dir.join("path")
    );
    search.path = Some(install(&dir.join("old"), "14.9").into_os_string());
    assert_eq!(major(&search, None).expect("found"), 101);
}

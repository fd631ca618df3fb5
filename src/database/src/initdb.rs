use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::account::Account;
use crate::connection::SUPERUSER;
use crate::error::At;
use crate::files::{make_dir, remove_dir, sync_dir, write_private};
use crate::place::Place;
use crate::sys::{Signal, die_with_this_thread};
use crate::{Binaries, Error};

/// Sorting by code point, the same on every machine; languages sort by ICU collations.
const LOCALE: &str = if cfg!(target_os = "macos") {
    "en_US.UTF-8"
} else {
    "C.UTF-8"
};

/// Variables that would change what PostgreSQL's programs do.
const VARIABLES: &[&str] = &[
    "PGCLIENTENCODING",
    "PGDATA",
    "PGDATABASE",
    "PGDATESTYLE",
    "PGHOST",
    "PGOPTIONS",
    "PGPORT",
    "PGTZ",
    "PGUSER",
];

/// Makes a cluster beside its place and moves it there when it is whole, so that an
/// interruption leaves nothing that looks like one.
pub(crate) fn create(
    place: &Place,
    binaries: &Binaries,
    password: &str,
    fast: bool,
) -> Result<(), Error> {
    let Place { layout, account } = place;
    let init = layout.init();
    let password_file = init.join("password");
    make_dir(&init, 0o700)?;
    write_private(&password_file, password)?;
    account.give(&password_file)?;
    account.give(&init)?;

    let data = init.join("data");
    let mut pwfile = OsString::from("--pwfile=");
    pwfile.push(&password_file);
    let mut command = program(&binaries.initdb(), account);
    command
        .arg("-D")
        .arg(&data)
        .args(["-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8"])
        .arg(format!("--locale={LOCALE}"))
        .args(["--data-checksums", "--no-instructions"])
        .arg(pwfile);
    if fast {
        command.arg("--no-sync");
    }
    die_with_this_thread(&mut command, Signal::Kill);
    let output = command.output().at("run", &binaries.initdb())?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Initdb { output });
    }

    let cluster = layout.cluster();
    remove_dir(&cluster)?;
    fs::rename(&data, &cluster).at("create", &cluster)?;
    sync_dir(&layout.data)?;
    remove_dir(&init)
}

/// A program of PostgreSQL with nothing taken from our environment that could mislead it.
pub(crate) fn program(path: &Path, account: &Account) -> Command {
    let mut command = Command::new(path);
    // The user may not be able to enter our working directory.
    command
        .current_dir("/")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    for name in VARIABLES {
        command.env_remove(name);
    }
    account.apply(&mut command);
    command
}

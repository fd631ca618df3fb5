use std::fs;
use std::io::{ErrorKind, Write};
use std::process::Stdio;

use rand::distr::{Alphanumeric, SampleString};

use crate::connection::SUPERUSER;
use crate::error::At;
use crate::files::{make_dir, write_private};
use crate::initdb::program;
use crate::layout::Layout;
use crate::place::Place;
use crate::sys::{Signal, die_with_this_thread};
use crate::{Binaries, Error};

/// The password of the cluster's superuser, if its file is there.
pub(crate) fn read(layout: &Layout) -> Result<Option<String>, Error> {
    let path = layout.password();
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).at("read", &path),
    }
}

/// Letters and digits only: it stands in URLs.
#[allow(
    clippy::disallowed_methods,
    reason = "a secret that nobody may choose, neither a caller nor a test"
)]
pub(crate) fn random() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 32)
}

pub(crate) fn store(layout: &Layout, password: &str) -> Result<(), Error> {
    make_dir(&layout.keys(), 0o700)?;
    write_private(&layout.password(), password)
}

/// Gives an existing cluster this password, because the file with the old one is lost.
/// No server may be running; the single-user mode asks for no password.
pub(crate) fn reset(place: &Place, binaries: &Binaries, password: &str) -> Result<(), Error> {
    let postgres = binaries.postgres();
    let mut command = program(&postgres, &place.account);
    command.arg("--single");
    command.arg("-D").arg(place.layout.cluster());
    command
        .args(["-c", "exit_on_error=on"])
        .args(["-c", "log_min_error_statement=panic"])
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    die_with_this_thread(&mut command, Signal::Quit);
    let mut child = command.spawn().at("run", &postgres)?;
    if let Some(mut input) = child.stdin.take() {
        // When the program has ended already, its status tells why.
        writeln!(input, "ALTER ROLE {SUPERUSER} PASSWORD '{password}'").ok();
    }
    let output = child.wait_with_output().at("run", &postgres)?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Password {
        output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

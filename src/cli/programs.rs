//! PostgreSQL's own programs, which dump a database and load a dump.

use std::{path::Path, process::Stdio};

use anyhow::{Context, bail};
use feira_database::Binaries;
use tokio::process::Command;

use super::Environment;
use crate::{
    cluster::{self, Postgres},
    config::Config,
};

/// Dumps the whole database as of one moment.
pub(super) async fn dump(binaries: &Binaries, url: &str, to: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(binaries.pg_dump());
    command
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(to);
    connect(&mut command, url);
    finish(command, "pg_dump").await
}

/// Loads a dump into an empty database.
pub(super) async fn load(binaries: &Binaries, url: &str, dump: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(binaries.pg_restore());
    command.args(["--no-owner", "--no-privileges", "--exit-on-error"]);
    connect(&mut command, url);
    command.arg(dump);
    finish(command, "pg_restore").await
}

pub(super) fn binaries(
    config: &Config,
    environment: &Environment,
    postgres: &Postgres,
) -> anyhow::Result<Binaries> {
    match &postgres.cluster {
        Some(cluster) => Ok(cluster.binaries().clone()),
        None => {
            let settings = cluster::settings(config, environment.path.clone());
            Ok(Binaries::find(&settings.search, None)?)
        }
    }
}

/// Tells a PostgreSQL program where the database is; the password is not for other people's `ps`.
fn connect(command: &mut Command, url: &str) {
    let split = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.split_once('@')?;
        let (name, password) = user.split_once(':')?;
        Some((format!("{scheme}://{name}@{place}"), password))
    });
    match split {
        Some((open, password)) => command
            .env("PGPASSWORD", password)
            .arg("--dbname")
            .arg(open),
        None => command.arg("--dbname").arg(url),
    };
}

/// Runs a program to its end, which is also that of the command.
async fn finish(mut command: Command, name: &str) -> anyhow::Result<()> {
    let output = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("{name} cannot be run"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{name} failed: {}",
            said.lines().last().unwrap_or("it said nothing")
        );
    }
    Ok(())
}

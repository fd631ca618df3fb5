//! One archive: a dump of the database, then the files that it names, then the keys. Files are
//! kept by content hash and never change, so whatever the dump names is there when it ends.

use std::{
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, bail, ensure};
use feira_database::{Binaries, Cluster, Search};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Environment, archive, scratch::Scratch, terminal};
use crate::{
    check,
    cluster::{self, Postgres, Use},
    config::Config,
};

const DUMP: &str = "database.dump";

pub(super) async fn run(
    environment: &Environment,
    file: &Path,
    verify: bool,
) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    let postgres = environment.postgres(&config, Use::Share).await?;
    let bar = terminal::progress("writing the backup");
    let result = write(&config, environment, &postgres, file).await;
    bar.finish_and_clear();
    postgres.close().await;
    result?;
    if verify {
        let bar = terminal::progress("restoring it into a scratch cluster");
        let checked = verified(environment, &config, file).await;
        bar.finish_and_clear();
        terminal::say(&format!(
            "{checked} invariants hold in the restored backup",
            checked = checked?
        ));
    }
    terminal::say(&format!(
        "{} is written; it contains keys: keep it as safe as the data",
        file.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Restores an archive into a data directory that has no data yet.
pub(super) async fn restore(environment: &Environment, file: &Path) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    for name in ["pg", "files", "keys"] {
        ensure!(
            !config.data_dir.join(name).exists(),
            "{} already has data: restore into an empty directory (set FEIRA_DATA)",
            config.data_dir.display()
        );
    }
    let bar = terminal::progress("restoring");
    let result = unpack(environment, &config, file).await;
    bar.finish_and_clear();
    result?;
    terminal::say(&format!("restored into {}", config.data_dir.display()));
    Ok(ExitCode::SUCCESS)
}

async fn write(
    config: &Config,
    environment: &Environment,
    postgres: &Postgres,
    file: &Path,
) -> anyhow::Result<()> {
    let file = std::path::absolute(file)?;
    let beside = file.parent().context("the archive must be a file")?;
    cluster::private_dir(beside)?;
    let scratch = Scratch::private(beside)?;
    // pg_dump keeps the mode of a file that is there.
    let (dump, _) = scratch.file(DUMP)?;
    let binaries = binaries(config, environment, postgres)?;
    let mut command = Command::new(binaries.pg_dump());
    command
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(&dump);
    connect(&mut command, &postgres.url);
    finish(command, "pg_dump").await?;
    let entries = [
        (DUMP, dump),
        ("files", config.data_dir.join("files")),
        ("keys", config.data_dir.join("keys")),
    ];
    aside(move |stop| {
        let (whole, out) = scratch.file("archive")?;
        archive::pack(out, &entries, stop)?;
        std::fs::rename(&whole, &file).with_context(|| format!("cannot write {}", file.display()))
    })
    .await
}

async fn unpack(environment: &Environment, config: &Config, file: &Path) -> anyhow::Result<()> {
    cluster::make_data_dir(config, environment.path.clone())?;
    let scratch = unpacked(file, &config.data_dir).await?;
    // Until all is there nothing takes it for an installation.
    let mark = config.data_dir.join(cluster::RESTORING);
    std::fs::write(&mark, "").with_context(|| format!("cannot write {}", mark.display()))?;
    let postgres = environment.postgres(config, Use::Restore).await?;
    let binaries = binaries(config, environment, &postgres)?;
    let result = load(&binaries, &postgres.url, &scratch.path().join(DUMP)).await;
    if result.is_ok() {
        // Roles belong to a cluster, not to a database: they are granted anew.
        let options = feira_migrations::Options {
            url: postgres.url.clone(),
            role_prefix: config.role_prefix(),
        };
        feira_migrations::migrate(&options).await?;
        feira_migrations::restored(&postgres.url).await?;
    }
    postgres.close().await;
    result?;
    // Last: a restore that failed leaves nothing that looks like an installation's own.
    for name in ["files", "keys"] {
        archive::move_into(&scratch.path().join(name), &config.data_dir.join(name))?;
    }
    std::fs::remove_file(&mark).with_context(|| format!("cannot delete {}", mark.display()))
}

/// The content of an archive, in a place of its own.
async fn unpacked(file: &Path, parent: &Path) -> anyhow::Result<Scratch> {
    let scratch = Scratch::private(parent)?;
    let file = file.to_owned();
    aside(move |stop| {
        archive::unpack(&file, scratch.path(), stop)?;
        Ok(scratch)
    })
    .await
}

/// Restores into a cluster of its own and checks the invariants there.
async fn verified(
    environment: &Environment,
    config: &Config,
    file: &Path,
) -> anyhow::Result<usize> {
    let mut settings = cluster::settings(config, environment.path.clone());
    Cluster::prepare(&settings)?;
    let archive = unpacked(file, &config.data_dir).await?;
    let place = Scratch::passable(&config.data_dir)?;
    settings.data_dir = place.path().to_owned();
    settings.fast = true;
    let running = aside(move |_| {
        let cluster = Cluster::start(settings)?;
        Ok(ScratchCluster { cluster, place })
    })
    .await?;
    let url = running.cluster.url("postgres");
    let dump = archive.path().join(DUMP);
    load(running.cluster.binaries(), &url, &dump).await?;
    let found = check::run(&url).await?;
    drop(running);
    ensure!(
        found.is_empty(),
        "the restored backup breaks {} invariants, the first: {:?}",
        found.len(),
        found.first()
    );
    Ok(check::invariants().len())
}

/// The server ends before its directory goes: fields are dropped in this order.
struct ScratchCluster {
    cluster: Cluster,
    #[expect(dead_code, reason = "it is there to be dropped")]
    place: Scratch,
}

/// Work that blocks. When nobody waits for it any more it is told to stop, and what it holds is
/// dropped when it has.
async fn aside<T: Send + 'static>(
    work: impl FnOnce(&CancellationToken) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    tokio::task::spawn_blocking(move || work(&stop)).await?
}

async fn load(binaries: &Binaries, url: &str, dump: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(binaries.pg_restore());
    command.args(["--no-owner", "--no-privileges", "--exit-on-error"]);
    connect(&mut command, url);
    command.arg(dump);
    finish(command, "pg_restore").await
}

fn binaries(
    config: &Config,
    environment: &Environment,
    postgres: &Postgres,
) -> anyhow::Result<Binaries> {
    match &postgres.cluster {
        Some(cluster) => Ok(cluster.binaries().clone()),
        None => {
            let mut search = Search::new(environment.path.clone());
            if !config.database.binaries.is_empty() {
                search.explicit = Some(PathBuf::from(&config.database.binaries));
            }
            Ok(Binaries::find(&search, None)?)
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

//! One archive: a dump of the database, then the files that it names, then the keys. Files are
//! kept by content hash and never change, so whatever the dump names is there when it ends.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, bail, ensure};
use feira_database::{Binaries, Cluster, Search};

use super::{Environment, archive, terminal};
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
    let result = write(&config, environment, &postgres, file);
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

fn write(
    config: &Config,
    environment: &Environment,
    postgres: &Postgres,
    file: &Path,
) -> anyhow::Result<()> {
    let scratch = Scratch::beside(file)?;
    let dump = scratch.0.join(DUMP);
    let binaries = binaries(config, environment, postgres)?;
    let mut command = Command::new(binaries.pg_dump());
    command
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(&dump);
    connect(&mut command, &postgres.url);
    finish(&mut command, "pg_dump")?;
    archive::pack(
        file,
        &[
            (DUMP, &dump),
            ("files", &config.data_dir.join("files")),
            ("keys", &config.data_dir.join("keys")),
        ],
    )
}

async fn unpack(environment: &Environment, config: &Config, file: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir)?;
    let scratch = Scratch::beside(&config.data_dir.join("restore"))?;
    archive::unpack(file, &scratch.0)?;
    let postgres = environment.postgres(config, Use::Own).await?;
    let result = load(
        &binaries(config, environment, &postgres)?,
        &postgres.url,
        &scratch.0.join(DUMP),
    );
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
        archive::move_into(&scratch.0.join(name), &config.data_dir.join(name))?;
    }
    Ok(())
}

/// Restores into a cluster of its own and checks the invariants there.
async fn verified(
    environment: &Environment,
    config: &Config,
    file: &Path,
) -> anyhow::Result<usize> {
    let scratch = Scratch::beside(&config.data_dir.join("verify"))?;
    let mut settings = cluster::settings(config, environment.path.clone());
    settings.data_dir = scratch.0.join("cluster");
    settings.fast = true;
    std::fs::create_dir_all(&settings.data_dir)?;
    archive::unpack(file, &scratch.0.join("archive"))?;
    let cluster = Cluster::start(settings)?;
    let url = cluster.url("postgres");
    load(
        cluster.binaries(),
        &url,
        &scratch.0.join("archive").join(DUMP),
    )?;
    let found = check::run(&url).await?;
    drop(cluster);
    ensure!(
        found.is_empty(),
        "the restored backup breaks {} invariants, the first: {:?}",
        found.len(),
        found.first()
    );
    Ok(check::invariants().len())
}

fn load(binaries: &Binaries, url: &str, dump: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(binaries.pg_restore());
    command.args(["--no-owner", "--no-privileges", "--exit-on-error"]);
    connect(&mut command, url);
    finish(command.arg(dump), "pg_restore")
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

fn finish(command: &mut Command, name: &str) -> anyhow::Result<()> {
    let output = command
        .output()
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

/// A directory that is gone when the command ends.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(path: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let dir = path.with_extension(format!("{}.partial", std::process::id()));
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(&dir)
            .with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Self(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, dir = %self.0.display(), "a scratch directory was left");
        }
    }
}

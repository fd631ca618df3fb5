//! From an archive to an installation, or to a scratch copy of one.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, ensure};

use super::{
    Environment,
    archive::{self, DUMP},
    interrupt::aside,
    programs,
    scratch::Scratch,
    terminal,
};
use crate::{
    cluster::{self, Use},
    config::Config,
};

/// Restores an archive into a data directory that has no data yet.
pub(super) async fn run(
    environment: &Environment,
    file: &Path,
    unverified: bool,
) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    for name in ["pg", "files", "keys"] {
        ensure!(
            !config.data_dir.join(name).exists(),
            "{} already has data: restore into an empty directory (set FEIRA_DATA)",
            config.data_dir.display()
        );
    }
    environment.programs(&config).await?;
    let bar = terminal::progress("restoring");
    let result = restore(environment, &config, file, unverified).await;
    bar.finish_and_clear();
    result?;
    terminal::say(&format!("restored into {}", config.data_dir.display()));
    Ok(ExitCode::SUCCESS)
}

async fn restore(
    environment: &Environment,
    config: &Config,
    file: &Path,
    unverified: bool,
) -> anyhow::Result<()> {
    cluster::make_data_dir(config, environment.path.clone())?;
    let scratch = unpacked(file, &config.data_dir, unverified).await?;
    // Until all is there nothing takes it for an installation.
    let mark = config.data_dir.join(cluster::RESTORING);
    std::fs::write(&mark, "").with_context(|| format!("cannot write {}", mark.display()))?;
    let postgres = environment.postgres(config, Use::Restore).await?;
    let binaries = programs::binaries(config, environment, &postgres)?;
    let result = programs::load(&binaries, &postgres.url, &scratch.path().join(DUMP)).await;
    if result.is_ok() {
        // Roles belong to a cluster, not to a database; `serve`, which has the keys, makes them.
        let options = feira_migrations::Options {
            url: postgres.url.clone(),
            roles: None,
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

/// The content of an archive, checked, in a place of its own.
pub(super) async fn unpacked(
    file: &Path,
    parent: &Path,
    unverified: bool,
) -> anyhow::Result<Scratch> {
    let scratch = Scratch::private(parent)?;
    let file = file.to_owned();
    aside(move |stop| {
        archive::unpack(&file, scratch.path(), unverified, stop)?;
        Ok(scratch)
    })
    .await
}

use std::process::ExitCode;

use super::{Environment, terminal};
use crate::{ClockAndEntropy, app, check, cluster::Use, config::Config, keys::Keys};

/// Every invariant, a row per violation.
pub(super) async fn run(environment: &Environment) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    let postgres = environment.postgres(&config, Use::Existing).await?;
    let bar = terminal::progress("checking");
    let found = check::run(&postgres.url).await;
    bar.finish_and_clear();
    postgres.close().await;
    let found = found?;
    for violation in &found {
        terminal::say(&format!(
            "{}  {}  {}",
            violation.invariant, violation.says, violation.row
        ));
    }
    if found.is_empty() {
        terminal::say(&format!("{} invariants hold", check::invariants().len()));
        return Ok(ExitCode::SUCCESS);
    }
    terminal::say(&format!("{} violations", found.len()));
    Ok(ExitCode::FAILURE)
}

/// Migrates, or says what is pending.
pub(super) async fn migrate(environment: &Environment, dry_run: bool) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    let mode = if dry_run { Use::Existing } else { Use::Share };
    let postgres = environment.postgres(&config, mode).await?;
    let bar = terminal::progress("migrating");
    let result = migrations(&config, &postgres.url, dry_run).await;
    bar.finish_and_clear();
    postgres.close().await;
    let migrations = result?;
    for name in &migrations {
        terminal::say(name);
    }
    let word = if dry_run { "pending" } else { "applied" };
    terminal::say(&format!("{} migrations {word}", migrations.len()));
    Ok(ExitCode::SUCCESS)
}

/// What was applied, or would be.
async fn migrations(config: &Config, url: &str, dry_run: bool) -> anyhow::Result<Vec<String>> {
    if dry_run {
        return Ok(feira_migrations::pending(url).await?);
    }
    let keys = Keys::load(config, &ClockAndEntropy::system().entropy)?;
    Ok(app::migrate(config, url, &keys).await?.applied)
}

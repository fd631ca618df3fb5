use std::{ffi::OsString, path::PathBuf};

use super::fetch;
use crate::{
    ClockAndEntropy, app,
    cluster::{self, Postgres, Use},
    compose::{self, Started},
    config::{Config, Sources},
    keys::Keys,
};

/// What the process was given by its surroundings; read once, in `main`.
#[derive(Clone, Default)]
pub struct Environment {
    pub profile: Option<String>,
    pub data: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub xdg_data_home: Option<PathBuf>,
    pub home: Option<PathBuf>,
    pub path: Option<OsString>,
    /// Those that begin with `FEIRA_`.
    pub variables: Vec<(String, String)>,
    /// Whether `--yes` was given.
    pub yes: bool,
}

/// Where a command that needs no server does its work.
pub(super) struct Workplace {
    pub(super) started: Started,
    postgres: Postgres,
}

impl Environment {
    /// The settings, and logging set up by them.
    pub(super) fn load(&self) -> anyhow::Result<Config> {
        let profile = self
            .profile
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(anyhow::Error::msg)?;
        let sources = Sources {
            profile,
            file: self.config.clone(),
            environment: self.variables.clone(),
            yes: self.yes,
            overrides: Vec::new(),
        };
        let config = Config::load(&sources, self.data_dir()?)?;
        super::terminal::log(&config)?;
        Ok(config)
    }

    /// `FEIRA_DATA`, else /var/lib/feira for root, else the person's data directory.
    fn data_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = self.data.as_ref().filter(|d| !d.as_os_str().is_empty()) {
            return Ok(std::path::absolute(dir)?);
        }
        if is_root() {
            return Ok(PathBuf::from("/var/lib/feira"));
        }
        let base = self.xdg_data_home.clone().filter(|d| d.is_absolute());
        let base = base.or_else(|| self.home.as_ref().map(|home| home.join(".local/share")));
        let base = base.ok_or_else(|| {
            anyhow::anyhow!(
                "there is no home directory: set FEIRA_DATA to a directory for the data"
            )
        })?;
        Ok(base.join("feira"))
    }

    pub(super) async fn postgres(&self, config: &Config, mode: Use) -> anyhow::Result<Postgres> {
        cluster::ready(config, mode)?;
        self.programs(config).await?;
        Postgres::open(config, self.path.clone(), mode).await
    }

    /// Sees to it that there are PostgreSQL's programs where they are needed. It may ask, so it
    /// comes before anything moves on the terminal.
    pub(super) async fn programs(&self, config: &Config) -> anyhow::Result<()> {
        fetch::programs(config, self.path.clone()).await
    }

    /// The database of another process, as soon as there is one.
    pub(super) async fn attach(&self, config: &Config) -> anyhow::Result<Postgres> {
        Postgres::attach(config, self.path.clone()).await
    }

    /// The modules without a server, beside a running one or alone.
    pub(super) async fn workplace(&self, config: &Config, mode: Use) -> anyhow::Result<Workplace> {
        let postgres = self.postgres(config, mode).await?;
        let clock_and_entropy = ClockAndEntropy::system();
        let keys = Keys::load(config, &clock_and_entropy.entropy)?;
        app::migrate(config, &postgres.url, &keys).await?;
        let self_url = format!("http://127.0.0.1:{}", config.server.port);
        let started = compose::build(config, &postgres.url, &clock_and_entropy, &self_url, keys)?;
        compose::check_sessions(&started.runtimes).await?;
        compose::check_time_zone(config, &started.runtimes).await?;
        compose::check_currency(config, started.modules.stores.as_ref()).await?;
        Ok(Workplace { started, postgres })
    }
}

impl Workplace {
    /// Lets go of the database; events wait for the next `serve`.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        for runtime in &self.started.runtimes {
            runtime.env.pool.close().await;
        }
        self.postgres.close().await;
        Ok(())
    }
}

#[allow(
    unsafe_code,
    reason = "geteuid(2) has no safe form in the standard library"
)]
fn is_root() -> bool {
    // SAFETY: geteuid takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

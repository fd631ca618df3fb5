//! PostgreSQL for the process: the given URL, or the embedded cluster of the data directory.

use std::{
    ffi::OsString,
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use feira_database::{Cluster, Search, Settings};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};

use crate::config::{Config, FETCHED_ONLY};

/// The name of the database inside an embedded cluster.
const DATABASE: &str = "feira";
/// Two processes, as while one replaces the other (see `database.connections`), and other commands
/// and tools.
const CONNECTIONS: u16 = 128;
/// Lies in the data directory from the begin of a restore to its end.
pub(crate) const RESTORING: &str = "restore.unfinished";
/// Holds PostgreSQL's programs, where they were fetched.
pub(crate) const FETCHED: &str = "postgresql";
/// How often a process that waits for the database looks for it.
const LOOK: Duration = Duration::from_millis(250);
/// PostgreSQL 15, as `server_version_num` counts.
const OLDEST: i32 = 150_000;

/// Where the data is for as long as this value lives.
pub(crate) struct Postgres {
    /// The owner's URL.
    pub(crate) url: String,
    pub(crate) cluster: Option<Cluster>,
}

/// Whether this command owns the cluster or may share a running one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// `serve`: refused while another owns it.
    Own,
    /// `restore`: the same, where nothing has served yet.
    Restore,
    /// Any other command, which may also run the cluster itself until it ends.
    Share,
    /// The same for what looks at data, or needs some: it makes no cluster.
    Existing,
}

impl Postgres {
    pub(crate) async fn open(
        config: &Config,
        path: Option<OsString>,
        mode: Use,
    ) -> anyhow::Result<Self> {
        if !config.database.url.is_empty() {
            let url = config.database.url.reveal().to_owned();
            check_version(config, &url).await?;
            return Ok(Self { url, cluster: None });
        }
        let settings = settings(config, path);
        let cluster = tokio::task::spawn_blocking(move || match mode {
            Use::Own | Use::Restore => Cluster::start(settings),
            Use::Share | Use::Existing => Cluster::attach_or_start(settings),
        })
        .await??;
        create_database(&cluster.url("postgres")).await?;
        Ok(Self {
            url: cluster.url(DATABASE),
            cluster: Some(cluster),
        })
    }

    /// For a process that serves a module beside the main one: it never runs the cluster itself,
    /// or it would keep the main one from starting. It waits, and says for what.
    pub(crate) async fn attach(config: &Config, path: Option<OsString>) -> anyhow::Result<Self> {
        if !config.database.url.is_empty() {
            ready(config, Use::Share)?;
            return Self::open(config, path, Use::Share).await;
        }
        let settings = settings(config, path);
        let mut said = String::new();
        loop {
            match Self::running(config, &settings).await? {
                Ok(found) => return Ok(found),
                Err(why) if why == said => {}
                Err(why) => {
                    tracing::warn!("waiting for `feira serve`, which runs the database: {why}");
                    said = why;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The whole database of a live owner, or why there is none yet.
    async fn running(config: &Config, settings: &Settings) -> anyhow::Result<Result<Self, String>> {
        let (dir, settings) = (config.data_dir.display(), settings.clone());
        let found = tokio::task::spawn_blocking(move || Cluster::attach(&settings)).await??;
        let Some(cluster) = found else {
            return Ok(Err(format!("nobody serves the data in {dir}")));
        };
        // A restore leaves its mark before it runs the cluster.
        if config.data_dir.join(RESTORING).exists() {
            return Ok(Err(format!("a restore into {dir} has not ended")));
        }
        // Its owner makes the database, and may be about to end.
        let url = cluster.url(DATABASE);
        match connect(&url).await {
            Ok(db) => db.close().await?,
            Err(error) => return Ok(Err(format!("{error:#}"))),
        }
        let cluster = Some(cluster);
        Ok(Ok(Self { url, cluster }))
    }

    /// Stops the cluster, if this command owns it.
    pub(crate) async fn close(self) {
        if let Some(cluster) = self.cluster {
            let _ = tokio::task::spawn_blocking(move || drop(cluster)).await;
        }
    }
}

/// Refuses a data directory that this use is not for, before anything is made there.
pub(crate) fn ready(config: &Config, mode: Use) -> anyhow::Result<()> {
    let dir = &config.data_dir;
    if mode != Use::Restore && dir.join(RESTORING).exists() {
        bail!(
            "a restore into {} did not end, so that the data is not whole: empty that directory and its \
             database, and restore again",
            dir.display()
        );
    }
    let embedded = config.database.url.is_empty();
    if mode == Use::Existing && embedded && !Cluster::exists(&settings(config, None)) {
        bail!(
            "there is no marketplace in {}: set FEIRA_DATA to the directory of one, or make one there \
             with `feira serve`",
            dir.display()
        );
    }
    Ok(())
}

/// Makes the data directory for what must lie there before the database does.
pub(crate) fn make_data_dir(config: &Config, path: Option<OsString>) -> anyhow::Result<()> {
    if config.database.url.is_empty() {
        return Ok(Cluster::prepare(&settings(config, path))?);
    }
    private_dir(&config.data_dir)
}

/// Makes a directory that only its owner can enter, unless it is there.
pub(crate) fn private_dir(dir: &Path) -> anyhow::Result<()> {
    let mut private = DirBuilder::new();
    private.recursive(true).mode(0o700);
    private
        .create(dir)
        .with_context(|| format!("cannot make {}", dir.display()))
}

/// How the embedded cluster of this data directory is run.
pub(crate) fn settings(config: &Config, path: Option<OsString>) -> Settings {
    let mut settings = Settings::new(&config.data_dir, path);
    settings.max_connections = CONNECTIONS;
    let search = &mut settings.search;
    match config.database.binaries.as_str() {
        "" => search
            .folders
            .extend(fetched(&config.data_dir.join(FETCHED))),
        FETCHED_ONLY => *search = only(&config.data_dir.join(FETCHED)),
        folder => search.explicit = Some(PathBuf::from(folder)),
    }
    settings
}

/// Looks for programs that were fetched into a directory, and nowhere else.
pub(crate) fn only(dir: &Path) -> Search {
    Search {
        explicit: None,
        path: None,
        folders: fetched(dir),
    }
}

/// Where they are in it: as PostgreSQL installs them, or as Debian does.
fn fetched(dir: &Path) -> Vec<String> {
    let below = ["bin", "lib/postgresql/*/bin"];
    let folders = below.map(|below| dir.join(below).to_string_lossy().into_owned());
    folders.to_vec()
}

async fn connect(url: &str) -> anyhow::Result<sea_orm::DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .context("the database does not answer")
}

async fn check_version(config: &Config, url: &str) -> anyhow::Result<()> {
    let setting = || config.setting("database.url");
    let db = connect(url).await.with_context(setting)?;
    let sql = include_str!("sql/server_version.sql");
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let version: i32 = row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .unwrap_or(0);
    db.close().await?;
    anyhow::ensure!(
        version >= OLDEST,
        "{} names a server of PostgreSQL {}; Feira needs 15 or newer",
        setting(),
        version / 10_000
    );
    Ok(())
}

async fn create_database(url: &str) -> anyhow::Result<()> {
    let db = connect(url).await?;
    let there = async || {
        let sql = include_str!("sql/find_database.sql");
        let values = [DATABASE.into()];
        let find = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        db.query_one_raw(find).await.map(|row| row.is_some())
    };
    if !there().await? {
        let sql = format!("CREATE DATABASE {DATABASE}");
        let made = db.execute_unprepared(&sql).await;
        // A command that shares the cluster may have been quicker.
        if made.is_err() && !there().await? {
            made?;
        }
    }
    db.close().await?;
    Ok(())
}

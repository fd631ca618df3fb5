//! One archive: a dump of the database, then the files that it names, then the keys. Files are
//! kept by content hash and never change, so whatever the dump names is there when it ends.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use feira_database::Cluster;
use feira_kernel::Clock;

use super::{
    Environment,
    archive::{self, DUMP},
    interrupt::aside,
    programs, restore,
    scratch::Scratch,
    terminal,
};
use crate::{
    check,
    cluster::{self, Postgres, Use},
    config::Config,
};

pub(super) async fn run(
    environment: &Environment,
    file: &Path,
    verify: bool,
    overwrite: bool,
) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    let target = Target::new(file, overwrite)?;
    let postgres = environment.postgres(&config, Use::Existing).await?;
    let bar = terminal::progress("writing the backup");
    let written = write(&config, environment, &postgres, &target).await;
    bar.finish_and_clear();
    postgres.close().await;
    let written = written?;
    if verify {
        let bar = terminal::progress("restoring it into a scratch cluster");
        let checked = verified(environment, &config, &written.archive).await;
        bar.finish_and_clear();
        terminal::say(&format!(
            "{checked} invariants hold in the restored backup",
            checked = checked?
        ));
    }
    target.give(&written.archive)?;
    terminal::say(&format!(
        "{} is written; it contains keys: keep it as safe as the data",
        target.file.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The name that an archive gets when all is done.
struct Target {
    file: PathBuf,
    beside: PathBuf,
    overwrite: bool,
}

impl Target {
    fn new(file: &Path, overwrite: bool) -> anyhow::Result<Self> {
        let file = std::path::absolute(file)?;
        let beside = file.parent().context("the archive must be a file")?;
        ensure!(
            !file.is_dir(),
            "{} is a directory: name the archive to write",
            file.display()
        );
        let target = Self {
            beside: beside.to_owned(),
            file,
            overwrite,
        };
        match !overwrite && target.file.symlink_metadata().is_ok() {
            true => target.taken(),
            false => Ok(target),
        }
    }

    fn taken<T>(&self) -> anyhow::Result<T> {
        bail!(
            "{} exists: name another file, or replace it with --overwrite",
            self.file.display()
        )
    }

    /// Gives a whole archive its name, for good.
    fn give(&self, archive: &Path) -> anyhow::Result<()> {
        let given = match self.overwrite {
            true => fs::rename(archive, &self.file),
            // Unlike a rename it replaces nothing that came meanwhile.
            false => fs::hard_link(archive, &self.file),
        };
        match given {
            Err(error) if !self.overwrite && error.kind() == ErrorKind::AlreadyExists => {
                return self.taken();
            }
            given => given.with_context(|| {
                format!(
                    "cannot name the archive {} (where the file system has no hard links, \
                     --overwrite does without)",
                    self.file.display()
                )
            })?,
        }
        File::open(&self.beside)
            .and_then(|dir| dir.sync_all())
            .with_context(|| format!("cannot write {}", self.beside.display()))
    }
}

/// An archive under a name of its own, beside its target; gone when this is dropped.
struct Written {
    archive: PathBuf,
    _scratch: Scratch,
}

async fn write(
    config: &Config,
    environment: &Environment,
    postgres: &Postgres,
    target: &Target,
) -> anyhow::Result<Written> {
    cluster::private_dir(&target.beside)?;
    let scratch = Scratch::private(&target.beside)?;
    // pg_dump keeps the mode of a file that is there.
    let (dump, _) = scratch.file(DUMP)?;
    let binaries = programs::binaries(config, environment, postgres)?;
    programs::dump(&binaries, &postgres.url, &dump).await?;
    let entries = [
        (DUMP, dump),
        ("files", config.data_dir.join("files")),
        ("keys", config.data_dir.join("keys")),
    ];
    aside(move |stop| {
        let (archive, out) = scratch.file("archive")?;
        archive::pack(out, &entries, Clock::system().now(), stop)?;
        Ok(Written {
            archive,
            _scratch: scratch,
        })
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
    let archive = restore::unpacked(file, &config.data_dir, false).await?;
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
    programs::load(running.cluster.binaries(), &url, &dump).await?;
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

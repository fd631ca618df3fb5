//! The command line. Every command but `openapi` and `pages` reads the same configuration. `serve` and
//! `restore` own the cluster; the others share that of a running one, or run it themselves until
//! they end. `serve --only`, which does not end, waits for a running one.

mod archive;
mod backup;
mod check;
mod config;
mod environment;
mod fetch;
mod import;
mod interrupt;
mod programs;
mod reconcile;
mod restore;
mod scratch;
mod serve;
mod statement;
mod terminal;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use feira_kernel::Actor;

use crate::memory;

pub use environment::Environment;

/// As whom commands ask the modules.
static CLI: Actor = Actor::system("cli");

/// A self-hosted multi-vendor marketplace: one process, one PostgreSQL.
#[derive(Debug, Parser)]
#[command(
    name = "feira",
    version,
    after_help = "Settings: config/default.toml lists every key; FEIRA_<SECTION>__<KEY> overrides one, \
FEIRA_PROFILE picks development or production, FEIRA_DATA the data directory, FEIRA_CONFIG a TOML file."
)]
pub struct Cli {
    /// Fetch PostgreSQL's programs without asking, where there are none.
    #[arg(long, global = true)]
    yes: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the marketplace (what happens without a command).
    Serve {
        /// Serve one module only, for other processes: catalog. Where no database is configured
        /// it uses that of `feira serve`, for which it waits.
        #[arg(long, value_name = "MODULE")]
        only: Option<String>,
    },
    /// Bring the database up to this release.
    Migrate {
        /// Say what would be done, change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Fill an empty database with the demo marketplace.
    Demo,
    /// Import products from a CSV file into a store.
    ///
    /// Exit status: 0 if all of it was taken, 3 if lines were refused and the others taken (also if those
    /// were all), 1 if the file could not be read or imported.
    Import {
        /// The store's slug.
        #[arg(long)]
        store: String,
        /// The file's format: shopify.
        #[arg(long, default_value = "shopify")]
        format: String,
        /// Report what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Tell every refusal and note, not the first five of each kind.
        #[arg(long)]
        all: bool,
        /// The CSV file.
        file: PathBuf,
    },
    /// Import a bank statement, OFX or CSV: payments by hand that its lines name are marked as paid.
    ///
    /// Exit status: 0 if it was imported, 1 if nothing was done.
    Statement {
        #[command(subcommand)]
        command: statement::StatementCommand,
    },
    /// Hold a payment provider's report of its balance against the books.
    ///
    /// Exit status: 0 if all of it agrees, 3 if something differs, 1 if it cannot be read.
    Reconcile {
        /// The provider's name in the settings.
        #[arg(long)]
        provider: String,
        /// The file's format: stripe, mercado_pago, paypal, plain or bank_statement; without one it is found out.
        #[arg(long)]
        format: Option<String>,
        /// Stores are paid from another account than that of the bank's statement.
        #[arg(long)]
        without_payouts: bool,
        /// The CSV file, or the bank's statement as OFX or CSV.
        file: PathBuf,
    },
    /// Manage people.
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Print every setting, without secrets, and who decided it.
    Config,
    /// Print the OpenAPI document.
    Openapi,
    /// Print who sees each page, and its path: for the test that opens them all in a browser.
    #[command(hide = true)]
    Pages,
    /// Check every invariant of the data; exit status 1 and a row per violation.
    Check,
    /// Write database, files and keys of one moment into one archive, while serving.
    Backup {
        /// The archive to write, such as feira.tar.
        file: PathBuf,
        /// Restore it into a scratch cluster and check it there; only then it gets its name.
        #[arg(long)]
        verify: bool,
        /// Replace the file if it exists.
        #[arg(long)]
        overwrite: bool,
    },
    /// Restore an archive into an empty data directory, if it is still what was written.
    Restore {
        /// The archive.
        file: PathBuf,
        /// Take an archive of Feira 0.1.0, in which nothing can be checked.
        #[arg(long)]
        unverified: bool,
    },
}

/// Runs one command; an error is one sentence on standard error.
#[allow(
    clippy::print_stderr,
    reason = "this is what the person at the terminal reads"
)]
pub fn run(cli: Cli, mut environment: Environment) -> ExitCode {
    memory::settle();
    environment.yes = cli.yes;
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("feira: the process cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(execute(cli, environment)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("feira: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli, environment: Environment) -> anyhow::Result<ExitCode> {
    let command = cli.command.unwrap_or(Command::Serve { only: None });
    // `serve` has its own way to stop; somebody who is asked for a password can just leave.
    let at_once = matches!(
        command,
        Command::Serve { .. } | Command::User { .. } | Command::Openapi
    );
    let work = carry_out(command, &environment);
    match at_once {
        true => work.await,
        false => interrupt::or(work).await,
    }
}

async fn carry_out(command: Command, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { only: None } => serve::run(environment).await,
        Command::Serve { only: Some(module) } => serve::only(environment, &module).await,
        Command::Migrate { dry_run } => check::migrate(environment, dry_run).await,
        Command::Demo => import::demo(environment).await,
        Command::Import {
            store,
            format,
            dry_run,
            all,
            file,
        } => import::run(environment, &store, &format, dry_run, all, &file).await,
        Command::Statement { command } => statement::run(environment, command).await,
        Command::Reconcile {
            provider,
            format,
            without_payouts,
            file,
        } => {
            let (format, payouts) = (format.as_deref(), !without_payouts);
            reconcile::run(environment, &provider, (format, payouts), &file).await
        }
        Command::User { command } => user::run(environment, command).await,
        Command::Config => config::run(environment),
        Command::Openapi => {
            terminal::say(&feira_api::openapi::document().to_pretty_json()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Pages => {
            feira_pages::paths().for_each(|(who, path)| terminal::say(&format!("{who} {path}")));
            Ok(ExitCode::SUCCESS)
        }
        Command::Check => check::run(environment).await,
        Command::Backup {
            file,
            verify,
            overwrite,
        } => backup::run(environment, &file, verify, overwrite).await,
        Command::Restore { file, unverified } => restore::run(environment, &file, unverified).await,
    }
}

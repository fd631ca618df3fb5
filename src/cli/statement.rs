use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Subcommand;
use feira_payment::{BankStatementColumns, BankStatementReport, BankStatementRequest};

use super::{CLI, Environment, terminal};
use crate::cluster::Use;

#[derive(Debug, Subcommand)]
pub(super) enum StatementCommand {
    /// Import a file of the bank.
    Import {
        /// Report what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
        /// The column of a CSV with the day: its name, or its number from 1. So are those below.
        #[arg(long)]
        date: Option<String>,
        #[arg(long)]
        amount: Option<String>,
        #[arg(long)]
        description: Option<String>,
        #[arg(long)]
        id: Option<String>,
        /// The OFX or CSV file.
        file: PathBuf,
    },
}

pub(super) async fn run(
    environment: &Environment,
    command: StatementCommand,
) -> anyhow::Result<ExitCode> {
    let StatementCommand::Import {
        dry_run,
        date,
        amount,
        description,
        id,
        file,
    } = command;
    let config = environment.load()?;
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let request = BankStatementRequest {
        dry_run,
        currency: config.marketplace.currency,
        columns: BankStatementColumns {
            date,
            amount,
            description,
            id,
        },
        file: bytes,
    };
    let place = environment.workplace(&config, Use::Existing).await?;
    let payments = &place.started.modules.payments;
    let report = payments.import_bank_statement(&CLI, request, None).await;
    place.close().await?;
    tell(&report?);
    Ok(ExitCode::SUCCESS)
}

fn tell(report: &BankStatementReport) {
    for line in &report.first {
        let why = match line.was_paid {
            true => "was already paid",
            false => line.reason.map_or(line.state.as_str(), |why| why.as_str()),
        };
        let (number, amount) = (line.number, line.amount);
        terminal::say(&format!("line {number}: {why}: {amount} {}", line.text));
    }
    for one in &report.open {
        terminal::say(&format!("{}: {}", one.reason.as_str(), one.count));
    }
    terminal::say(&format!(
        "{}{} lines, {} known before, {} matched",
        if report.dry_run { "dry run: " } else { "" },
        report.lines,
        report.known,
        report.matched,
    ));
    if report.were_paid > 0 {
        terminal::say(&format!("{} of them were already paid", report.were_paid));
    }
}

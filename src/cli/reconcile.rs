use std::{path::Path, process::ExitCode};

use anyhow::{Context, bail};
use feira_payment::{Difference, ReconcileRequest, Reconciliation, ReportFormat, StatementAccount};

use super::{CLI, Environment, terminal};
use crate::cluster::Use;

/// The exit status where something differs.
const DIFFERS: u8 = 3;

/// Holds a provider's report against the books, and tells each difference.
pub(super) async fn run(
    environment: &Environment,
    provider: &str,
    (format, payouts): (Option<&str>, bool),
    file: &Path,
) -> anyhow::Result<ExitCode> {
    let format = match format.map(|name| (name, ReportFormat::parse(name))) {
        Some((name, None)) => {
            let known = ReportFormat::ALL.map(ReportFormat::as_str).join(", ");
            bail!("--format {name}: the known formats are {known}")
        }
        Some((_, known)) => known,
        None => None,
    };
    let config = environment.load()?;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let place = environment.workplace(&config, Use::Existing).await?;
    let request = ReconcileRequest {
        provider: provider.to_owned(),
        format,
        file: bytes,
        account: Some(StatementAccount {
            currency: config.marketplace.currency,
            time_zone: config.marketplace.time_zone.clone(),
            payouts,
        }),
    };
    let found = place
        .started
        .modules
        .payments
        .reconcile(&CLI, request)
        .await;
    place.close().await?;
    let found = found?;
    tell(&found);
    Ok(match found.counts.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(DIFFERS),
    })
}

fn tell(found: &Reconciliation) {
    for difference in &found.differences {
        terminal::say(&line(difference));
    }
    for count in &found.counts {
        terminal::say(&format!("{}: {}", count.kind.as_str(), count.count));
    }
    for sum in &found.sums {
        terminal::say(&format!(
            "{}: reported {}, booked {}; fees reported {}, booked {}; transferred {}",
            sum.currency,
            sum.reported.amount(),
            sum.booked.amount(),
            sum.reported_fees.amount(),
            sum.booked_fees.amount(),
            sum.transferred.amount(),
        ));
    }
    if found.by_amount > 0 {
        let by_amount = found.by_amount;
        terminal::say(&format!("{by_amount} of them by amount and day alone"));
    }
    terminal::say(&format!(
        "{}: {} of {} lines agree with the books",
        found.format.as_str(),
        found.matched,
        found.lines
    ));
}

fn line(difference: &Difference) -> String {
    let place = match difference.line {
        Some(line) => format!("line {line}"),
        None => "in the books".to_owned(),
    };
    let mut parts = vec![format!(
        "{place}: {} {}",
        difference.kind.as_str(),
        difference.id
    )];
    for (what, amount) in [
        ("reported", difference.reported),
        ("booked", difference.booked),
        ("fee reported", difference.reported_fee),
        ("fee booked", difference.booked_fee),
    ] {
        parts.extend(amount.map(|amount| format!("{what} {amount}")));
    }
    parts.extend(
        difference
            .payment
            .map(|payment| format!("payment {payment}")),
    );
    parts.extend(difference.payout.map(|payout| format!("payout {payout}")));
    parts.join(", ")
}

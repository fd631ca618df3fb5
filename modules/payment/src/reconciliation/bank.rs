//! A bank's statement as a report: its lines say an amount, a day and a text, and seldom what they are.

use feira_kernel::Time;
use time::Duration;

use super::{
    kind::FactKind,
    report::{Line, Report},
};
use crate::{PaymentError, ReportFormat, statement};

const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The first and the last day of it.
pub(crate) fn days(lines: &[statement::Line]) -> Option<(time::Date, time::Date)> {
    let days = || lines.iter().map(|line| line.on);
    Some((days().min()?, days().max()?))
}

/// Refuses what is larger than any report, and says what cannot be read as a report's reader does.
pub(crate) fn read(
    file: &[u8],
    currency: feira_kernel::Currency,
) -> Result<Vec<statement::Line>, PaymentError> {
    if file.len() > MAX_BYTES {
        return Err(PaymentError::BadReport("at most 20 MiB".to_owned()));
    }
    let columns = crate::BankStatementColumns::default();
    let parsed = statement::parse(file, currency, &columns);
    let refused = |fault| match PaymentError::from(fault) {
        PaymentError::BadStatement(fault) => PaymentError::BadReport(fault.detail),
        other => other,
    };
    Ok(parsed.map_err(refused)?.lines)
}

/// With the lines' keys, by which an import knows them, and the time that its first day begins and its last one
/// ends.
pub(crate) fn report(lines: Vec<statement::Line>, (from, until): (Time, Time)) -> Report {
    let keys = statement::keys(&lines);
    let first = days(&lines).map_or(from.date(), |(first, _)| first);
    let told = lines.into_iter().zip(keys).map(|(line, key)| {
        let mut ids = vec![line.text.clone(), key];
        ids.extend(line.bank_id);
        ids.extend(statement::tokens(&line.text));
        Line {
            line: u64::from(line.number),
            ids,
            kind: match line.amount.is_positive() {
                true => FactKind::CameIn,
                false => FactKind::WentOut,
            },
            amount: line.amount.into(),
            fee: None,
            at: Some(from + (line.on - first)),
        }
    });
    Report {
        format: ReportFormat::BankStatement,
        lines: told.collect(),
        unreadable: Vec::new(),
        within: Some((from, until - Duration::SECOND)),
    }
}

//! Bank statements: files of OFX and CSV become lines. Pure; a file is read whole or refused with the
//! line at which it cannot be read.

mod amount;
mod csv_file;
mod date;
mod ids;
mod matching;
mod ofx;
mod text;

use feira_kernel::{Currency, FieldCode, FieldError, Money};
use rust_decimal::Decimal;
use time::Date;

use crate::{
    BankStatementColumns, BankStatementFormat, PaymentError,
    field_codes::{
        STATEMENT_EMPTY as EMPTY, STATEMENT_LINE_AMOUNT as AMOUNT, STATEMENT_TOO_LONG as TOO_LONG,
    },
};

pub(crate) use ids::{digest, keys};
pub(crate) use matching::{Book, Candidate, CandidateState, Verdict, reference, tokens};

/// Lines of a file; a bank gives a month or a year at once.
pub(crate) const MOST_LINES: usize = 50_000;
/// Characters that are kept of what a line says.
const MOST_TEXT: usize = 300;

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) format: BankStatementFormat,
    pub(crate) lines: Vec<Line>,
}

/// Money that came in (positive) or went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Of the file, from 1.
    pub(crate) number: u32,
    /// The bank's name for the account; empty where the file has none.
    pub(crate) account: String,
    pub(crate) on: Date,
    pub(crate) amount: Money,
    pub(crate) text: String,
    /// By which the bank knows it.
    pub(crate) bank_id: Option<String>,
}

/// Why a file is refused, and at which of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    line: u32,
    code: FieldCode,
    why: String,
}

impl Fault {
    fn at(line: u32, code: FieldCode, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { line, code, why }
    }
}

impl From<Fault> for PaymentError {
    fn from(Fault { line, code, why }: Fault) -> Self {
        let mut fault = FieldError::new(
            format!("/lines/{line}"),
            code,
            format!("line {line}: {why}"),
        );
        if code == TOO_LONG {
            fault.max = i64::try_from(MOST_LINES).ok();
        }
        Self::BadStatement(fault)
    }
}

/// Reads a file, whatever of the formats it is; the currency is that of a file which names none.
pub(crate) fn parse(
    file: &[u8],
    currency: Currency,
    columns: &BankStatementColumns,
) -> Result<Statement, Fault> {
    let text = text::decode(file)?;
    let (format, lines) = match ofx::is(&text) {
        true => (BankStatementFormat::Ofx, ofx::read(&text, currency)?),
        false => (
            BankStatementFormat::Csv,
            csv_file::read(&text, currency, columns)?,
        ),
    };
    if lines.is_empty() {
        return Err(Fault::at(1, EMPTY, "there is no line with money in it"));
    }
    Ok(Statement { format, lines })
}

/// Whether a file says itself that it is a bank's statement.
pub(crate) fn is_ofx(file: &[u8]) -> bool {
    text::decode(file).is_ok_and(|text| ofx::is(&text))
}

/// Refuses one line more than a file may have.
fn bounded(lines: &[Line], line: u32) -> Result<(), Fault> {
    if lines.len() > MOST_LINES {
        let why = format!("a file may have {MOST_LINES} lines; ask the bank for a shorter time");
        return Err(Fault::at(line, TOO_LONG, why));
    }
    Ok(())
}

/// An amount that the currency can have.
fn money(amount: Decimal, currency: Currency, line: u32) -> Result<Money, Fault> {
    Money::new(amount, currency).map_err(|error| Fault::at(line, AMOUNT, error.to_string()))
}

/// One line without what cannot be kept, spaces once each.
fn cleaned(text: &str) -> String {
    let seen: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words = feira_kernel::text::line(&seen);
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").chars().take(MOST_TEXT).collect()
}

/// How many lines lie before a place in the text, and this one.
fn line_at(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().iter().take(at);
    let lines = before.filter(|byte| **byte == b'\n').count();
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "readme_tests.rs"]
mod readme_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! CSV as banks export it: any of three separators, lines of their own before the header and behind the last
//! row, decimals by comma or point. What does not fit is refused with its line, not left out: it could be
//! the half of something.

mod columns;

use csv::{ReaderBuilder, StringRecord, Trim};
use feira_files::csv_text::{Lines, SEPARATORS, open_quote};
use feira_kernel::{Currency, Money};
use time::Date;

use self::columns::Columns;
use super::{
    Fault, Line,
    amount::{Mark, Written as Amount},
    bounded, cleaned,
    date::{DayOrder, Written as Day},
    money,
};
use crate::{
    BankStatementColumns,
    field_codes::{
        STATEMENT_COLUMNS as COLUMNS, STATEMENT_CUT_OFF as CUT_OFF, STATEMENT_DAYS as DAYS,
        STATEMENT_DECIMALS as DECIMALS, STATEMENT_LINE_AMOUNT as AMOUNT, STATEMENT_LINE_DAY as DAY,
        STATEMENT_LINE_SIGN as SIGN,
    },
};

/// A record of the file, and its line.
struct Row {
    line: u32,
    fields: StringRecord,
}

impl Row {
    fn field(&self, column: usize) -> &str {
        self.fields.get(column).unwrap_or_default()
    }

    fn is_blank(&self) -> bool {
        self.fields.iter().all(str::is_empty)
    }
}

/// What a row says, before it is known how the file writes days and amounts.
struct Read {
    line: u32,
    day: Day,
    /// The second takes from the first: credit and debit have columns of their own in some files.
    amounts: Vec<(Amount, bool)>,
    /// Whether a column of its own marks the row as a debit.
    debit: bool,
    text: String,
    id: Option<String>,
}

pub(super) fn read(
    text: &str,
    currency: Currency,
    chosen: &BankStatementColumns,
) -> Result<Vec<Line>, Fault> {
    if let Some(line) = open_quote(text, &SEPARATORS) {
        let why = "the quote that begins here is never closed: the file is perhaps cut off";
        return Err(Fault::at(
            u32::try_from(line).unwrap_or(u32::MAX),
            CUT_OFF,
            why,
        ));
    }
    let (columns, rows) = columns::find(text, chosen)?;
    let ends = text.ends_with(['\n', '\r']);
    let read = records(&columns, &rows, ends)?;
    let order = order(&read)?;
    let mark = mark(&read)?;
    check_end(&columns, rows.last(), &read, (mark, ends))?;
    let mut lines = Vec::with_capacity(read.len());
    for one in read {
        let number = one.line;
        let on = one.day.value(order);
        let on: Date = on.ok_or_else(|| Fault::at(number, DAY, "there is no such day"))?;
        let Some(amount) = worth(&one, mark, currency)? else {
            continue;
        };
        lines.push(Line {
            number,
            account: String::new(),
            on,
            amount,
            text: one.text,
            bank_id: one.id,
        });
        bounded(&lines, number)?;
    }
    Ok(lines)
}

/// The rows with money in them. A bank's own remarks may stand behind the last one, never between.
fn records(columns: &Columns, rows: &[Row], ends: bool) -> Result<Vec<Read>, Fault> {
    let mut found = Vec::new();
    let mut remark: Option<Fault> = None;
    for (index, row) in rows.iter().enumerate() {
        if row.is_blank() || columns.has_balance_only(row) {
            continue;
        }
        match (record(columns, row), remark.take()) {
            // It was no remark.
            (Ok(_), Some(fault)) => return Err(fault),
            (Ok(one), None) => found.push(one),
            (Err(fault), before) => {
                let day = row.field(columns.day);
                let begun = day.starts_with(|c: char| c.is_ascii_digit());
                let whole = ends || index + 1 < rows.len();
                if begun || !whole {
                    return Err(fault);
                }
                remark = before.or(Some(fault));
            }
        }
    }
    Ok(found)
}

fn record(columns: &Columns, row: &Row) -> Result<Read, Fault> {
    let fault = |code, why: String| Fault::at(row.line, code, why);
    if row.fields.len() < columns.needed {
        let (has, needed) = (row.fields.len(), columns.needed);
        let why = format!("there are {has} columns, not {needed}: the file is perhaps cut off");
        return Err(fault(CUT_OFF, why));
    }
    let day = row.field(columns.day);
    let read = Day::read(day).ok_or_else(|| fault(DAY, format!("{day:?} is no day")))?;
    let mut amounts = Vec::new();
    for (column, takes) in &columns.amounts {
        let text = row.field(*column);
        if text.is_empty() {
            continue;
        }
        let amount = Amount::read(text);
        let amount = amount.ok_or_else(|| fault(AMOUNT, format!("{text:?} is no amount")))?;
        amounts.push((amount, *takes));
    }
    if amounts.is_empty() {
        return Err(fault(AMOUNT, "the amount is missing".to_owned()));
    }
    let debit = match columns.sign.map(|column| row.field(column)) {
        Some(text) => is_debit(text)
            .ok_or_else(|| fault(SIGN, format!("{text:?} is neither credit nor debit")))?,
        None => false,
    };
    let texts = columns.texts.iter().map(|column| row.field(*column));
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    let id = columns.id.map(|column| cleaned(row.field(column)));
    Ok(Read {
        line: row.line,
        day: read,
        amounts,
        debit,
        text: cleaned(&texts.join(" ")),
        id: id.filter(|id| !id.is_empty()),
    })
}

/// What the mark of a row says, where it has a column of its own; `None` if it is no mark.
fn is_debit(text: &str) -> Option<bool> {
    let plain = any_ascii::any_ascii(text).to_ascii_lowercase();
    match plain.trim() {
        "d" | "dr" | "debito" | "debit" => Some(true),
        "" => text.is_empty().then_some(false),
        "c" | "cr" | "credito" | "credit" => Some(false),
        _ => None,
    }
}

/// The first number of a day is the day, unless a row says otherwise.
fn order(rows: &[Read]) -> Result<DayOrder, Fault> {
    let mut known: Option<DayOrder> = None;
    for row in rows {
        match (known, row.day.order()) {
            (Some(known), Some(other)) if known != other => {
                let why = "days and months change places in this file";
                return Err(Fault::at(row.line, DAYS, why));
            }
            (None, order) => known = order,
            _ => {}
        }
    }
    Ok(known.unwrap_or(DayOrder::DayFirst))
}

/// What sets off the decimals in the whole file.
fn mark(rows: &[Read]) -> Result<Mark, Fault> {
    let mut known: Option<Mark> = None;
    let mut unclear = None;
    for row in rows {
        for (amount, _) in &row.amounts {
            match (known, amount.mark()) {
                (Some(known), Some(other)) if known != other => {
                    let why = "point and comma change places in this file's amounts";
                    return Err(Fault::at(row.line, DECIMALS, why));
                }
                (None, mark) => known = mark,
                _ => {}
            }
            if amount.is_unclear() {
                unclear = unclear.or(Some(row.line));
            }
        }
    }
    match (known, unclear) {
        (None, Some(line)) => Err(Fault::at(
            line,
            DECIMALS,
            "is this thousands, or are these decimals?",
        )),
        (known, _) => Ok(known.unwrap_or(Mark::Point)),
    }
}

/// A file that ends without a line's end, in an amount that has fewer decimals than all others, or before the
/// mark of a debit, is cut off.
fn check_end(
    columns: &Columns,
    last: Option<&Row>,
    read: &[Read],
    (mark, ends): (Mark, bool),
) -> Result<(), Fault> {
    let Some((last, end)) = last.zip(read.last()).filter(|_| !ends) else {
        return Ok(());
    };
    if end.line != last.line {
        return Ok(());
    }
    let unmarked = |column: usize| column + 1 == last.fields.len() && last.field(column).is_empty();
    if columns.sign.is_some_and(unmarked) {
        let why = "the file ends before it says credit or debit: it is perhaps cut off";
        return Err(Fault::at(end.line, CUT_OFF, why));
    }
    let at_end = |(column, _): &(usize, bool)| column + 1 == last.fields.len();
    if !columns.amounts.iter().any(at_end) {
        return Ok(());
    }
    let decimals = |row: &Read| row.amounts.last().map(|(amount, _)| amount.decimals(mark));
    let others = read.iter().rev().skip(1).map(decimals).min().flatten();
    if others > decimals(end) {
        let why = "the file ends in the middle of an amount: it is cut off";
        return Err(Fault::at(end.line, CUT_OFF, why));
    }
    Ok(())
}

/// What the columns come to; `None` of nothing.
fn worth(row: &Read, mark: Mark, currency: Currency) -> Result<Option<Money>, Fault> {
    let fault = |why: String| Fault::at(row.line, AMOUNT, why);
    let mut worth = Money::zero(currency);
    for (amount, takes) in &row.amounts {
        let value = amount.value(mark);
        let value = value.ok_or_else(|| fault("its digits are no amount".to_owned()))?;
        let mut one = money(value, currency, row.line)?;
        // A column for what went out has it with a sign or without.
        if *takes && one.is_positive() {
            one = one.negated();
        }
        let summed = worth.checked_add(one);
        worth = summed.map_err(|error| fault(error.to_string()))?;
    }
    if row.debit && worth.is_positive() {
        worth = worth.negated();
    }
    Ok(Some(worth).filter(|worth| !worth.is_zero()))
}

/// All records of the text with this separator.
fn split(text: &str, separator: u8) -> Result<Vec<Row>, Fault> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let (mut rows, mut lines) = (Vec::new(), Lines::new(text));
    for record in reader.records() {
        let fields = record.map_err(|error| Fault::at(1, COLUMNS, error.to_string()))?;
        let line = lines.at(fields.position().map_or(0, csv::Position::byte));
        rows.push(Row {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            fields,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;

//! Which column is what: by the names that banks give them, in Portuguese and English, or as somebody chose.

use super::{Amount, COLUMNS, Day, Fault, Row, split};
use crate::BankStatementColumns;

const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];
/// Records before the header, in which banks say whose account it is.
const MOST_BEFORE: usize = 40;

#[rustfmt::skip]
const DAYS: &[&str] = &[
    "data", "date", "datalancamento", "datadolancamento", "datamovimento", "datamov", "dia",
    "datadamovimentacao", "datadatransacao", "bookingdate", "transactiondate", "posteddate",
    "valuedate", "day",
];
#[rustfmt::skip]
const AMOUNTS: &[&str] = &[
    "valor", "valorr", "valorrs", "valorbrl", "valordolancamento", "valordatransacao", "quantia",
    "montante", "amount", "value", "amountbrl", "sum",
];
#[rustfmt::skip]
const CREDITS: &[&str] = &[
    "credito", "creditor", "creditors", "entrada", "entradas", "entradar", "credit", "paidin",
    "moneyin", "deposits", "deposit",
];
#[rustfmt::skip]
const DEBITS: &[&str] = &[
    "debito", "debitor", "debitors", "saida", "saidas", "saidar", "debit", "paidout", "moneyout",
    "withdrawals", "withdrawal",
];
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "descricao", "historico", "lancamento", "titulo", "detalhe", "detalhes", "memo", "complemento",
    "descricaodolancamento", "description", "details", "narrative", "reference", "referencia",
    "txid", "name", "nome", "pagador", "payer", "mensagem", "message",
];
/// Of what says, row by row, whether the money came in or went out.
#[rustfmt::skip]
const SIGNS: &[&str] = &[
    "debcred", "creddeb", "dc", "cd", "debitocredito", "creditodebito", "debitcredit",
    "creditdebit", "drcr", "crdr", "debitcreditindicator", "creditdebitindicator",
];
/// Only what is unique: the number of a document stands at several lines of some banks.
#[rustfmt::skip]
const IDS: &[&str] = &[
    "identificador", "id", "iddatransacao", "idtransacao", "transactionid", "fitid", "endtoendid",
    "e2eid",
];

/// Where in a row what stands.
pub(super) struct Columns {
    pub(super) day: usize,
    /// And whether the column is of what went out.
    pub(super) amounts: Vec<(usize, bool)>,
    /// In which a row is marked as credit or debit.
    pub(super) sign: Option<usize>,
    /// Where the balance stands beside the amounts.
    pub(super) balance: Option<usize>,
    pub(super) texts: Vec<usize>,
    pub(super) id: Option<usize>,
    /// How many columns a row has at least.
    pub(super) needed: usize,
}

/// The columns, and the rows below the header.
pub(super) fn find(
    text: &str,
    chosen: &BankStatementColumns,
) -> Result<(Columns, Vec<Row>), Fault> {
    for separator in SEPARATORS {
        let mut rows = split(text, separator)?;
        let found = rows.iter().take(MOST_BEFORE).enumerate();
        let found = found.filter_map(|(index, row)| Some((index, columns(row, chosen)?)));
        if let Some((index, columns)) = found.min_by_key(|(index, _)| *index) {
            let header = usize::from(!is_row(&columns, rows.get(index)));
            rows.drain(..index + header);
            return Ok((columns, rows));
        }
    }
    let why = "no header names a day, an amount and a description; choose the columns";
    Err(Fault::at(1, COLUMNS, why))
}

fn is_balance(name: &str) -> bool {
    ["saldo", "balance", "runningbalance"]
        .iter()
        .any(|start| name.starts_with(start))
}

impl Columns {
    /// Whether the row says how much is there, and not that anything came or went.
    pub(super) fn has_balance_only(&self, row: &Row) -> bool {
        let is_empty = |column: &usize| row.field(*column).is_empty();
        row.fields.len() >= self.needed
            && self.balance.is_some_and(|column| !is_empty(&column))
            && self.amounts.iter().all(|(column, _)| is_empty(column))
    }
}

/// Whether it is no header: columns that are chosen by their number need none.
fn is_row(columns: &Columns, row: Option<&Row>) -> bool {
    let amount = |row: &Row| {
        let mut amounts = columns.amounts.iter();
        amounts.any(|(column, _)| Amount::read(row.field(*column)).is_some())
    };
    row.is_some_and(|row| Day::read(row.field(columns.day)).is_some() && amount(row))
}

/// What the columns are, if this is the header; or the first row, where all are chosen by number.
fn columns(row: &Row, chosen: &BankStatementColumns) -> Option<Columns> {
    let names: Vec<String> = row.fields.iter().map(heading).collect();
    let named = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let one = |choice: &Option<String>| -> Option<Option<usize>> {
        match choice.as_deref().map(str::trim).filter(|c| !c.is_empty()) {
            None => Some(None),
            Some(text) => place(text, &names).map(Some),
        }
    };
    let (day, amount) = (one(&chosen.date)?, one(&chosen.amount)?);
    let (text, id) = (one(&chosen.description)?, one(&chosen.id)?);
    let day = day.or_else(|| named(DAYS))?;
    let amounts: Vec<(usize, bool)> = match amount.or_else(|| named(AMOUNTS)) {
        Some(column) => vec![(column, false)],
        None => {
            let (credit, debit) = (named(CREDITS)?, named(DEBITS));
            let debit = debit.map(|column| (column, true));
            [Some((credit, false)), debit]
                .into_iter()
                .flatten()
                .collect()
        }
    };
    let sign = sign(&names, &amounts);
    let texts: Vec<usize> = match text {
        Some(column) => vec![column],
        None => {
            let known = names.iter().enumerate();
            let known = known.filter(|(_, name)| TEXTS.contains(&name.as_str()));
            known.map(|(column, _)| column).collect()
        }
    };
    let id = id.or_else(|| named(IDS)).filter(|id| !texts.contains(id));
    let used = amounts.iter().map(|(column, _)| *column);
    let used = used.chain(texts.iter().copied()).chain(id).chain(sign);
    let used = used.chain([day]);
    let last = names.iter().rposition(|name| !name.is_empty());
    let needed = used.chain(last).max().map_or(0, |last| last + 1);
    let columns = Columns {
        day,
        amounts,
        sign,
        balance: names.iter().position(|name| is_balance(name)),
        texts,
        id,
        needed,
    };
    // By number alone, it is the first row of money.
    let by_number = !names.iter().any(|name| DAYS.contains(&name.as_str()));
    let sound = !columns.texts.is_empty();
    let is_header = !by_number || chosen_by_name(chosen);
    (sound && (is_header || is_row(&columns, Some(row)))).then_some(columns)
}

/// The column of the marks. One that is chosen for the amounts has the signs in them.
fn sign(names: &[String], amounts: &[(usize, bool)]) -> Option<usize> {
    let mut known = names.iter().enumerate();
    let found = known.find(|(at, name)| {
        let amount = amounts.iter().any(|(column, _)| column == at);
        !amount && SIGNS.contains(&name.as_str())
    });
    found.map(|(at, _)| at)
}

/// Whether somebody wrote the name of the day's column.
fn chosen_by_name(chosen: &BankStatementColumns) -> bool {
    let day = chosen.date.as_deref().unwrap_or_default().trim();
    !day.is_empty() && day.parse::<usize>().is_err()
}

/// A column by its number, from 1, or by its name.
fn place(text: &str, names: &[String]) -> Option<usize> {
    match text.parse::<usize>() {
        Ok(number) => number.checked_sub(1).filter(|at| *at < names.len()),
        Err(_) => {
            let name = heading(text);
            names.iter().position(|known| *known == name)
        }
    }
}

/// A name as it is compared: small letters and digits, without accents.
pub(super) fn heading(name: &str) -> String {
    let plain = any_ascii::any_ascii(name);
    let kept = plain.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

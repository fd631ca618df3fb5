//! Comma-separated values (RFC 4180) in UTF-8 for spreadsheets, with the mark by which they know it.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use feira_kernel::Total;

/// A table that is being written.
#[derive(Debug)]
pub struct Csv {
    writer: Writer<Vec<u8>>,
}

/// One cell.
#[derive(Debug, Clone)]
pub enum Cell<'a> {
    /// What somebody may have typed.
    Text(&'a str),
    /// With a point before its decimals.
    Amount(Total),
    Number(u64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<Total> for Cell<'_> {
    fn from(total: Total) -> Self {
        Self::Amount(total)
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl Csv {
    /// With the names of its columns.
    pub fn new(columns: &[&str]) -> Self {
        let mut csv = Self::on("\u{feff}".into());
        csv.row(columns.iter().map(|name| Cell::Text(name)));
        csv
    }

    /// Rows that follow a part of the same table.
    pub fn more() -> Self {
        Self::on(Vec::new())
    }

    fn on(begun: Vec<u8>) -> Self {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            // What it calls a comment's mark is quoted: where a comma stands before decimals, spreadsheets
            // divide by semicolons.
            .comment(Some(b';'))
            .flexible(true)
            .from_writer(begun);
        Self { writer }
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        let cells = cells.into_iter().map(|cell| match cell {
            Cell::Text(text) if begins_formula(text) => format!("'{text}"),
            Cell::Text(text) => text.to_owned(),
            Cell::Amount(total) => total.amount().to_string(),
            Cell::Number(number) => number.to_string(),
        });
        if let Err(error) = self.writer.write_record(cells) {
            tracing::error!(%error, "memory takes every row");
        }
    }

    pub fn finish(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }
}

/// What a spreadsheet would take for a formula, wherever it comes from, and also after spaces or by the wide forms
/// of the signs: an apostrophe makes it a text.
fn begins_formula(text: &str) -> bool {
    let first = text
        .trim_start_matches([' ', '\u{a0}', '\u{3000}'])
        .chars()
        .next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    )
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, Money};

    use super::*;

    fn written(cells: Vec<Cell<'_>>) -> String {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(cells);
        let text = String::from_utf8(csv.finish()).unwrap();
        let rest = text.strip_prefix("\u{feff}a,b\r\n").expect("its columns");
        rest.strip_suffix("\r\n").expect("its end").to_owned()
    }

    #[test]
    fn a_formula_is_a_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+55 11 91234-5678", "'+55 11 91234-5678"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("-", "'-"),
            ("@SUM(A1,B1)", "\"'@SUM(A1,B1)\""),
            ("\tx", "'\tx"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
            ),
            ("Maria", "Maria"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(written(vec![text.into(), "z".into()]), format!("{cell},z"));
        }
    }

    #[test]
    fn amounts_are_numbers_whatever_their_sign() {
        let minus = Money::from_minor(-1250, Currency::BRL).unwrap();
        let cells = vec![Total::from(minus).into(), 7_u64.into()];
        assert_eq!(written(cells), "-12.50,7");
    }

    #[test]
    fn what_would_break_a_row_is_quoted() {
        let cells = vec![
            "a,b".into(),
            "say \"x\"".into(),
            "two\r\nlines".into(),
            "a;b".into(),
        ];
        let expected = "\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\",\"a;b\"";
        assert_eq!(written(cells), expected);
    }

    #[test]
    fn a_table_may_be_written_in_parts() {
        let mut csv = Csv::more();
        csv.row(["a".into(), 1_u64.into()]);
        assert_eq!(csv.finish(), b"a,1\r\n");
    }
}

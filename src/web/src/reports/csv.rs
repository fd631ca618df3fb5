//! Comma-separated values (RFC 4180) in UTF-8, with the mark by which spreadsheets know it.

use feira_kernel::Total;

use crate::csv::begins_formula;

/// A table that is being written.
#[derive(Debug)]
pub struct Csv(String);

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
        let mut csv = Self("\u{feff}".to_owned());
        csv.row(columns.iter().map(|name| Cell::Text(name)));
        csv
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            match cell {
                Cell::Text(text) => self.text(text),
                Cell::Amount(total) => self.0.push_str(&total.amount().to_string()),
                Cell::Number(number) => self.0.push_str(&number.to_string()),
            }
        }
        self.0.push_str("\r\n");
    }

    /// What a spreadsheet would take for a formula, wherever it comes from, begins with an apostrophe: then it
    /// is a text.
    fn text(&mut self, text: &str) {
        let mark = if begins_formula(text) { "'" } else { "" };
        let plain = !text.contains(['"', ',', '\r', '\n']) && text.trim() == text;
        if plain {
            self.0.push_str(mark);
            self.0.push_str(text);
        } else {
            let text = text.replace('"', "\"\"");
            for part in ["\"", mark, &text, "\""] {
                self.0.push_str(part);
            }
        }
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.into_bytes()
    }
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
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "\"'\tx\""),
            (" =1", "\"' =1\""),
            ("＝1", "'＝1"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
            ),
            ("Maria", "Maria"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(written(vec![text.into()]), cell, "{text:?}");
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
        let cells = vec!["a,b".into(), "say \"x\"".into(), "two\r\nlines".into()];
        assert_eq!(written(cells), "\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\"");
    }
}

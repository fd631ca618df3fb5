//! The rows of the file by product, and the line on which each stands.

use std::collections::HashMap;

use super::columns::{Columns, HANDLE, Row};
use crate::{
    CatalogError,
    field_codes::NO_HANDLE,
    import::{Notes, bad, note},
};

pub(super) const MAX_ROWS: usize = 50_000;

/// Counts lines as an editor does; the reader's own count is off by one after CRLF.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that starts at or after the byte; records come in order.
    fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.counted) {
            if self.counted >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

/// Rows by handle, in the order in which the handles come.
pub(super) fn group(
    text: &str,
    reader: &mut csv::Reader<&[u8]>,
    columns: &Columns,
    notes: &mut Notes,
) -> Result<Vec<Vec<Row>>, CatalogError> {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lines = Lines::new(text);
    for (count, record) in reader.records().enumerate() {
        if count >= MAX_ROWS {
            return Err(bad(format!("at most {MAX_ROWS} rows")));
        }
        let record = record.map_err(bad)?;
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let row = Row { line, record };
        let handle = columns.get(&row, HANDLE).to_owned();
        if handle.is_empty() {
            if row.record.iter().any(|field| !field.is_empty()) {
                let column = columns.header(HANDLE);
                let detail = format!("the row has no {column}, so it belongs to no product");
                notes.push(note(line, true, NO_HANDLE, detail).at(column));
            }
            continue;
        }
        let place = *places.entry(handle).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(row);
    }
    Ok(groups)
}

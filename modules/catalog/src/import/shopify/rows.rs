//! The rows of the file by product, and the line on which each stands.

use std::collections::HashMap;

use feira_files::csv_text::Lines;

use super::columns::{Columns, HANDLE, Row};
use crate::{
    CatalogError,
    field_codes::NO_HANDLE,
    import::{Notes, bad, note},
};

pub(super) const MAX_ROWS: usize = 50_000;

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

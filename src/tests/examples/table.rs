//! A table as the list of its rows.

use serde_json::{Map, Value};

/// Each by the names of its columns; a cell with a comma in it is in quotes.
pub(super) fn rows(csv: &str) -> Vec<Value> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines().map(cells);
    let columns = lines.next().expect("its columns");
    let rows = lines.map(|row| {
        let cells = row.into_iter().map(Value::String);
        Value::Object(Map::from_iter(columns.iter().cloned().zip(cells)))
    });
    rows.collect()
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(letter),
        }
    }
    cells
}

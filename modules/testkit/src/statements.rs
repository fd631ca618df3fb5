use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection};

use crate::{
    explain::{plan, scans, session},
    run_module,
};

/// How a statement says that it reads a whole table or index on purpose, and why that is bounded.
const SCANS: &str = "-- Scans ";

/// Prepares every `.sql` file below a crate's `src` (or the folder that is given) against the
/// migrated schema, as the module's own role: a name that does not exist, or a schema that is
/// another module's, is found before anything runs. What a role may do to a table shows only when
/// the statement runs.
///
/// The plan is looked at as well. It is made once for a connection, without values and perhaps while
/// the tables are empty, so it must find rows by key even then: a state that is written into a
/// statement may have it read a whole index of rows in that state.
///
/// # Panics
/// With the names and errors of all that cannot be prepared, or read a whole table or index without
/// saying so in a comment (`-- Scans ...`), or say so and do not; and if there is no file at all.
pub fn prepares(schema: &'static str, folder: impl AsRef<Path>) {
    let mut files = Vec::new();
    collect(folder.as_ref(), &mut files);
    assert!(!files.is_empty(), "no statements were found");
    run_module(schema, |db| async move {
        let mut failed = Vec::new();
        let mut session = session(&db.url(), schema).await;
        for file in files {
            let text = fs::read_to_string(&file).expect("a text file");
            if let Err(error) = check(&mut session, &text).await {
                failed.push(format!("{}: {error}", file.display()));
            }
        }
        session.close().await.expect("closes");
        assert!(failed.is_empty(), "{failed:#?}");
    });
}

async fn check(session: &mut PgConnection, text: &str) -> Result<(), String> {
    // Several would be run here, and refused by the driver there.
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let code = code.collect::<Vec<_>>().join("\n");
    if code.trim_end_matches([';', '\n']).contains(';') {
        return Err("several statements".to_owned());
    }
    let plan = plan(session, &code).await;
    let scanned = scans(&plan.map_err(|error| error.to_string())?);
    let scanned: Vec<String> = scanned.into_iter().map(|scan| scan.of).collect();
    let said = text.lines().any(|line| line.starts_with(SCANS));
    match (said, scanned.is_empty()) {
        (false, false) => Err(format!("reads all of {}", scanned.join(", "))),
        (true, true) => Err("says that it scans, and does not".to_owned()),
        _ => Ok(()),
    }
}

/// Compares the rows that a statement is given in this parameter with what it reads of them
/// (`jsonb_to_recordset`).
///
/// # Panics
/// With both, if a name is not the same.
pub fn reads(statement: &str, parameter: usize, fields: &[&str]) {
    let names = names(statement, parameter).expect("the statement reads rows of this parameter");
    let fields = fields.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(names, fields, "left: the statement, right: the rows");
}

/// The names in `jsonb_to_recordset($1::jsonb) AS r (id uuid, name text)`.
fn names(statement: &str, parameter: usize) -> Option<BTreeSet<&str>> {
    let function = format!("jsonb_to_recordset(${parameter}");
    let mut calls = statement.split(&function[..]).skip(1);
    let call = calls.find(|call| call.starts_with(|c: char| !c.is_ascii_digit()))?;
    let (_, columns) = call.split_once(')')?.1.split_once('(')?;
    let columns = columns.split_once(')')?.0.split(',');
    let names = columns.filter_map(|column| column.split_whitespace().next());
    Some(names.map(|name| name.trim_matches('"')).collect())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            files.push(path);
        }
    }
    files.sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_rows_are_read_from_a_statement() {
        let sql = "SELECT 1 FROM jsonb_to_recordset($12) AS a (x int)\nJOIN \
                   jsonb_to_recordset($1::jsonb) AS r (\n  id uuid, \"order\" uuid) ON true";
        assert_eq!(names(sql, 1), Some(["id", "order"].into()));
        assert_eq!(names(sql, 12), Some(["x"].into()));
        assert_eq!(names(sql, 2), None);
    }

    #[test]
    #[should_panic(expected = "right: the rows")]
    fn a_name_that_differs_is_told() {
        reads("FROM jsonb_to_recordset($1) AS r (id uuid)", 1, &["ids"]);
    }
}

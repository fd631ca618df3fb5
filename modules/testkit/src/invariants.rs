use std::{fs, path::Path};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, FromQueryResult, JsonValue, Statement,
};

/// A row that a query of `feira check` found, which must find none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: String,
    pub row: String,
}

/// Runs the invariants on a database; with a schema only those that read no other.
///
/// The first line of each file says which schemas it reads: `-- schemas: orders, payments`, or
/// `-- schemas: each` for a query that is asked of every one, with `{schema}` for its name.
pub async fn violations(url: &str, schema: Option<&str>) -> Vec<Violation> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options)
        .await
        .expect("the test's database answers");
    let mut found = Vec::new();
    for (invariant, sql) in queries().into_iter().flat_map(|file| asked(file, schema)) {
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let rows = db
            .query_all_raw(statement)
            .await
            .unwrap_or_else(|e| panic!("{invariant}: {e}"));
        for row in rows {
            let row = JsonValue::from_query_result(&row, "")
                .map(|row| row.to_string())
                .unwrap_or_default();
            found.push(Violation {
                invariant: invariant.clone(),
                row,
            });
        }
    }
    db.close().await.expect("closes");
    found
}

/// The queries that a file stands for, on one schema or on all.
fn asked((name, sql): (String, String), schema: Option<&str>) -> Vec<(String, String)> {
    let header = sql.lines().next().unwrap_or_default();
    let named = header
        .strip_prefix("-- schemas:")
        .unwrap_or_else(|| panic!("{name}: no `-- schemas:` line: {header}"));
    if named.trim() == "each" {
        return feira_migrations::schemas()
            .filter(|each| schema.is_none_or(|schema| schema == *each))
            .map(|each| (format!("{name}.{each}"), sql.replace("{schema}", each)))
            .collect();
    }
    let applies = schema.is_none_or(|schema| named.split(',').all(|named| named.trim() == schema));
    if applies {
        vec![(name, sql)]
    } else {
        Vec::new()
    }
}

/// The files that `feira check` has inside.
fn queries() -> Vec<(String, String)> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/check/invariants"))
}

/// Every test ends with these: none to ask would mean that nothing is checked any more.
fn read(dir: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(dir)
        .unwrap_or_else(|e| panic!("the invariants are not at {}: {e}", dir.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "sql"))
        .collect();
    files.sort();
    assert!(
        !files.is_empty(),
        "there are no invariants at {}",
        dir.display()
    );
    files
        .into_iter()
        .map(|path| {
            let name = path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default();
            (
                name,
                fs::read_to_string(&path).expect("the invariant can be read"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invariants_are_found() {
        assert!(queries().len() > 20);
    }

    #[test]
    #[should_panic(expected = "the invariants are not at")]
    fn a_missing_folder_is_no_clean_bill() {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nowhere"));
    }

    #[test]
    #[should_panic(expected = "there are no invariants at")]
    fn an_empty_folder_is_no_clean_bill() {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    }
}

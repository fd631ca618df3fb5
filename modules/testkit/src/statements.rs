use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde_json::Value;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};

use crate::{roles, run_module};

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

/// Signed in as the module's role.
pub(crate) async fn session(url: &str, schema: &str) -> PgConnection {
    let role = roles().login(schema);
    let options = PgConnectOptions::from_str(url).expect("the URL is valid");
    let options = options.username(&role.name).password(&role.password.0);
    options.connect().await.expect("the role signs in")
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

/// The plan that is made without values.
pub(crate) async fn plan(session: &mut PgConnection, code: &str) -> Result<Value, sqlx::Error> {
    let prepare = format!("PREPARE tried AS {code}");
    session.execute(sqlx::AssertSqlSafe(prepare)).await?;
    let values = vec!["NULL"; parameters(code)].join(", ");
    let explain = match values.is_empty() {
        true => "EXPLAIN (FORMAT JSON) EXECUTE tried".to_owned(),
        false => format!("EXPLAIN (FORMAT JSON) EXECUTE tried({values})"),
    };
    let rows = session.fetch_all(sqlx::raw_sql(sqlx::AssertSqlSafe(explain)));
    let rows = rows.await;
    session.execute("DEALLOCATE tried").await?;
    rows?[0].try_get(0)
}

/// A table or index that is not read by key.
pub(crate) struct Scan {
    pub(crate) of: String,
    /// Every row counts, and whoever asks stops after so many.
    pub(crate) bounded: bool,
}

/// What the plan reads whole, or from its beginning.
pub(crate) fn scans(plan: &Value) -> Vec<Scan> {
    let mut found = Vec::new();
    walk(&plan[0]["Plan"], false, &mut found);
    found
}

/// The highest number behind a `$`.
fn parameters(code: &str) -> usize {
    let numbers = code.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or_default()
}

fn walk(node: &Value, limited: bool, found: &mut Vec<Scan>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let kind = text("Node Type");
    let of = match kind {
        "Seq Scan" => text("Relation Name"),
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" if node["Index Cond"].is_null() => {
            text("Index Name")
        }
        _ => "",
    };
    if !of.is_empty() {
        found.push(Scan {
            of: of.to_owned(),
            bounded: limited && node["Filter"].is_null(),
        });
    }
    // These ask for no more than they are asked for; others, such as a sort, take all there is.
    let limited = match kind {
        "Limit" => true,
        "LockRows" | "Nested Loop" | "Result" | "Subquery Scan" => limited,
        _ => false,
    };
    for inner in node["Plans"].as_array().into_iter().flatten() {
        let first = matches!(
            inner["Parent Relationship"].as_str(),
            Some("Outer" | "Subquery")
        );
        walk(inner, limited && first, found);
    }
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

//! How PostgreSQL would run a statement of a module.

use std::str::FromStr;

use serde_json::Value;
use sqlx::{ConnectOptions, Executor, PgConnection, Row, postgres::PgConnectOptions};

use crate::roles;

/// Signed in as the module's role.
pub(crate) async fn session(url: &str, schema: &str) -> PgConnection {
    let role = roles().login(schema);
    let options = PgConnectOptions::from_str(url).expect("the URL is valid");
    let options = options.username(&role.name).password(&role.password.0);
    options.connect().await.expect("the role signs in")
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

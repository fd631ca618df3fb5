//! `feira check`: what must hold of the data, whatever happened. The only code that reads
//! across schemas: as the owner, read-only, in one snapshot, never from a request.
//!
//! One SQL file per invariant in `invariants/`. Its first line names the schemas that it reads
//! (`-- schemas: orders, payments`), the second says what must hold, and the query gives one row
//! per violation. `-- schemas: each` stands for a query that is asked of every schema, with
//! `{schema}` in the place of its name.

use std::time::Duration;

use rust_embed::Embed;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, Statement, TransactionTrait,
};

/// Rows of one invariant that are shown; more say no more.
const MOST_ROWS: i64 = 100;
/// A large marketplace is read from end to end.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(600);

#[derive(Embed)]
#[folder = "src/check/invariants/"]
struct Files;

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invariant {
    /// The file's name without its ending, such as `i15_ledger_sums_to_zero`; for a query that
    /// is asked of every schema, followed by the schema's name.
    pub name: String,
    /// One sentence.
    pub says: String,
    sql: String,
}

/// A row that contradicts an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: String,
    /// What ought to hold.
    pub says: String,
    /// What was found, as a JSON object.
    pub row: serde_json::Value,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("the database cannot be read: {0}")]
    Database(#[from] DbErr),
    #[error("{invariant} cannot be asked (is the database migrated?): {source}")]
    Invariant { invariant: String, source: DbErr },
}

/// All invariants in the order of their names.
pub fn invariants() -> Vec<Invariant> {
    let mut files: Vec<_> = Files::iter().collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

/// Asks for all of them; what comes back is what is wrong.
pub async fn run(owner_url: &str) -> Result<Vec<Violation>, CheckError> {
    let mut options = ConnectOptions::new(owner_url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let found = in_one_snapshot(&db).await;
    db.close().await?;
    found
}

async fn in_one_snapshot(db: &sea_orm::DatabaseConnection) -> Result<Vec<Violation>, CheckError> {
    let isolation = Some(IsolationLevel::RepeatableRead);
    let snapshot = db
        .begin_with_config(isolation, Some(AccessMode::ReadOnly))
        .await?;
    let timeout = STATEMENT_TIMEOUT.as_millis().to_string();
    let limit = include_str!("time_limit.sql");
    let limit = Statement::from_sql_and_values(DbBackend::Postgres, limit, [timeout.into()]);
    snapshot.query_one_raw(limit).await?;
    let mut found = Vec::new();
    for invariant in invariants() {
        found.extend(ask(&snapshot, &invariant).await?);
    }
    snapshot.rollback().await?;
    Ok(found)
}

async fn ask(
    snapshot: &DatabaseTransaction,
    invariant: &Invariant,
) -> Result<Vec<Violation>, CheckError> {
    let query = invariant.sql.trim_end().trim_end_matches(';');
    let sql = include_str!("violations.sql").replace("{query}", query);
    let failed = |source| CheckError::Invariant {
        invariant: invariant.name.clone(),
        source,
    };
    let values = [MOST_ROWS.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let rows = snapshot.query_all_raw(statement).await.map_err(failed)?;
    rows.iter()
        .map(|row| {
            Ok(Violation {
                invariant: invariant.name.clone(),
                says: invariant.says.clone(),
                row: row.try_get("", "broken").map_err(failed)?,
            })
        })
        .collect()
}

fn read(file: &str) -> Vec<Invariant> {
    let text = Files::get(file).map_or_else(String::new, |file| {
        String::from_utf8_lossy(&file.data).into_owned()
    });
    let name = file.trim_end_matches(".sql");
    let mut lines = text
        .lines()
        .map(|line| line.trim_start_matches("--").trim());
    let each = lines.next() == Some("schemas: each");
    let says = lines.next().unwrap_or_default().to_owned();
    if !each {
        return vec![Invariant {
            name: name.to_owned(),
            says,
            sql: text,
        }];
    }
    feira_migrations::schemas()
        .map(|schema| Invariant {
            name: format!("{name}.{schema}"),
            says: says.clone(),
            sql: text.replace("{schema}", schema),
        })
        .collect()
}

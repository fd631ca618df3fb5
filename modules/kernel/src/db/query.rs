use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, TryGetable, Value};

use super::{Error, error::Class};

fn statement(sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// All rows of a query that has a limit of its own.
pub async fn rows<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, Error> {
    let found = db.query_all_raw(statement(sql, values)).await?;
    found
        .iter()
        .map(|row| T::from_query_result(row, "").map_err(Error::from))
        .collect()
}

/// The row, if there is one.
pub async fn optional<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, Error> {
    let found = db.query_one_raw(statement(sql, values)).await?;
    found
        .map(|row| T::from_query_result(&row, "").map_err(Error::from))
        .transpose()
}

/// The row, which must exist.
pub async fn one<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<T, Error> {
    optional(db, sql, values)
        .await?
        .ok_or_else(|| Error::new(Class::Other, "expected a row, found none".to_owned()))
}

/// The first column of the first row, if there is a row.
pub async fn scalar<T: TryGetable>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, Error> {
    let found = db.query_one_raw(statement(sql, values)).await?;
    found
        .map(|row| row.try_get_by_index(0).map_err(Error::from))
        .transpose()
}

/// Whether the database knows a time zone of this name. What is shown of it must be known as well:
/// [`is_time_zone`](crate::validate::is_time_zone).
pub async fn knows_time_zone(db: &impl ConnectionTrait, name: &str) -> Result<bool, Error> {
    let sql = include_str!("../sql/time_zone_exists.sql");
    let known = scalar(db, sql, crate::values![name]).await?;
    Ok(known.unwrap_or(false))
}

/// Rows affected; 0 if the condition of a guarded update was not met.
pub async fn exec(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, Error> {
    Ok(db
        .execute_raw(statement(sql, values))
        .await?
        .rows_affected())
}

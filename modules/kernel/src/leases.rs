//! A lease, the column `lease_until` of a row, marks the row as being worked on. It expires by itself if
//! its holder crashes; a process that is alone with the schema may end all leases at once.

use sea_orm::{
    ConnectionTrait, FromQueryResult,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use crate::{Env, Time, db, values};

const LEASE: &str = "lease_until";

#[derive(FromQueryResult)]
struct Table {
    name: String,
}

/// Ends every lease in the module's schema. Only for a process that is alone with it: work of another
/// process would be done twice.
pub async fn end_all(env: &Env) -> Result<u64, db::Error> {
    let tables: Vec<Table> = db::rows(
        env.pool.read(),
        include_str!("sql/leased_tables.sql"),
        values![],
    )
    .await?;
    let mut ended = 0;
    for table in tables {
        let end = Query::update()
            .table(Alias::new(table.name))
            .value(LEASE, Option::<Time>::None)
            .and_where(Expr::col(LEASE).is_not_null())
            .to_owned();
        let done = env.pool.write().execute(&end).await?;
        ended += done.rows_affected();
    }
    Ok(ended)
}

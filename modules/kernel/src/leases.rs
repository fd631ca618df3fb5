//! A lease, the column `lease_until` of a row, marks the row as being worked on. It expires by itself if
//! its holder crashes; a process that is alone with the schema may end all leases at once.

use sea_orm::FromQueryResult;

use crate::{Env, db, values};

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
        let sql = format!(
            "UPDATE {} SET lease_until = NULL WHERE lease_until IS NOT NULL",
            table.name
        );
        ended += db::exec(env.pool.write(), &sql, values![]).await?;
    }
    Ok(ended)
}

//! A lease says that somebody is at work on a row: a column `lease_until`, in whatever table. It ends by
//! itself, which is how others learn that its holder died; where it is known that nobody else is
//! at work, nobody needs to wait for that.

use sea_orm::FromQueryResult;

use crate::{Env, db, values};

#[derive(FromQueryResult)]
struct Table {
    name: String,
}

/// Ends every lease in the module's schema. Only for a process that is alone with it: the work of
/// another one would be done twice.
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

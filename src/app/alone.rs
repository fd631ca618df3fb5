//! Whether other processes work on the same modules. Each one that serves a module holds a lock in
//! shared mode as long as it lives; one that gets it alone, at its start, is the only one, and what
//! a killed predecessor had begun is free again at once.

use anyhow::Context;
use feira_kernel::{Env, Runtime, leases};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};

use crate::gateway::Gateway;

/// The first half of the locks' keys; the second is the schema.
const SERVING: i32 = 0x6665_6972;

/// This process serves its modules. The session that holds the locks ends with it.
pub(super) struct Presence(DatabaseConnection);

impl Presence {
    /// Announces this process. Where nobody else serves a module, ends the leases in its schema
    /// and gives back the keys of requests that died.
    pub(super) async fn announce(
        url: &str,
        runtimes: &[Runtime],
        gateway: Option<&Gateway>,
    ) -> anyhow::Result<Self> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .idle_timeout(None::<std::time::Duration>)
            .max_lifetime(None::<std::time::Duration>)
            .test_before_acquire(false)
            .sqlx_logging(false);
        let session = Database::connect(options).await?;
        for runtime in runtimes {
            let schema = runtime.env.pool.schema();
            let alone = lock(&session, "pg_try_advisory_lock", schema).await?;
            if alone {
                let ours = gateway.filter(|_| schema == "gateway");
                free(&runtime.env, ours).await.context(schema)?;
            }
            // Waits, if at all, for one that has just found itself alone.
            lock(&session, "pg_advisory_lock_shared", schema).await?;
            if alone {
                lock(&session, "pg_advisory_unlock", schema).await?;
            }
        }
        Ok(Self(session))
    }

    pub(super) async fn leave(self) {
        if let Err(error) = self.0.close().await {
            tracing::debug!(%error, "the session that tells of this process was gone");
        }
    }
}

async fn free(env: &Env, gateway: Option<&Gateway>) -> Result<(), feira_kernel::db::Error> {
    if let Some(gateway) = gateway {
        gateway.give_back_all().await?;
    }
    let ended = leases::end_all(env).await?;
    if ended > 0 {
        tracing::info!(
            schema = env.pool.schema(),
            ended,
            "leases of an earlier process were ended"
        );
    }
    Ok(())
}

async fn lock(
    session: &DatabaseConnection,
    function: &'static str,
    schema: &str,
) -> Result<bool, DbErr> {
    // As text, because some of the functions return nothing.
    let sql = format!("SELECT {function}($1, hashtext($2))::text = 'true'");
    let values = [SERVING.into(), schema.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    match session.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(false),
    }
}

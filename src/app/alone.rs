//! Whether other processes work on the same modules: their sessions have other names. For one that
//! is the only one at its start, what a killed predecessor had begun is free again at once; where
//! others are at work, or perhaps are, leases end by themselves.

use anyhow::Context;
use feira_gateway::Gateway;
use feira_kernel::{Env, Runtime, db, leases, values};

/// Ends the leases of modules that nobody else serves, and gives back the keys of requests that
/// died.
pub(super) async fn take_over(
    runtimes: &[Runtime],
    gateway: Option<&Gateway>,
) -> anyhow::Result<()> {
    for runtime in runtimes {
        let schema = runtime.env.pool.schema();
        let ours = gateway.filter(|_| schema == "gateway");
        free(&runtime.env, ours).await.context(schema)?;
    }
    Ok(())
}

async fn free(env: &Env, gateway: Option<&Gateway>) -> Result<(), db::Error> {
    let sql = include_str!("sql/other_processes.sql");
    let others = db::scalar(env.pool.read(), sql, values![]).await?;
    if others != Some(false) {
        return Ok(());
    }
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

use feira_kernel::{Env, db};
use tokio_util::sync::CancellationToken;

/// Corrects the clock by the database's, so that replicas agree about deadlines.
pub(super) async fn keep(env: Env, stop: CancellationToken) {
    let sql = include_str!("sql/database_clock.sql");
    while !stop.is_cancelled() {
        let read = db::scalar(env.pool.read(), sql, Vec::new()).await;
        match read {
            Ok(Some(now)) => env.clock.align(now),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the database's clock could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(std::time::Duration::from_secs(30)) => {}
        }
    }
}

//! Retention: what can no longer be used is kept a month, so that a late reuse is still
//! recognised and an expired link can still be renewed, and then removed.

use feira_kernel::{Env, db, jobs::Job, values};
use time::Duration;

const KEEP: Duration = Duration::days(30);
/// Rows removed by one statement; the rest waits for the next hour.
const BATCH: i64 = 5_000;

pub(crate) fn all(env: &Env) -> Vec<Job> {
    let purge = |name, sql: &'static str| {
        let env = env.clone();
        Job::new(name, Duration::hours(1), move || purge(env.clone(), sql))
    };
    vec![
        purge(
            "user.purge_sessions",
            "DELETE FROM sessions WHERE id IN \
             (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        ),
        purge(
            "user.purge_registrations",
            "DELETE FROM registrations WHERE id IN \
             (SELECT id FROM registrations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        ),
        purge(
            "user.purge_operator_invitations",
            "DELETE FROM operator_invitations WHERE id IN \
             (SELECT id FROM operator_invitations WHERE expires_at < $1 \
              ORDER BY expires_at LIMIT $2)",
        ),
    ]
}

async fn purge(env: Env, sql: &str) -> Result<(), db::Error> {
    let before = env.now() - KEEP;
    db::exec(env.pool.reads(), sql, values![before, BATCH]).await?;
    Ok(())
}

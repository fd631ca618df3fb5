//! Deletes guests' carts some time after they have expired.

use feira_kernel::{Env, db, jobs::Job, values};
use time::Duration;

const EVERY: Duration = Duration::hours(1);
/// How long an expired cart is kept after its end.
const GRACE: Duration = Duration::days(7);
const BATCH: i64 = 500;

pub(crate) fn jobs(env: &Env) -> Vec<Job> {
    let purge = Job::new("cart.purge_guests", EVERY, env, |env| async move {
        purge(&env).await
    });
    vec![purge]
}

/// Deletes carts and their lines in short statements, until few are left.
async fn purge(env: &Env) -> Result<(), db::Error> {
    loop {
        let sql = include_str!("sql/purge_guests.sql");
        let values = values![env.now() - GRACE, BATCH];
        let deleted = db::exec(env.pool.write(), sql, values).await?;
        if deleted < BATCH.unsigned_abs() {
            return Ok(());
        }
    }
}

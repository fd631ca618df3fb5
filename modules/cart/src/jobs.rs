//! Deletes guests' carts some time after they have expired.

use feira_kernel::{Env, db, jobs::Job, values};
use time::Duration;

const EVERY: Duration = Duration::hours(1);
/// How long an expired cart is kept after its end.
const GRACE: Duration = Duration::days(7);
const BATCH: i64 = 500;

pub(crate) fn all(env: &Env) -> Vec<Job> {
    let env = env.clone();
    let purge = Job::new("cart.purge_guests", EVERY, move || {
        let env = env.clone();
        async move { purge(&env).await }
    });
    vec![purge]
}

/// Deletes carts and their lines in short statements, until few are left.
async fn purge(env: &Env) -> Result<(), db::Error> {
    loop {
        let deleted = db::exec(
            env.pool.reads(),
            "DELETE FROM carts WHERE id = ANY (ARRAY(SELECT id FROM carts WHERE guest_token_hash IS NOT NULL \
                 AND status <> 'completed' AND status <> 'held' AND expires_at <= $1 \
                 ORDER BY expires_at LIMIT $2))",
            values![env.now() - GRACE, BATCH],
        )
        .await?;
        if deleted < BATCH.unsigned_abs() {
            return Ok(());
        }
    }
}

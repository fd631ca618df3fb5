//! Sending, and forgetting what mails said once nobody needs it.

use feira_kernel::{Env, db, jobs::Job, values};
use time::Duration;

use crate::sending::Outbound;

/// Afterwards only that a message was sent is kept, not what it said.
pub(crate) const KEEP_BODIES: Duration = Duration::days(90);
/// Rows per run.
const BATCH: i64 = 1_000;

pub(crate) fn jobs(env: Env, outbound: Outbound) -> Vec<Job> {
    vec![
        Job::new("notification.send", Duration::seconds(1), move || {
            let outbound = outbound.clone();
            async move { outbound.send_due().await }
        }),
        Job::new("notification.forget", Duration::hours(1), move || {
            let env = env.clone();
            async move { forget(&env).await }
        }),
    ]
}

/// Empties the bodies of mails sent long ago by a release that kept them: they hold addresses and
/// links.
async fn forget(env: &Env) -> Result<(), db::Error> {
    let now = env.now();
    db::exec(
        env.pool.write(),
        include_str!("sql/forget_bodies.sql"),
        values![now - KEEP_BODIES, now, BATCH],
    )
    .await
    .map(|_| ())
}

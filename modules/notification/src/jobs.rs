//! Sending, and forgetting what mails said once nobody needs it.

use feira_kernel::{Env, db, jobs::Job, values};
use time::Duration;

use crate::sending::Outbound;

/// Afterwards only that a message was sent is kept, not what it said.
pub(crate) const KEEP_BODIES: Duration = Duration::days(90);
/// Rows per run.
const BATCH: i64 = 1_000;

pub(crate) fn jobs(env: &Env, outbound: &Outbound) -> Vec<Job> {
    let (second, hour) = (Duration::seconds(1), Duration::hours(1));
    vec![
        Job::new(
            "notification.send",
            second,
            outbound,
            |outbound| async move { outbound.send_due().await },
        ),
        Job::new("notification.forget", hour, env, |env| async move {
            forget(&env).await
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

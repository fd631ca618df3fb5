//! Retention: expired rows are removed after a month. Until then a late reuse is recognised, and an
//! expired link can be renewed.

use feira_kernel::{
    Env,
    db::{self, Change},
    jobs::Job,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use time::Duration;

use crate::entities::{account_link, operator_invitation, registration, session};

const KEEP: Duration = Duration::days(30);
/// Rows removed by one statement; the rest waits for the next hour.
const BATCH: u64 = 5_000;

pub(crate) fn jobs(env: &Env) -> Vec<Job> {
    vec![
        purge::<session::Entity>(
            env,
            "user.purge_sessions",
            session::Column::Id,
            session::Column::ExpiresAt,
        ),
        purge::<registration::Entity>(
            env,
            "user.purge_registrations",
            registration::Column::Id,
            registration::Column::ExpiresAt,
        ),
        purge::<account_link::Entity>(
            env,
            "user.purge_account_links",
            account_link::Column::Id,
            account_link::Column::ExpiresAt,
        ),
        purge::<operator_invitation::Entity>(
            env,
            "user.purge_operator_invitations",
            operator_invitation::Column::Id,
            operator_invitation::Column::ExpiresAt,
        ),
    ]
}

fn purge<E: EntityTrait>(
    env: &Env,
    name: &'static str,
    id: E::Column,
    expires_at: E::Column,
) -> Job {
    Job::new(name, Duration::hours(1), env, move |env| {
        delete_expired::<E>(env, id, expires_at)
    })
}

async fn delete_expired<E: EntityTrait>(
    env: Env,
    id: E::Column,
    expires_at: E::Column,
) -> Result<(), db::Error> {
    let expired = E::find()
        .select_only()
        .column(id)
        .filter(expires_at.lt(env.now() - KEEP))
        .order_by_asc(expires_at)
        .limit(BATCH)
        .into_query();
    let expired = E::delete_many().filter(id.in_subquery(expired));
    expired.run(env.pool.write()).await?;
    Ok(())
}

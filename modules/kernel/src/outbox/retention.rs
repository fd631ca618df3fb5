//! How long events and marks of them are kept.

use sea_orm::FromQueryResult;
use time::Duration;

use super::Position;
use crate::{Env, db, values};

/// Delivered events, counted from when they happened.
const KEEP_DELIVERED: Duration = Duration::days(7);
/// Delivered events that a reader in another process has not read.
const KEEP_UNREAD: Duration = Duration::days(30);
/// Marks of what a consumer took: longer than any event that could come again.
const KEEP_TAKEN: Duration = Duration::days(90);
/// Rows of one statement, short enough to be in nobody's way.
const STEP: u64 = 1000;
/// Statements of one run, so that it ends before its lease does; the rest is for the next.
const STEPS: usize = 40;

#[derive(FromQueryResult)]
struct Forgotten {
    reader: String,
}

/// Removes what was delivered, read and taken long ago, in small steps.
pub async fn purge(env: &Env) -> Result<(), db::Error> {
    forget_readers(env).await?;
    for _ in 0..STEPS {
        if events(env).await? < STEP {
            break;
        }
    }
    for _ in 0..STEPS {
        if taken(env).await? < STEP {
            break;
        }
    }
    Ok(())
}

/// Writes down how far a reader has read, if that is news. It need not reach the disk: an older
/// place keeps more.
pub(super) async fn remember(env: &Env, reader: &str, at: &Position) -> Result<(), db::Error> {
    db::exec(
        &env.pool.write_relaxed(),
        include_str!("../sql/reader_at.sql"),
        values![reader, at.transaction, at.event],
    )
    .await
    .map(|_| ())
}

/// A reader that is too far behind is not waited for any more; if it comes back, it goes on
/// with what is left.
async fn forget_readers(env: &Env) -> Result<(), db::Error> {
    let gone: Vec<Forgotten> = db::rows(
        env.pool.write(),
        include_str!("../sql/forget_readers.sql"),
        values![env.now() - KEEP_UNREAD],
    )
    .await?;
    for Forgotten { reader } in gone {
        tracing::warn!(
            schema = env.pool.schema(),
            reader,
            days = KEEP_UNREAD.whole_days(),
            "a module in another process did not read events for so long; they are not kept for it any more"
        );
    }
    Ok(())
}

async fn events(env: &Env) -> Result<u64, db::Error> {
    db::exec(
        env.pool.write(),
        include_str!("../sql/forget_events.sql"),
        values![env.now() - KEEP_DELIVERED, STEP as i64],
    )
    .await
}

async fn taken(env: &Env) -> Result<u64, db::Error> {
    db::exec(
        env.pool.write(),
        include_str!("../sql/forget_inbox.sql"),
        values![env.now() - KEEP_TAKEN, STEP as i64],
    )
    .await
}

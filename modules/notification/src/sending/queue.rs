//! The table as a queue.

use feira_kernel::{Env, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{MessageStatus, stored_message::StoredMessage};

/// Longer than a batch takes that is written as late as it may be, and of which every connection
/// runs into its timeout.
const LEASE_SECONDS: f64 = 180.0;
/// Longest error that is kept.
const ERROR_CHARS: usize = 500;

/// A message that this worker may send until the lease ends.
#[derive(FromQueryResult)]
pub(super) struct Claimed {
    pub(super) attempts: i32,
    pub(super) attempts_before: i32,
    pub(super) created_at: Time,
    #[sea_orm(nested)]
    pub(super) kept: StoredMessage,
}

/// One attempt and the state in which it leaves the message.
pub(super) struct Attempted {
    pub(super) id: Uuid,
    pub(super) attempt: i32,
    pub(super) status: MessageStatus,
    /// The log's word for it; `sent` has no row there.
    pub(super) log: &'static str,
    pub(super) error: Option<String>,
    pub(super) next_attempt_at: Time,
}

/// What became of a batch, column by column: one statement takes them all.
#[derive(Clone, Default)]
struct Columns {
    ids: Vec<Uuid>,
    attempts: Vec<i32>,
    statuses: Vec<String>,
    logs: Vec<String>,
    errors: Vec<String>,
    next: Vec<Time>,
    log_ids: Vec<Uuid>,
}

/// Takes what is due, oldest first. A claim that is lost in a crash is only made again, so it
/// need not wait for the disk.
pub(super) async fn claim(env: &Env, limit: i64) -> Result<Vec<Claimed>, db::Error> {
    let now = env.now();
    db::rows(
        env.pool.write(),
        include_str!("../sql/claim_messages.sql"),
        values![
            now,
            limit,
            LEASE_SECONDS,
            now + super::LONGEST_RETRY,
            MessageStatus::Pending
        ],
    )
    .await
}

/// Marks the messages and logs the attempts that failed, all in one statement. A worker that outlived its
/// lease finds another attempt, or another state, and changes nothing. If this is lost in a
/// crash, the same Message-ID is sent again.
pub(super) async fn settle(env: &Env, mut attempted: Vec<Attempted>) -> Result<(), db::Error> {
    attempted.sort_by_key(|attempt| attempt.id);
    let mut columns = Columns::default();
    for attempt in attempted {
        columns.ids.push(attempt.id);
        columns.attempts.push(attempt.attempt);
        columns.statuses.push(attempt.status.as_str().to_owned());
        columns.logs.push(attempt.log.to_owned());
        columns.errors.push(shortened(attempt.error));
        columns.next.push(attempt.next_attempt_at);
        columns.log_ids.push(env.uuid());
    }
    let c = columns;
    db::exec(
        env.pool.write(),
        include_str!("../sql/mark_messages.sql"),
        values![
            c.ids,
            c.attempts,
            c.statuses,
            c.logs,
            c.errors,
            c.next,
            c.log_ids,
            env.now(),
            MessageStatus::Pending
        ],
    )
    .await
    .map(|_| ())
}

/// Empty means that there was none; a server's empty answer is still an error.
fn shortened(error: Option<String>) -> String {
    match error {
        None => String::new(),
        Some(text) if text.trim().is_empty() => "no reason given".to_owned(),
        Some(text) => text.replace('\0', " ").chars().take(ERROR_CHARS).collect(),
    }
}

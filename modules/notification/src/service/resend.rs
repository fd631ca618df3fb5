//! An operator's "send again".

use feira_kernel::{Env, db, values};

use super::list;
use crate::{Message, MessageId, MessageStatus, NotificationError, status::Step};

/// failed -> pending, under the same Message-ID and with as many tries as a new one. A message
/// that is pending already, because the button was pressed twice, stays as it is.
pub(super) async fn resend(env: &Env, id: MessageId) -> Result<Message, NotificationError> {
    let from = MessageStatus::Failed;
    let to = from
        .after(Step::Resent)
        .map_err(|_| NotificationError::AlreadySent)?;
    let changed = db::exec(
        env.pool.reads(),
        "UPDATE notifications SET status = $3, attempts_before = attempts, next_attempt_at = $4, \
                lease_until = NULL, updated_at = $4 \
         WHERE id = $1 AND status = $2",
        values![id, from.as_str(), to.as_str(), env.now()],
    )
    .await?;
    let message = list::message(env, id).await?;
    if changed == 0 && message.summary.status == MessageStatus::Sent {
        return Err(NotificationError::AlreadySent);
    }
    Ok(message)
}

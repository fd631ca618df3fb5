//! An operator's "send again".

use feira_kernel::db::Change;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::Expr};

use super::list;
use crate::{
    Message, MessageId, MessageStatus, NotificationError,
    compose::MailComposer,
    entities::notification::{ActiveModel, Column, Entity},
    status::Step,
};

/// failed -> pending, under the same Message-ID and with as many tries as a new one. A message
/// that is pending already, because the button was pressed twice, stays as it is.
pub(super) async fn resend(
    composer: &MailComposer,
    id: MessageId,
) -> Result<Message, NotificationError> {
    let from = MessageStatus::Failed;
    let to = from
        .after(Step::Resent)
        .map_err(|_| NotificationError::AlreadySent)?;
    let env = &composer.env;
    let now = env.now();
    let changed = Entity::update_many()
        .set(ActiveModel {
            status: Set(to),
            next_attempt_at: Set(now),
            lease_until: Set(None),
            updated_at: Set(now),
            ..Default::default()
        })
        .col_expr(Column::AttemptsBefore, Expr::col(Column::Attempts))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(from))
        .run(env.pool.write())
        .await?;
    let message = list::message(composer, id).await?;
    if changed == 0 && message.summary.status == MessageStatus::Sent {
        return Err(NotificationError::AlreadySent);
    }
    Ok(message)
}

//! An operator's "send again".

use feira_kernel::{
    Actor, Time, audit,
    db::{self, Change},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::Expr};
use serde_json::json;

use super::list;
use crate::{
    Message, MessageId, MessageStatus, NotificationError,
    acts::MESSAGE_RESENT,
    compose::MailComposer,
    entities::notification::{ActiveModel, Column, Entity},
    status::Step,
};

/// failed or written -> pending, under the same Message-ID and with as many tries as a new one. A message
/// that is pending already, because the button was pressed twice, stays as it is.
pub(super) async fn resend(
    composer: &MailComposer,
    actor: &Actor,
    id: MessageId,
) -> Result<Message, NotificationError> {
    let from = [MessageStatus::Failed, MessageStatus::Written];
    let to = MessageStatus::Failed
        .after(Step::Resent)
        .map_err(|_| NotificationError::AlreadySent)?;
    let input = (composer.env.clone(), actor.clone());
    let pool = &composer.env.pool;
    let changed: Result<u64, NotificationError> = pool
        .transaction(input, move |tx, (env, who)| {
            Box::pin(async move {
                let changed = back_in_line(tx, env.now(), id, (from, to)).await?;
                if changed > 0 {
                    audit::record(tx, &env, &who, MESSAGE_RESENT, id.0, json!({})).await?;
                }
                Ok(changed)
            })
        })
        .await;
    let changed = changed?;
    let message = list::message(composer, id).await?;
    if changed == 0 && message.summary.status == MessageStatus::Sent {
        return Err(NotificationError::AlreadySent);
    }
    Ok(message)
}

async fn back_in_line(
    tx: &db::Tx,
    now: Time,
    id: MessageId,
    (from, to): ([MessageStatus; 2], MessageStatus),
) -> Result<u64, db::Error> {
    Entity::update_many()
        .set(ActiveModel {
            status: Set(to),
            next_attempt_at: Set(now),
            lease_until: Set(None),
            sent_at: Set(None),
            updated_at: Set(now),
            ..Default::default()
        })
        .col_expr(Column::AttemptsBefore, Expr::col(Column::Attempts))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.is_in(from))
        .run(&**tx)
        .await
}

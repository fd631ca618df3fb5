//! Reading messages.

use feira_kernel::{
    Env, Page, PageRequest, Time,
    db::{self, Direction, Find},
};
use sea_orm::{
    DerivePartialModel, EntityTrait, PartialModelTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Message, MessageFilter, MessageId, MessageStatus, MessageSummary, NotificationError,
    entities::notification::{Column, Entity, Model},
};

/// A message without its bodies, which a list does not show.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct Summary {
    id: MessageId,
    kind: String,
    recipient: String,
    subject: String,
    status: MessageStatus,
    attempts: i32,
    created_at: Time,
    sent_at: Option<Time>,
}

/// Newest first: ids grow with time.
pub(super) async fn messages(
    env: &Env,
    filter: &MessageFilter,
    page: &PageRequest,
) -> Result<Page<MessageSummary>, NotificationError> {
    let mut found = Summary::select_cols(Entity::find().select_only());
    if let Some(status) = filter.status {
        // As a constant: the partial indexes of the few pending and failed ones are of use.
        found = found.filter(Expr::col(Column::Status).eq(db::literal(status)));
    }
    if let Some(recipient) = filter.recipient.clone() {
        found = found.filter(Expr::cust_with_values(
            "lower(recipient) = lower($1)",
            [recipient],
        ));
    }
    let by = (&[Column::Id][..], Direction::Descending);
    let key = |row: &Summary| row.id;
    let rows =
        db::page_as::<_, _, _, NotificationError>(env.pool.reads(), found, by, page, key).await?;
    Ok(rows.map(MessageSummary::from))
}

pub(super) async fn message(env: &Env, id: MessageId) -> Result<Message, NotificationError> {
    let row = Entity::find_by_id(id).row(env.pool.reads()).await?;
    row.map(Message::from).ok_or(NotificationError::NotFound)
}

impl From<Summary> for MessageSummary {
    fn from(row: Summary) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            status: row.status,
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            created_at: row.created_at,
            sent_at: row.sent_at,
        }
    }
}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        let summary = Summary {
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            subject: row.subject,
            status: row.status,
            attempts: row.attempts,
            created_at: row.created_at,
            sent_at: row.sent_at,
        };
        Self {
            summary: summary.into(),
            message_id: row.message_id,
            text: row.body_text,
            html: row.body_html,
            last_error: row.last_error,
        }
    }
}

//! Reading messages.

use feira_kernel::{
    Env, Page, PageRequest, Time,
    db::{self, Direction, Find},
    text,
    validate::uniform_email,
};
use sea_orm::{
    DerivePartialModel, EntityTrait, FromQueryResult, PartialModelTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use crate::{
    Message, MessageFilter, MessageId, MessageStatus, MessageSummary, NotificationError,
    compose::{MailComposer, Reader},
    entities::notification::{Column, Entity},
    jobs::KEEP_BODIES,
    mail::Kind,
    stored_message::StoredMessage,
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
        found = found.filter(db::is(Column::Status, status));
    }
    if let Some(typed) = &filter.recipient {
        // What is no address finds nothing.
        let recipient = uniform_email(text::line(typed).trim()).unwrap_or_default();
        found = found.filter(Expr::cust_with_values(
            "lower(recipient) = lower($1)",
            [recipient],
        ));
    }
    let by = (&[Column::Id][..], Direction::Descending);
    let key = |row: &Summary| row.id;
    let rows =
        db::page_as::<_, _, _, NotificationError>(env.pool.read(), found, by, page, key).await?;
    Ok(rows.map(MessageSummary::from))
}

/// A message with what an operator is shown of it.
#[derive(FromQueryResult)]
struct MessageRow {
    status: MessageStatus,
    attempts: i32,
    created_at: Time,
    sent_at: Option<Time>,
    last_error: Option<String>,
    #[sea_orm(nested)]
    kept: StoredMessage,
}

pub(super) async fn message(
    composer: &MailComposer,
    id: MessageId,
) -> Result<Message, NotificationError> {
    let env = &composer.env;
    let row = Entity::find_by_id(id)
        .into_model::<MessageRow>()
        .row(env.pool.read())
        .await?
        .ok_or(NotificationError::NotFound)?;
    let forgotten = row.sent_at.is_some_and(|at| at < env.now() - KEEP_BODIES);
    // A text that was kept has its link, which cannot be hidden.
    let kept = row.kept.params.is_none();
    let secret = Kind::parse(&row.kept.kind)
        .is_some_and(|kind| kind.lets_in() || (kept && kind.opens_order()));
    let mail = match forgotten || secret {
        true => Ok(None),
        false => row.kept.written(composer, Reader::Operator).await,
    };
    // The rest of the page is of use without it, above all "send again".
    let (mail, failed) = match mail {
        Ok(mail) => (mail, None),
        Err(error) => (None, Some(error.explained())),
    };
    let (text, html) = mail.map(|mail| (mail.text, mail.html)).unwrap_or_default();
    Ok(Message {
        message_id: row.kept.message_id(composer),
        summary: MessageSummary {
            id,
            kind: row.kept.kind,
            recipient: row.kept.recipient,
            subject: row.kept.subject,
            status: row.status,
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            created_at: row.created_at,
            sent_at: row.sent_at,
        },
        text,
        html,
        last_error: row.last_error.or(failed),
    })
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

//! Reading messages.

use feira_kernel::{Env, Page, PageRequest, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{SUMMARY, SummaryRow, invalid};
use crate::{Message, MessageFilter, MessageId, MessageStatus, MessageSummary, NotificationError};

/// Newest first: ids grow with time.
pub(super) async fn messages(
    env: &Env,
    filter: &MessageFilter,
    page: &PageRequest,
) -> Result<Page<MessageSummary>, NotificationError> {
    let after: Option<Uuid> = page
        .after()
        .map_err(|error| invalid("/cursor", "cursor", error))?;
    // Written out, so that the partial indexes of the few pending and failed ones are of use.
    let state = match filter.status {
        None => "",
        Some(MessageStatus::Pending) => "AND status = 'pending'",
        Some(MessageStatus::Sent) => "AND status = 'sent'",
        Some(MessageStatus::Failed) => "AND status = 'failed'",
    };
    let address = match filter.recipient {
        None => "AND $2::text IS NULL",
        Some(_) => "AND lower(recipient) = lower($2)",
    };
    let rows: Vec<SummaryRow> = db::rows(
        env.pool.reads(),
        &format!(
            "SELECT {SUMMARY} FROM notifications WHERE id < $1 {state} {address} \
             ORDER BY id DESC LIMIT $3"
        ),
        values![
            after.unwrap_or(Uuid::max()),
            filter.recipient.clone(),
            page.fetch()
        ],
    )
    .await?;
    let rows = rows
        .into_iter()
        .map(SummaryRow::read)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(rows, page, |message| message.id))
}

#[derive(FromQueryResult)]
struct BodyRow {
    message_id: String,
    body_text: String,
    body_html: String,
    last_error: Option<String>,
}

pub(super) async fn message(env: &Env, id: MessageId) -> Result<Message, NotificationError> {
    #[derive(FromQueryResult)]
    struct Row {
        #[sea_orm(nested)]
        summary: SummaryRow,
        #[sea_orm(nested)]
        body: BodyRow,
    }
    let row: Option<Row> = db::optional(
        env.pool.reads(),
        &format!(
            "SELECT {SUMMARY}, message_id, body_text, body_html, last_error \
             FROM notifications WHERE id = $1"
        ),
        values![id],
    )
    .await?;
    let row = row.ok_or(NotificationError::NotFound)?;
    Ok(Message {
        summary: row.summary.read()?,
        message_id: row.body.message_id,
        text: row.body.body_text,
        html: row.body.body_html,
        last_error: row.body.last_error,
    })
}

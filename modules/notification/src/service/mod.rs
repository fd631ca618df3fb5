//! What operators see and do.

mod list;
mod resend;

use async_trait::async_trait;
use feira_kernel::{Actor, Env, FieldError, Page, PageRequest, Time};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Message, MessageFilter, MessageId, MessageStatus, MessageSummary, NotificationError,
    Notifications, SEE_MESSAGES,
};

pub(crate) struct Service {
    env: Env,
}

impl Service {
    pub(crate) fn new(env: Env) -> Self {
        Self { env }
    }
}

#[async_trait]
impl Notifications for Service {
    async fn messages(
        &self,
        actor: &Actor,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<MessageSummary>, NotificationError> {
        authorise(actor)?;
        list::messages(&self.env, &filter, &page).await
    }

    async fn message(&self, actor: &Actor, id: MessageId) -> Result<Message, NotificationError> {
        authorise(actor)?;
        list::message(&self.env, id).await
    }

    async fn resend(&self, actor: &Actor, id: MessageId) -> Result<Message, NotificationError> {
        authorise(actor)?;
        resend::resend(&self.env, id).await
    }
}

/// Messages hold links that open accounts and orders: operators with the permission only.
fn authorise(actor: &Actor) -> Result<(), NotificationError> {
    if actor.is_operator(SEE_MESSAGES) {
        Ok(())
    } else {
        Err(NotificationError::Forbidden)
    }
}

/// The columns of a [`MessageSummary`].
const SUMMARY: &str = "id, kind, recipient, subject, status, attempts, created_at, sent_at";

#[derive(FromQueryResult)]
struct SummaryRow {
    id: Uuid,
    kind: String,
    recipient: String,
    subject: String,
    status: String,
    attempts: i32,
    created_at: Time,
    sent_at: Option<Time>,
}

impl SummaryRow {
    fn read(self) -> Result<MessageSummary, NotificationError> {
        let status = MessageStatus::parse(&self.status).ok_or_else(|| {
            NotificationError::Internal(format!("message {} is {:?}", self.id, self.status))
        })?;
        Ok(MessageSummary {
            id: MessageId(self.id),
            kind: self.kind,
            recipient: self.recipient,
            subject: self.subject,
            status,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            created_at: self.created_at,
            sent_at: self.sent_at,
        })
    }
}

fn invalid(pointer: &str, code: &str, detail: impl ToString) -> NotificationError {
    NotificationError::Invalid(vec![FieldError::new(pointer, code, detail.to_string())])
}

//! What operators see and do.

mod list;
mod resend;

use async_trait::async_trait;
use feira_kernel::{Actor, Env, FieldError, Page, PageError, PageRequest};

use crate::{
    Message, MessageFilter, MessageId, MessageSummary, NotificationError, Notifications,
    SEE_MESSAGES,
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

impl From<PageError> for NotificationError {
    fn from(error: PageError) -> Self {
        let detail = error.to_string();
        Self::Invalid(vec![FieldError::new("/cursor", "cursor", detail)])
    }
}

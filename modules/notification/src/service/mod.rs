//! What operators see and do.

mod list;
mod resend;

use std::sync::Arc;

use feira_kernel::{Actor, Page, PageRequest};

use crate::{
    Message, MessageFilter, MessageId, MessageSummary, NotificationError, SEE_MESSAGES,
    compose::MailComposer,
};

pub(crate) struct Service {
    composer: Arc<MailComposer>,
}

impl Service {
    pub(crate) fn new(composer: Arc<MailComposer>) -> Self {
        Self { composer }
    }

    pub(crate) async fn messages(
        &self,
        actor: &Actor,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<MessageSummary>, NotificationError> {
        authorise(actor)?;
        list::messages(&self.composer.env, &filter, &page).await
    }

    pub(crate) async fn message(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<Message, NotificationError> {
        authorise(actor)?;
        list::message(&self.composer, id).await
    }

    pub(crate) async fn resend(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<Message, NotificationError> {
        authorise(actor)?;
        resend::resend(&self.composer, actor, id).await
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

//! What operators see and do.

mod list;
mod resend;

use std::sync::Arc;

use feira_kernel::{Actor, Page, PageRequest};

use crate::{
    Message, MessageFilter, MessageId, MessageSummary, NotificationError, access,
    compose::MailComposer,
};

pub(crate) struct Service {
    composer: Arc<MailComposer>,
    /// Whether messages are sent.
    sends: bool,
}

impl Service {
    pub(crate) fn new(composer: Arc<MailComposer>, sends: bool) -> Self {
        Self { composer, sends }
    }

    pub(crate) async fn sends(&self, actor: &Actor) -> Result<bool, NotificationError> {
        access::see_whether_sent(actor)?;
        Ok(self.sends)
    }

    pub(crate) async fn messages(
        &self,
        actor: &Actor,
        filter: MessageFilter,
        page: PageRequest,
    ) -> Result<Page<MessageSummary>, NotificationError> {
        access::see_messages(actor)?;
        list::messages(&self.composer.env, &filter, &page).await
    }

    pub(crate) async fn message(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<Message, NotificationError> {
        access::see_messages(actor)?;
        list::message(&self.composer, id).await
    }

    pub(crate) async fn resend(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<Message, NotificationError> {
        access::see_messages(actor)?;
        resend::resend(&self.composer, actor, id).await
    }
}

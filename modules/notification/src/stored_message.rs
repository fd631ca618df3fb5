//! A message as it is kept, and how it becomes a mail.

use feira_kernel::UserId;
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    MessageId, NotificationError,
    compose::{MailComposer, Reader},
    locale::Locale,
    mail::{Mail, MessageParams, Recipient},
};

/// The columns that a mail is written from.
#[derive(Debug, FromQueryResult)]
pub(crate) struct StoredMessage {
    pub(crate) id: MessageId,
    pub(crate) event_id: Uuid,
    pub(crate) kind: String,
    pub(crate) params: Option<Value>,
    pub(crate) locale: Locale,
    pub(crate) user_id: Option<UserId>,
    pub(crate) recipient: String,
    pub(crate) recipient_name: String,
    pub(crate) subject: String,
    /// Of rows that a release before 0.3.0 wrote.
    pub(crate) body_text: Option<String>,
    pub(crate) body_html: Option<String>,
    pub(crate) message_id: Option<String>,
}

impl NotificationError {
    /// Why a message was not written, for operators.
    pub(crate) fn explained(&self) -> String {
        match self {
            Self::NotFound => "what it is about is not there any more".to_owned(),
            Self::Unavailable(why) | Self::Internal(why) => why.clone(),
            other => other.to_string(),
        }
    }
}

impl StoredMessage {
    /// The mail; `None` if there is nothing to say any more. A text that was kept is the recipient's.
    pub(crate) async fn written(
        &self,
        composer: &MailComposer,
        reader: Reader,
    ) -> Result<Option<Mail>, NotificationError> {
        let Some(params) = &self.params else {
            return Ok(Some(Mail {
                subject: self.subject.clone(),
                text: self.body_text.clone().unwrap_or_default(),
                html: self.body_html.clone().unwrap_or_default(),
            }));
        };
        let to = Recipient {
            user: self.user_id,
            email: self.recipient.clone(),
            name: self.recipient_name.clone(),
            locale: self.locale,
        };
        let params = MessageParams::read(&self.kind, params)?;
        let mail = composer.write(self.event_id, &params, &to, reader).await?;
        // As it was announced, whatever the shop is called now.
        Ok(mail.map(|mail| Mail {
            subject: self.subject.clone(),
            ..mail
        }))
    }

    /// The header, with its angle brackets: the same at each attempt, so that a repeated mail is
    /// seen as one.
    pub(crate) fn message_id(&self, composer: &MailComposer) -> String {
        let made = || format!("<{}@{}>", self.id, composer.site.host);
        self.message_id.clone().unwrap_or_else(made)
    }
}

//! What becomes of an account: messages to its person, with the links that she asked for.

use std::sync::Arc;

use feira_kernel::{
    UserId,
    outbox::{Envelope, Event},
};
use feira_user::{
    AccountLinkId, EmailChangeAsked, PasswordChanged, PasswordForgotten, Registered,
    SignInLinkRequested,
};

use super::wire;
use crate::{
    NotificationError,
    compose::MailComposer,
    mail::{Draft, MessageParams, Recipient},
};

impl MailComposer {
    pub(super) async fn account_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        match event.name.as_str() {
            Registered::NAME => {
                let Registered {
                    user, confirmation, ..
                } = wire::read(&event)?;
                let params = MessageParams::VerifyEmail { confirmation };
                // Anybody can register with anybody's address, and must not be able to have us send
                // words of her choice there.
                let to = self.person(user).await?.map(unnamed);
                self.drafts(event.id, params, to).await
            }
            PasswordForgotten::NAME => {
                let PasswordForgotten { user, link, .. } = wire::read(&event)?;
                let to = self.person(user).await?;
                let params = MessageParams::ResetPassword { link };
                self.drafts(event.id, params, to).await
            }
            PasswordChanged::NAME => {
                let PasswordChanged { user, version } = wire::read(&event)?;
                let to = self.person(user).await?;
                let params = MessageParams::PasswordChanged { user, version };
                self.drafts(event.id, params, to).await
            }
            EmailChangeAsked::NAME => {
                let EmailChangeAsked { user, link, .. } = wire::read(&event)?;
                let person = self.person(user).await?;
                self.email_change(&event, person, link).await
            }
            SignInLinkRequested::NAME => {
                let SignInLinkRequested {
                    user,
                    link,
                    surface,
                    ..
                } = wire::read(&event)?;
                let to = self.person(user).await?;
                let params = MessageParams::SignInLink { link, surface };
                self.drafts(event.id, params, to).await
            }
            other => Err(NotificationError::Internal(format!(
                "{other} was not subscribed to"
            ))),
        }
    }

    /// One to the present address, and one to the new one, where there is a link for it.
    async fn email_change(
        &self,
        event: &Envelope,
        person: Option<Recipient>,
        link: AccountLinkId,
    ) -> Result<Vec<Draft>, NotificationError> {
        let Some(person) = person else {
            return Ok(Vec::new());
        };
        let new = self.account_link(link).await?.map(|found| Recipient {
            email: found.email,
            ..unnamed(person.clone())
        });
        let confirm = MessageParams::ChangeEmail { link };
        let mut drafts = self.drafts(event.id, confirm, new).await?;
        let asked = MessageParams::EmailChangeAsked { link };
        drafts.extend(self.drafts(event.id, asked, [person]).await?);
        Ok(drafts)
    }

    async fn person(&self, id: UserId) -> Result<Option<Recipient>, NotificationError> {
        Ok(self.users(vec![id]).await?.into_values().next())
    }
}

fn unnamed(to: Recipient) -> Recipient {
    Recipient {
        name: String::new(),
        ..to
    }
}

//! A message as a mail. Headers are typed; what people typed is cleaned where it is put into words,
//! and is encoded here once more.

use std::time::SystemTime;

use feira_kernel::validate::ascii_email;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Outcome, queue::Claimed};
use crate::{
    NotificationError,
    compose::{MailComposer, Reader},
    mail::Mail,
    sanitize,
};

/// A mail ready to be sent, or what the attempt comes to without one.
pub(super) struct OutgoingMail {
    pub(super) id: Uuid,
    pub(super) attempt: i32,
    pub(super) mail: Result<Message, Outcome>,
}

pub(super) async fn write(
    composer: &MailComposer,
    from: &Mailbox,
    claimed: &Claimed,
    end: Instant,
) -> OutgoingMail {
    use NotificationError as E;
    let never = |why: &str| Err(Outcome::Permanent(why.to_owned()));
    let late = |_| {
        Err(E::Unavailable(
            "what it is about was not read in time".to_owned(),
        ))
    };
    let written = timeout_at(end, claimed.kept.written(composer, Reader::Recipient)).await;
    let mail = match written.unwrap_or_else(late) {
        Ok(Some(mail)) => message(composer, from, claimed, mail).map_err(Outcome::Permanent),
        Ok(None) => {
            never("there is nothing to say any more: what it asks for was done or has ended")
        }
        Err(error @ E::NotFound) => never(&error.explained()),
        Err(error) => Err(Outcome::Temporary(error.explained())),
    };
    OutgoingMail {
        id: claimed.kept.id.0,
        attempt: claimed.attempts,
        mail,
    }
}

fn message(
    composer: &MailComposer,
    from: &Mailbox,
    claimed: &Claimed,
    mail: Mail,
) -> Result<Message, String> {
    let kept = &claimed.kept;
    // Few servers take a domain that is not in ASCII.
    let recipient = ascii_email(&kept.recipient);
    let recipient = recipient.as_ref().unwrap_or(&kept.recipient);
    let address: Address = recipient
        .parse()
        .map_err(|error| format!("the recipient's address is not valid: {error}"))?;
    let name = Some(sanitize::line(&kept.recipient_name)).filter(|name| !name.is_empty());
    // Date and boundary come from the row: a repeat differs only where what it is about has changed.
    let body = MultiPart::alternative()
        .boundary(format!("feira-{}", kept.id.0.simple()))
        .singlepart(SinglePart::plain(mail.text))
        .singlepart(SinglePart::html(mail.html));
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(sanitize::line(&mail.subject))
        .message_id(Some(kept.message_id(composer)))
        .date(SystemTime::from(claimed.created_at))
        .raw_header(plain("Content-Language", kept.locale.as_str()))
        // Keeps vacation answers away (RFC 3834).
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .multipart(body)
        .map_err(|error| format!("the mail cannot be written: {error}"))
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

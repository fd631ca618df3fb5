//! A message as a mail. Headers are typed; what people typed was cleaned when it was rendered,
//! and is encoded here once more.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::queue::Claimed;
use crate::clean;

/// A mail ready to be sent, or why it never can be.
pub(super) struct Letter {
    pub(super) id: Uuid,
    pub(super) attempt: i32,
    pub(super) mail: Result<Message, String>,
}

pub(super) fn write(from: &Mailbox, claimed: &Claimed) -> Letter {
    Letter {
        id: claimed.id,
        attempt: claimed.attempts,
        mail: mail(from, claimed),
    }
}

fn mail(from: &Mailbox, claimed: &Claimed) -> Result<Message, String> {
    let address: Address = claimed
        .recipient
        .parse()
        .map_err(|error| format!("the recipient's address is not valid: {error}"))?;
    let name = Some(clean::line(&claimed.recipient_name)).filter(|name| !name.is_empty());
    // Date and boundary come from the row, so that a repeat is the same mail to the last byte.
    let body = MultiPart::alternative()
        .boundary(format!("feira-{}", claimed.id.simple()))
        .singlepart(SinglePart::plain(claimed.body_text.clone()))
        .singlepart(SinglePart::html(claimed.body_html.clone()));
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(clean::line(&claimed.subject))
        .message_id(Some(claimed.message_id.clone()))
        .date(SystemTime::from(claimed.created_at))
        .raw_header(plain("Content-Language", &claimed.locale))
        // Keeps vacation answers away (RFC 3834).
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .multipart(body)
        .map_err(|error| format!("the mail cannot be written: {error}"))
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

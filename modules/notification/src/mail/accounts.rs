//! Mails about an account and about an application to sell.

use feira_store::Store;
use feira_user::ConfirmationId;

use super::{Kind, Mail, Recipient, view::Frame};
use crate::{
    NotificationError, clean,
    words::{Words, arg},
};

/// The link that confirms an address. It says no name: anybody can register with anybody's
/// address, and must not be able to have us send words of her choice there.
pub(crate) fn verify_email(
    words: Words<'_>,
    to: &Recipient,
    confirmation: ConfirmationId,
    token: &str,
) -> Result<Mail, NotificationError> {
    let kind = Kind::VerifyEmail;
    let to = Recipient {
        name: String::new(),
        ..to.clone()
    };
    let link = words.url(&format!("/l/verify-email/{}", clean::segment(token)));
    Frame::new(words, kind, &to, &[], Some(link))
        .with_note(words, kind)
        .notice(kind, confirmation.to_string(), &to, &[])
}

/// To the owner: she may sell.
pub(crate) fn application_approved(
    words: Words<'_>,
    to: &Recipient,
    store: &Store,
    version: i64,
) -> Result<Mail, NotificationError> {
    let kind = Kind::ApplicationApproved;
    let args = [arg("store", &store.name)];
    Frame::new(words, kind, to, &args, Some(words.url("/seller"))).notice(
        kind,
        decision(store, version),
        to,
        &[],
    )
}

/// To the owner: she may not sell yet, and why.
pub(crate) fn application_rejected(
    words: Words<'_>,
    to: &Recipient,
    store: &Store,
    version: i64,
) -> Result<Mail, NotificationError> {
    let kind = Kind::ApplicationRejected;
    let args = [arg("store", &store.name)];
    let reason = clean::lines(store.status_reason.as_deref().unwrap_or_default());
    Frame::new(words, kind, to, &args, Some(words.url("/seller")))
        .with_note(words, kind)
        .notice(kind, decision(store, version), to, &reason)
}

/// A store that applies again is decided on again: the store's version tells the two apart.
fn decision(store: &Store, version: i64) -> String {
    format!("{}.{version}", store.id)
}

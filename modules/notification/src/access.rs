//! Who sees messages.

use feira_kernel::Actor;

use crate::{NotificationError, SEE_MESSAGES};

/// As whom this module asks the ones below.
pub(crate) static SELF: Actor = Actor::system("notification");

/// Messages hold links that open accounts and orders: operators with the permission only.
pub(crate) fn see_messages(actor: &Actor) -> Result<(), NotificationError> {
    allow(actor.is_operator(SEE_MESSAGES))
}

/// Whether messages are sent holds no link.
pub(crate) fn see_whether_sent(actor: &Actor) -> Result<(), NotificationError> {
    allow(actor.is_operator(SEE_MESSAGES) || actor.is_system(&["gateway"]))
}

fn allow(allowed: bool) -> Result<(), NotificationError> {
    if allowed {
        Ok(())
    } else {
        Err(NotificationError::Forbidden)
    }
}

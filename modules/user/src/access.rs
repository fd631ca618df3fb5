use feira_kernel::{Actor, UserId};

use crate::api::{MANAGE_USERS, UserError};

/// Who may ask for people by id: the modules above, and the parts of the process that present.
const READERS: &[&str] = &["store", "order", "notification", "gateway", "cli", "demo"];
/// Who may make accounts without a confirmation.
const CREATORS: &[&str] = &["cli", "demo"];
/// The composition root, under the names that it has.
const ROOT: &[&str] = &["gateway", "cli", "demo"];

/// Herself, an operator who manages people, or a module.
pub(crate) fn may_see(actor: &Actor, user: UserId) -> bool {
    let herself = matches!(actor, Actor::Person { user: who, .. } if *who == user);
    herself || may_see_all(actor)
}

pub(crate) fn may_see_all(actor: &Actor) -> bool {
    actor.is_operator(MANAGE_USERS) || actor.is_system(READERS)
}

pub(crate) fn may_create(actor: &Actor) -> bool {
    actor.is_system(CREATORS)
}

pub(crate) fn is_root(actor: &Actor) -> bool {
    actor.is_system(ROOT)
}

/// Who may ask whether a password is somebody's.
pub(crate) fn may_confirm(actor: &Actor) -> bool {
    actor.is_system(&["store"])
}

/// A signed-in person, who changes what is her own.
pub(crate) fn person(actor: &Actor) -> Result<UserId, UserError> {
    match actor {
        Actor::Person { user, .. } => Ok(*user),
        _ => Err(UserError::Forbidden),
    }
}

/// Only the module that writes the mail learns the secret in its link.
pub(crate) fn may_derive(actor: &Actor) -> bool {
    actor.is_system(&["notification"])
}

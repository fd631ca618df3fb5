use feira_kernel::{Actor, UserId};

use crate::api::{MANAGE_USERS, UserError};

/// Who may ask for people by id: the modules above, and the parts of the process that present.
const READERS: &[&str] = &["store", "order", "notification", "gateway", "cli", "demo"];
/// Who may make accounts without a confirmation.
const CREATORS: &[&str] = &["cli", "demo"];
/// Names under which the composition root calls.
const ROOT: &[&str] = &["gateway", "cli", "demo"];

/// The person herself, an operator with [`MANAGE_USERS`], or a module.
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

/// Modules that may check a person's password.
pub(crate) fn may_confirm(actor: &Actor) -> bool {
    actor.is_system(&["store"])
}

/// A signed-in person, for changes of her own account.
pub(crate) fn person(actor: &Actor) -> Result<UserId, UserError> {
    match actor {
        Actor::Person { user, .. } => Ok(*user),
        _ => Err(UserError::Forbidden),
    }
}

/// Only `notification` may read the tokens of mailed links.
pub(crate) fn may_derive(actor: &Actor) -> bool {
    actor.is_system(&["notification"])
}

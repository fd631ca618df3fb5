//! Whose cart it is. A foreign cart looks like one that does not exist.

use feira_kernel::{Actor, Surface, UserId};

use crate::api::{CartError, CartOwner};

/// As whom this module asks the ones below.
pub(crate) static SELF: Actor = Actor::system("cart");

/// The buyer who asks: a person on the shop's surface, or the holder of a guest token.
pub(crate) fn buyer(actor: &Actor) -> Result<CartOwner, CartError> {
    match actor {
        Actor::Person { .. } => person(actor).map(CartOwner::User),
        Actor::Guest { token: Some(token) } => Ok(CartOwner::Guest(token.clone())),
        // Somebody without any token holds no cart.
        Actor::Guest { token: None } => Err(CartError::NotFound),
        Actor::System { .. } => Err(CartError::Forbidden),
    }
}

/// A signed-in buyer; credentials of another surface are worth nothing here.
pub(crate) fn person(actor: &Actor) -> Result<UserId, CartError> {
    match actor {
        Actor::Person {
            user,
            surface: Surface::Shop,
            ..
        } => Ok(*user),
        _ => Err(CartError::Forbidden),
    }
}

pub(crate) fn order_only(actor: &Actor) -> Result<(), CartError> {
    if actor.is_system(&["order"]) {
        Ok(())
    } else {
        Err(CartError::Forbidden)
    }
}

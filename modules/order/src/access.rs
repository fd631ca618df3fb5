//! Who may do what to an order. Somebody else's looks as if it were not there.

use feira_cart::CartOwner;
use feira_kernel::{Actor, StoreId, Surface, UserId, token::TokenHash};

use crate::{FULFIL_ORDERS, OrderError, SEE_ORDERS};

/// The customer behind a shop credential; other surfaces buy nothing.
pub(crate) fn customer(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::Person {
            user,
            surface: Surface::Shop,
            ..
        } => Some(*user),
        _ => None,
    }
}

/// Who buys: a customer, or a guest by her cart's token.
pub(crate) fn buyer(actor: &Actor) -> Result<CartOwner, OrderError> {
    match (customer(actor), actor) {
        (Some(user), _) => Ok(CartOwner::User(user)),
        (None, Actor::Guest { token: Some(token) }) => Ok(CartOwner::Guest(token.clone())),
        (None, Actor::Guest { token: None }) => Err(OrderError::CartNotFound),
        _ => Err(OrderError::Forbidden),
    }
}

/// The scope of an idempotency key.
pub(crate) fn label(owner: &CartOwner) -> String {
    match owner {
        CartOwner::User(user) => format!("user:{user}"),
        CartOwner::Guest(token) => format!("guest:{}", token.0),
    }
}

/// The buyer herself, by her account or by the order's token.
pub(crate) fn owns(actor: &Actor, user: Option<UserId>, guest: Option<&TokenHash>) -> bool {
    let by_account = user.is_some() && customer(actor) == user;
    let by_token = guest.is_some() && actor.guest_token() == guest;
    by_account || by_token
}

/// The buyer, or an operator who sees orders.
pub(crate) fn sees(actor: &Actor, user: Option<UserId>, guest: Option<&TokenHash>) -> bool {
    owns(actor, user, guest) || actor.is_operator(SEE_ORDERS)
}

/// The store whose orders the acting seller fulfils.
pub(crate) fn seller(actor: &Actor) -> Result<StoreId, OrderError> {
    actor
        .seller_store(FULFIL_ORDERS)
        .ok_or(OrderError::Forbidden)
}

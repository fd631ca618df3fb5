//! Who may do what to an order. A foreign order looks like one that does not exist.

use feira_cart::{CartId, CartOwner};
use feira_kernel::{Actor, StoreId, Surface, UserId, token::TokenHash};
use feira_payment::{BorneBy, MANAGE_PAYMENTS};
use serde::Deserialize;

use crate::{
    FULFIL_ORDERS, OrderError, OrderId, REFUND_ORDERS, RefundOf, RefundRequest, SEE_ORDERS,
    entities::order,
};

/// As whom this module asks the ones below.
pub(crate) static SELF: Actor = Actor::system("order");

/// Whose an order is.
#[derive(Deserialize)]
pub(crate) struct Owner {
    pub(crate) order: OrderId,
    pub(crate) user: Option<UserId>,
    /// The order's own token.
    pub(crate) guest: Option<TokenHash>,
    pub(crate) cart_id: CartId,
    /// The token that opened the cart.
    pub(crate) cart: Option<TokenHash>,
}

impl From<order::Model> for Owner {
    fn from(row: order::Model) -> Self {
        Self {
            order: row.id,
            user: row.user_id,
            guest: row.guest_token_hash.map(TokenHash),
            cart_id: row.cart_id,
            cart: row.cart_token_hash.map(TokenHash),
        }
    }
}

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

/// The buyer: by account, by the order's token, or by the token of its cart, which is all that a guest
/// has whose request was cut before its answer.
pub(crate) fn owns(actor: &Actor, owner: &Owner) -> bool {
    let by_account = owner.user.is_some() && customer(actor) == owner.user;
    let mut tokens = owner.guest.iter().chain(&owner.cart);
    let by_token = tokens.any(|token| actor.guest_token() == Some(token));
    by_account || by_token
}

/// Whose the keys of the buyer's commands are: the same by whichever of her credentials she comes.
pub(crate) fn caller(owner: &Owner) -> String {
    let buyer = match owner.user {
        Some(user) => Actor::customer(user),
        None => Actor::Guest {
            token: owner.guest.iter().chain(&owner.cart).next().cloned(),
        },
    };
    buyer.caller()
}

/// An operator who sees orders.
pub(crate) fn is_operator(actor: &Actor) -> bool {
    actor.is_operator(SEE_ORDERS)
}

/// Who gives money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refunder {
    Operator,
    /// Of orders of this store.
    Seller(StoreId),
}

/// An operator, or a seller where sellers may. A seller bears it herself, and has no more than her part.
pub(crate) fn refunder(
    actor: &Actor,
    sellers_refund: bool,
    request: &RefundRequest,
) -> Result<Refunder, OrderError> {
    if actor.is_operator(MANAGE_PAYMENTS) {
        return Ok(Refunder::Operator);
    }
    let own = may_refund(actor, sellers_refund).ok_or(OrderError::Forbidden)?;
    match (request.of, request.borne_by) {
        (RefundOf::StoreOrder(_), BorneBy::Store) => Ok(Refunder::Seller(own)),
        _ => Err(OrderError::Forbidden),
    }
}

pub(crate) fn may_refund(actor: &Actor, sellers_refund: bool) -> Option<StoreId> {
    let own = actor.seller_store(REFUND_ORDERS);
    own.filter(|_| sellers_refund)
}

/// Who says what became of what is paid on delivery: a seller of her own store's, or an operator.
pub(crate) fn collector(actor: &Actor) -> Result<Option<StoreId>, OrderError> {
    match actor.is_operator(MANAGE_PAYMENTS) {
        true => Ok(None),
        false => seller(actor).map(Some),
    }
}

/// The store whose orders the acting seller fulfils.
pub(crate) fn seller(actor: &Actor) -> Result<StoreId, OrderError> {
    actor
        .seller_store(FULFIL_ORDERS)
        .ok_or(OrderError::Forbidden)
}

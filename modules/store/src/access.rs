//! Who may ask what. A foreign or hidden store looks like one that does not exist.

use feira_kernel::{Actor, StoreId, UserId};

use crate::api::{
    MANAGE_COMMISSION, MANAGE_PAYOUT_ACCOUNT, MANAGE_STORE, REVIEW_STORES, SEE_BALANCE, StoreError,
};

/// The actor under which this module calls `user`.
pub(crate) static SELF: Actor = Actor::system("store");

/// Modules, and parts of the composition root, that may read stores in any state.
const READERS: &[&str] = &[
    "catalog",
    "cart",
    "order",
    "payment",
    "notification",
    "gateway",
    "cli",
    "demo",
    "check",
];

/// Parts of the composition root that may decide on applications without a person.
const DECIDERS: &[&str] = &["cli", "demo"];

pub(crate) fn is_reader(actor: &Actor) -> bool {
    actor.is_system(READERS)
}

/// Other modules only.
pub(crate) fn modules_only(actor: &Actor) -> Result<(), StoreError> {
    if is_reader(actor) {
        Ok(())
    } else {
        Err(StoreError::Forbidden)
    }
}

/// Whether the actor sees stores in every state.
pub(crate) fn sees_all(actor: &Actor) -> bool {
    is_reader(actor) || actor.is_operator(REVIEW_STORES)
}

/// An operator with the permission, or the command line.
pub(crate) fn operator(actor: &Actor, permission: &str) -> Result<(), StoreError> {
    if actor.is_operator(permission) || actor.is_system(DECIDERS) {
        Ok(())
    } else {
        Err(StoreError::Forbidden)
    }
}

/// Operators, and the catalogue before it removes a category that rules may be about.
pub(crate) fn read_commission(actor: &Actor) -> Result<(), StoreError> {
    if actor.is_system(&["catalog"]) {
        Ok(())
    } else {
        operator(actor, MANAGE_COMMISSION)
    }
}

/// The acting seller's store, if she may edit it.
pub(crate) fn manager(actor: &Actor) -> Result<StoreId, StoreError> {
    actor
        .seller_store(MANAGE_STORE)
        .ok_or(StoreError::Forbidden)
}

/// The acting seller's store, if she may change its payout account.
pub(crate) fn payout_account(actor: &Actor) -> Result<StoreId, StoreError> {
    let store = actor.seller_store(MANAGE_PAYOUT_ACCOUNT);
    store.ok_or(StoreError::Forbidden)
}

/// The acting seller's store, if she may see its payout account.
pub(crate) fn see_payout_account(actor: &Actor) -> Result<StoreId, StoreError> {
    let store = actor.seller_store(SEE_BALANCE);
    store.map_or_else(|| payout_account(actor), Ok)
}

/// Only `payment` may read full account numbers.
pub(crate) fn payer(actor: &Actor) -> Result<(), StoreError> {
    if actor.is_system(&["payment"]) {
        Ok(())
    } else {
        Err(StoreError::Forbidden)
    }
}

/// A signed-in person on whatever surface.
pub(crate) fn person(actor: &Actor) -> Result<UserId, StoreError> {
    match actor {
        Actor::Person { user, .. } => Ok(*user),
        _ => Err(StoreError::Forbidden),
    }
}

/// The person herself, or another module.
pub(crate) fn herself_or_module(actor: &Actor, user: UserId) -> Result<(), StoreError> {
    if is_reader(actor) || person(actor).is_ok_and(|asking| asking == user) {
        Ok(())
    } else {
        Err(StoreError::Forbidden)
    }
}

//! Who may do what. A foreign product looks like one that does not exist.

use feira_kernel::{Actor, StoreId};

use crate::{CatalogError, MANAGE_CATEGORIES};

/// As whom this module asks the ones below.
pub(crate) static SELF: Actor = Actor::system("catalog");

/// Modules that may ask what can be sold, and what it is.
pub(crate) fn read_sellables(actor: &Actor) -> Result<(), CatalogError> {
    allow(actor.is_system(&["cart", "order", "catalog", "notification"]))
}

/// Modules that may reserve, commit, release and restock.
pub(crate) fn sell(actor: &Actor) -> Result<(), CatalogError> {
    allow(actor.is_system(&["order"]))
}

pub(crate) fn manage_categories(actor: &Actor) -> Result<(), CatalogError> {
    allow(actor.is_operator(MANAGE_CATEGORIES))
}

/// The acting seller's store, if she may do this in it.
pub(crate) fn editor(actor: &Actor, permission: &str) -> Result<StoreId, CatalogError> {
    actor
        .seller_store(permission)
        .ok_or(CatalogError::Forbidden)
}

/// The acting seller's store: every member may look.
pub(crate) fn member(actor: &Actor) -> Result<StoreId, CatalogError> {
    actor.store().ok_or(CatalogError::Forbidden)
}

fn allow(allowed: bool) -> Result<(), CatalogError> {
    if allowed {
        Ok(())
    } else {
        Err(CatalogError::Forbidden)
    }
}

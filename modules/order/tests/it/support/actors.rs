//! Who asks.

use feira_cart::CartOwner;
use feira_kernel::{Actor, Permission, StoreId, Surface, UserId, token::TokenHash};
use feira_order::{FULFIL_ORDERS, REFUND_ORDERS, SEE_ORDERS};
use feira_payment::MANAGE_PAYMENTS;

pub(crate) fn operator() -> Actor {
    Actor::Person {
        user: UserId(uuid::Uuid::from_u128(900)),
        surface: Surface::Admin,
        store: None,
        permissions: [Permission::new(SEE_ORDERS)].into(),
    }
}

pub(crate) fn seller(store: StoreId) -> Actor {
    Actor::Person {
        user: UserId(uuid::Uuid::from_u128(901)),
        surface: Surface::Seller,
        store: Some(store),
        permissions: [Permission::new(FULFIL_ORDERS)].into(),
    }
}

/// An operator who gives money back.
pub(crate) fn treasurer() -> Actor {
    Actor::Person {
        user: UserId(uuid::Uuid::from_u128(902)),
        surface: Surface::Admin,
        store: None,
        permissions: [SEE_ORDERS, MANAGE_PAYMENTS].map(Permission::new).into(),
    }
}

/// A member who gives money of her store's orders back.
pub(crate) fn manager(store: StoreId) -> Actor {
    Actor::Person {
        user: UserId(uuid::Uuid::from_u128(903)),
        surface: Surface::Seller,
        store: Some(store),
        permissions: [FULFIL_ORDERS, REFUND_ORDERS].map(Permission::new).into(),
    }
}

pub(crate) fn person() -> Actor {
    Actor::customer(UserId(uuid::Uuid::from_u128(1)))
}

/// A guest by a name; her cart token is made of it.
pub(crate) fn guest(name: &str) -> Actor {
    Actor::guest(TokenHash::of(name))
}

pub(crate) fn owner(actor: &Actor) -> CartOwner {
    match actor {
        Actor::Person { user, .. } => CartOwner::User(*user),
        Actor::Guest { token: Some(token) } => CartOwner::Guest(token.clone()),
        other => panic!("{other:?} has no cart"),
    }
}

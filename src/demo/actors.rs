//! As whom the demo does what people do.

use feira_catalog::{EDIT_PRODUCTS, EDIT_STOCK};
use feira_kernel::{Actor, Permission, StoreId, Surface, UserId};
use feira_order::FULFIL_ORDERS;
use feira_payment::{CONFIGURE_PAYMENTS, MANAGE_PAYMENTS};
use feira_store::{MANAGE_PAYOUT_ACCOUNT, MANAGE_STORE, REVIEW_STORES};

pub(super) fn operator(user: UserId) -> Actor {
    let permissions = [REVIEW_STORES, CONFIGURE_PAYMENTS, MANAGE_PAYMENTS];
    Actor::Person {
        user,
        surface: Surface::Admin,
        store: None,
        permissions: permissions.map(Permission::new).into(),
    }
}

pub(super) fn seller(user: UserId, store: StoreId) -> Actor {
    let permissions = [
        EDIT_PRODUCTS,
        EDIT_STOCK,
        FULFIL_ORDERS,
        MANAGE_STORE,
        MANAGE_PAYOUT_ACCOUNT,
    ];
    Actor::Person {
        user,
        surface: Surface::Seller,
        store: Some(store),
        permissions: permissions.map(Permission::new).into(),
    }
}

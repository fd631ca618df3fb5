//! The JSON API `/api/v1`, one file per resource. A handler extracts, makes one or two trait
//! calls and presents; who may do what is the modules' to say.

#![allow(
    unused_qualifications,
    reason = "the annotations of utoipa name their types with a path"
)]

pub(crate) mod admin;
pub(crate) mod admin_events;
pub(crate) mod admin_money;
pub(crate) mod auth;
pub(crate) mod carts;
pub(crate) mod catalog;
pub(crate) mod checkouts;
pub(crate) mod list;
pub(crate) mod openapi;
pub(crate) mod orders;
pub(crate) mod payments;
pub(crate) mod seller_catalog;
pub(crate) mod seller_orders;
pub(crate) mod seller_stock;
pub(crate) mod seller_store;
pub(crate) mod stores;
pub(crate) mod views;

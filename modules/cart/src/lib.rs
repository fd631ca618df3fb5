//! `cart`: what somebody means to buy, from any number of stores.
//!
//! Owns the schema `carts`. Calls `catalog` (what can be sold now, at what price) and `store`
//! (shipping, and whether a store sells at all), each once per read whatever the number of
//! lines. Publishes [`CartCompleted`]. Listens to nobody.
//!
//! Invariants:
//! - a cart belongs to one person or to the holder of one guest token, and looks absent to others;
//! - a person has at most one open cart;
//! - an open cart has at most [`MAX_LINES`] lines, one per variant, of 1 to [`MAX_QUANTITY`] units;
//! - a cart is completed by one order and is never open again;
//! - the totals of lines sum to their group's, and those of groups to the cart's.

pub mod api;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod totals;

pub use api::*;

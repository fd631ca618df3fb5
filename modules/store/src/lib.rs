//! `store`: sellers, their stores, the people who work in them, shipping and commission.
//!
//! Owns the schema `stores`. Calls `user` (who applies). Publishes [`StoreChanged`] for every
//! change of a store's state, its creation included. Listens to nobody.
//!
//! Invariants:
//! - a store's status is the last row of its history, which is only ever added to;
//! - a slug is unique, never shaped like a UUID and never a reserved word;
//! - a person owns at most one store that is not closed;
//! - the list of commission rules always ends with the default, so that every line has a rule;
//! - a commission is never negative and never above its base.

mod access;
pub mod api;
mod commission;
mod roles;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use api::*;

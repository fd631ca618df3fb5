//! `cart`: what somebody means to buy, from any number of stores.
//!
//! Owns the schema `carts`. Calls `catalog` (what can be sold now, at what price) and `store`
//! (shipping, and whether a store sells at all), each once per read whatever the number of
//! lines.
//!
//! Invariants:
//! - a cart belongs to one person or to the holder of one guest token, and looks absent to others;
//! - a person has at most one open cart;
//! - an open cart has at most [`MAX_LINES`] lines, one per variant, of 1 to [`MAX_QUANTITY`] units;
//! - a cart is held for one order at a time, from before the order is placed until it is paid or
//!   has ended, and does not change meanwhile; its owner has another, open one;
//! - a cart is completed by the order that it was held for and is never open again; if the order
//!   ends, its lines are in the open cart of its owner, which may be the same one;
//! - a cart that was acknowledged with a line in it is on the disk;
//! - the totals of lines sum to their group's, and those of groups to the cart's.

mod access;
mod api;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod field_codes;
mod jobs;
mod merge;
mod pricing;
mod service;
mod snapshot;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod totals;
mod validate;

use std::sync::Arc;

use feira_catalog::Catalog;
use feira_kernel::{Currency, Env, Module, Runtime, batch::Batch};
use feira_store::Stores;

pub use api::*;
pub use field_codes::FIELD_CODES;

/// What the module calls.
#[derive(Clone)]
pub struct Deps {
    pub catalog: Arc<dyn Catalog>,
    pub stores: Arc<dyn Stores>,
}

/// What an installation decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Currency of new carts.
    pub currency: Currency,
    /// How long a guest's cart lives after its last change.
    pub guest_cart_ttl: time::Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            currency: Currency::BRL,
            guest_cart_ttl: time::Duration::days(30),
        }
    }
}

/// Starts the module on the schema `carts`.
pub fn start(env: Env, deps: Deps, settings: Settings) -> Module<dyn Carts> {
    let jobs = jobs::jobs(&env);
    let completing = service::Completing { env: env.clone() };
    let service = service::Service {
        closings: Batch::new(env.pool.clone(), completing),
        env: env.clone(),
        catalog: deps.catalog,
        stores: deps.stores,
        settings,
    };
    Module {
        api: Arc::new(service),
        runtime: Runtime {
            name: "cart",
            env,
            subscriptions: Vec::new(),
            jobs,
        },
    }
}

//! `store`: sellers, their stores, the people who work in them, shipping and commission.
//!
//! Owns the schema `stores`. Calls `user` (who applies).
//!
//! Invariants:
//! - a store's status is the last row of its history, which is only ever added to;
//! - a slug is unique, never shaped like a UUID and never a reserved word;
//! - a person owns at most one store that is not closed;
//! - the list of commission rules always ends with the default, so that every line has a rule;
//! - a commission is never negative and never above its base;
//! - a store is paid on the newest of its accounts, to which one is only ever added, by its owner, who
//!   says her password again.

mod access;
mod acts;
mod api;
mod commission;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod field_codes;
mod payout_account;
pub mod pix_key;
mod roles;
mod service;
mod shipping;
mod slug;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod validate;

use std::sync::Arc;

use feira_kernel::{Currency, Env, Module, Money, Runtime};
use feira_user::Users;
use rust_decimal::Decimal;

pub use acts::ACTS;
pub use api::*;
pub use field_codes::FIELD_CODES;

/// What the module calls.
#[derive(Clone)]
pub struct Deps {
    pub users: Arc<dyn Users>,
}

/// What an installation decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether an application is approved at once, without an operator.
    pub auto_approve: bool,
    /// The commission of what no rule names: 10 means 10 %. Followed as long as nobody gave the
    /// list's last row a percentage of its own.
    pub default_commission_percent: Decimal,
    /// The price of the flat shipping method that a new store starts with, in `currency`.
    pub default_shipping_price: Money,
    /// Settlement currency of new stores.
    pub currency: Currency,
    /// IANA time zone of new stores.
    pub time_zone: String,
}

impl Default for Settings {
    fn default() -> Self {
        let currency = Currency::BRL;
        Self {
            auto_approve: false,
            default_commission_percent: Decimal::TEN,
            default_shipping_price: Money::from_minor(1500, currency)
                .unwrap_or_else(|_| Money::zero(currency)),
            currency,
            time_zone: "America/Sao_Paulo".to_owned(),
        }
    }
}

/// Starts the module on the schema `stores`.
pub fn start(env: Env, deps: Deps, settings: Settings) -> Module<dyn Stores> {
    let service = service::Service {
        env: env.clone(),
        users: deps.users,
        settings: Arc::new(settings),
    };
    Module {
        api: Arc::new(service),
        runtime: Runtime {
            name: "store",
            env,
            subscriptions: Vec::new(),
            jobs: Vec::new(),
        },
    }
}

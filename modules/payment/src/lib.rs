//! Taking money, the ledger, and paying stores.
//!
//! Owns the schema `payments`. Calls `store` for names on payouts, and payment providers by HTTP; of
//! payments that a person confirms it keeps the book itself (`provider/kinds/manual.rs`).
//! Knows no order: a payment has an opaque reference, an amount and the split per store.
//!
//! Always true:
//! - What a person says of a payment by hand is written into the book of such charges, and applied from
//!   there as a provider's word is.
//! - A provider is asked once per payment and refund, under their ids; an outcome that is not
//!   known is asked for, never charged again.
//! - What a provider says is fetched, compared with what was asked and applied in one place
//!   (`service::applying`); a notification is only a hint to look.
//! - A payment, its refunds and its notifications go to the provider that its row names, whatever is
//!   chosen for new ones; what a provider cannot do by its own word is not asked of it.
//! - What a provider has only authorized is captured if its payer was in time, and else given up.
//! - No provider is called inside a transaction.
//! - Every ledger transaction sums to zero per currency, checked by the database as it is written;
//!   entries are never changed.
//! - Refunds never pass what was captured, per split and in all; they take back commission and
//!   earning at the split's own ratio.
//! - An earning is claimed by one payout, and a payout is the sum of what it claims.

mod access;
mod acts;
mod api;
pub mod br_code;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod field_codes;
mod jobs;
mod ledger;
pub mod pix_account;
mod provider;
mod reversal;
mod service;
mod signature;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod validate;

use std::{sync::Arc, time::Duration};

use feira_kernel::{Currency, Env, Module, Money, Runtime, StoreId};
use feira_store::Stores;

pub use acts::ACTS;
pub use api::*;
pub use field_codes::FIELD_CODES;
use provider::Providers;
pub use provider::kinds::*;
pub use service::FAILPOINTS;
use service::Service;

/// The modules below.
#[derive(Clone)]
pub struct Deps {
    pub stores: Arc<dyn Stores>,
}

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// In the order in which new payments are offered to them; without one nothing can be started.
    pub providers: Vec<ProviderSettings>,
    pub payout_every: time::Duration,
    /// What a payout must reach, per currency; a currency that is not named has no minimum.
    pub minimum_payout: Vec<Money>,
    /// How often open payments are looked at, at first; then less often, up to five minutes.
    pub poll_every: time::Duration,
    /// How long one call to a provider is waited for; afterwards the outcome is unknown. A little
    /// longer than the timeout of the provider's own client, which says what was amiss.
    pub charge_deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            providers: Vec::new(),
            payout_every: time::Duration::days(7),
            minimum_payout: Vec::new(),
            poll_every: time::Duration::seconds(15),
            charge_deadline: Duration::from_secs(10),
        }
    }
}

/// One provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Small letters, digits, `-` and `_`, at most 32. Its payments name it, and so do the paths of
    /// its notifications: what has payments keeps its name.
    pub name: String,
    /// Whether new payments are offered to it; if not, it goes on with those that it has.
    pub takes_new: bool,
    /// Whose payments it takes: those of which each part is one of these stores'; empty: everybody's.
    pub stores: Vec<StoreId>,
    pub kind: ProviderKind,
}

impl ProviderSettings {
    /// One that takes new payments for all stores.
    pub fn new(name: &str, kind: ProviderKind) -> Self {
        Self {
            name: name.to_owned(),
            takes_new: true,
            stores: Vec::new(),
            kind,
        }
    }
}

/// Why the module refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0} is missing or too short")]
    ShortSecret(&'static str),
    #[error("what Stripe counts {0} in is not known: it cannot be taken there")]
    Currency(Currency),
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
    #[error("{0} cannot be used: {1}")]
    Unusable(&'static str, String),
    #[error("the provider {0:?}: {1}")]
    Provider(String, Box<StartError>),
    #[error("{0:?} is no name of a provider, or the name of two")]
    ProviderName(String),
}

/// Starts the module. A provider whose secrets are missing or short is refused, and two of one name.
pub fn start(env: Env, deps: Deps, settings: Settings) -> Result<Module<dyn Payments>, StartError> {
    let providers = Providers::new(&settings.providers, &env)?;
    let service = Service::new(env.clone(), deps.stores, providers, settings);
    let jobs = jobs::jobs(&service);
    Ok(Module {
        api: Arc::new(service),
        runtime: Runtime {
            name: "payment",
            env,
            subscriptions: Vec::new(),
            jobs,
        },
    })
}

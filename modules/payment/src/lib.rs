//! Taking money, the ledger, and paying stores.
//!
//! Owns the schema `payments`. Calls `store` for names on payouts, and payment providers by HTTP; of
//! payments that a person confirms it keeps the book itself (`provider/kinds/manual.rs`).
//! Knows no order: a payment has an opaque reference, an amount and the split per store.
//!
//! Always true:
//! - What a person says of a payment by hand is written into the book of such charges, and applied from
//!   there as a provider's word is.
//! - A line of a bank statement is the money of one payment, and a payment's money is one line; what a line
//!   does not name, or with another amount, a person decides.
//! - A provider is asked once per payment and refund, under their ids; an outcome that is not
//!   known is asked for, never charged again.
//! - What a provider says is fetched, compared with what was asked and applied in one place
//!   (`service::applying`); a notification is only a hint to look.
//! - A payment, its refunds and its notifications go to the provider that its row names, whatever is
//!   chosen for new ones; what a provider cannot do by its own word is not asked of it.
//! - Of what is asked of a provider and answered, names and values are kept that stand in one list (`provider::heard`),
//!   beside the exchange that was written down, and for some time.
//! - What a provider has only authorized is captured if its payer was in time, and else given up.
//! - No provider is called inside a transaction.
//! - Every ledger transaction sums to zero per currency, checked by the database as it is written;
//!   entries are never changed.
//! - Refunds never pass what was captured, per split and in all; they take back commission and
//!   earning at the split's own ratio, or all of it from whoever bears it; one whose money comes back gives
//!   back whatever it took, as it was taken.
//! - What a refund that runs will take of stores is held until it is made or fails: no payout pays it.
//! - What is disputed is kept back, of provider and store alike, until the dispute is over: no refund takes it,
//!   and no release; what is lost counts as given back, so that nothing is taken from a store twice. What a provider
//!   took twice is written off, and what is won on appeal comes back to whom it was taken from (`dispute_status`).
//! - Nothing is payable of a part but what was released, and the rest of what went back whole.
//! - What a provider took is booked once per charge, and borne by the marketplace or the stores.
//! - Interest of instalments that a payer bears is hers: the provider is paid more than the amount, which is what
//!   is captured, divided, booked and given back. Borne by marketplace or stores it is a part of the fee.
//! - No more of a debt ends than is owed, and no more is kept in reserve than is payable.
//! - What buyers pay to stores themselves is no money here: of a leg that is paid its store owes the commission
//!   (`seller_receivable`), and nothing of it is ever payable. What a store owes so is taken off its next payout,
//!   or paid outside, or given up; states and failures of legs are told in `service::legs`.
//! - Whom a payment pays is decided when it begins, and what a leg's payer is told stays: no later change of an
//!   account or a setting moves it.
//! - An earning is claimed by one payout, and a payout is the sum of what it claims. One that comes back
//!   opens exactly that again, once.
//! - A payout goes to the account that the store had when it was made, and to none that was just changed.
//! - A payout to a store's account at a provider is one transfer there, which nobody else pays; what comes back of it
//!   is no more than was sent, and no more than the store owed. An account is as its provider says when it is asked.
//! - Of a card that a person keeps, here are its provider's names, brand, last digits and expiry: they are
//!   for her alone, and the names for nobody. Who erases a person removes her cards at the providers first,
//!   as `remove_saved_method` does, and then her rows of `payment_methods`, which name nobody else's.
//! - Keys that an operator entered are kept sealed under the installation's key, and told to nobody but the
//!   provider. What files and the environment configure goes before what she entered.

mod access;
mod acts;
mod api;
pub mod br_code;
mod dispute_status;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod field_codes;
mod jobs;
mod ledger;
mod payout_file;
mod payout_rules;
pub mod pix_account;
mod postings;
mod provider;
mod receiving;
mod reconciliation;
mod reversal;
mod saved;
pub mod sentences;
mod service;
mod signature;
mod statement;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod validate;
pub mod whatsapp;

use std::{sync::Arc, time::Duration};

use feira_kernel::{Currency, Env, Module, Money, Runtime, StoreId};
use feira_store::Stores;

pub use acts::ACTS;
pub use api::*;
pub use feira_files::Documents;
pub use field_codes::FIELD_CODES;
use provider::Providers;
pub use provider::{
    config::ProviderConfig,
    fields::{Field as ProviderField, FieldForm, Installation, Refusal},
    kinds::*,
};
pub use service::FAILPOINTS;
use service::Service;

/// The modules below.
#[derive(Clone)]
pub struct Deps {
    pub stores: Arc<dyn Stores>,
    /// Where the files of evidence are kept.
    pub documents: Documents,
}

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Those of files and of the environment, in the order in which new payments are offered to them; behind
    /// them come those that operators enter. Without any, nothing can be started.
    pub providers: Vec<ProviderSettings>,
    /// What those that operators enter are made with.
    pub installation: Installation,
    /// How often stores are paid, unless a weekday is set.
    pub payout_every: time::Duration,
    /// When in the week stores are paid, instead.
    pub payout_at: Option<PayoutSlot>,
    /// What a payout must reach, per currency; a currency that is not named has no minimum.
    pub minimum_payout: Vec<Money>,
    /// How long nothing goes to an account after it was given or changed.
    pub payout_account_hold: time::Duration,
    /// How long an earning is kept after it became payable.
    pub payout_hold: time::Duration,
    /// The same for a store that is new, and for how long it is so after its first approval.
    pub new_store_hold: time::Duration,
    pub new_store_for: time::Duration,
    /// Whether what is owed to a suspended store is paid.
    pub pays_suspended_stores: bool,
    /// Who bears what providers took for a charge.
    pub provider_fee_borne_by: FeeBearer,
    /// How often open payments are looked at, at first; then less often, up to five minutes.
    pub poll_every: time::Duration,
    /// How long one call to a provider is waited for; afterwards the outcome is unknown. A little
    /// longer than the timeout of the provider's own client, which says what was amiss.
    pub charge_deadline: Duration,
    /// Whether no store is paid before it gave a fiscal document: then no charge is split, for that pays at once.
    pub document_before_payout: bool,
    /// Whether the marketplace keeps its commission of what a store gives back: the store bears all of it.
    pub refund_keeps_commission: bool,
    /// Who bears what a provider takes for a refund, or keeps of its fee for the charge.
    pub refund_fee_borne_by: BorneBy,
    /// How long after it was made a refund is asked about each day, for its money may come back; none: never.
    pub refunds_watched_for: time::Duration,
    /// Of cards that pay in instalments: who bears the interest, and how many there are.
    pub instalments: InstalmentSettings,
    /// Who bears what a provider takes for a dispute.
    pub dispute_fee_borne_by: FeeBearer,
    /// Whether a store sends the evidence of a dispute itself; else an operator sends what it wrote.
    pub sellers_send_evidence: bool,
    /// How long it is kept what was asked of providers and answered.
    pub exchange_texts_for: time::Duration,
}

/// Who bears a provider's fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeBearer {
    Marketplace,
    /// Those whose payment it was, by what of it is theirs.
    Store,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            providers: Vec::new(),
            installation: Installation::default(),
            payout_every: time::Duration::days(7),
            payout_at: None,
            minimum_payout: Vec::new(),
            payout_account_hold: time::Duration::hours(24),
            payout_hold: time::Duration::ZERO,
            new_store_hold: time::Duration::ZERO,
            new_store_for: time::Duration::ZERO,
            pays_suspended_stores: false,
            provider_fee_borne_by: FeeBearer::Marketplace,
            poll_every: time::Duration::seconds(15),
            charge_deadline: Duration::from_secs(10),
            document_before_payout: false,
            refund_keeps_commission: false,
            refund_fee_borne_by: BorneBy::Marketplace,
            refunds_watched_for: time::Duration::weeks(4),
            instalments: InstalmentSettings::default(),
            dispute_fee_borne_by: FeeBearer::Marketplace,
            sellers_send_evidence: false,
            exchange_texts_for: time::Duration::days(90),
        }
    }
}

/// A moment of the week.
#[derive(Debug, Clone)]
pub struct PayoutSlot {
    pub weekday: time::Weekday,
    /// 0 to 23.
    pub hour: u8,
    /// IANA name, by whose clocks it is.
    pub time_zone: String,
}

/// One provider that a file or the environment configured.
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
    let providers = Providers::new(&settings, &env)?;
    let service = Service::new(env.clone(), deps, providers, settings);
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

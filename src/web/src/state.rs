use std::{ops::Deref, time::Duration};

use feira_gateway::Gateway;
use feira_kernel::{Clock, Currency, Entropy, token::TokenKey};

use crate::{audits::Audits, modules::Modules, outboxes::Outboxes};

/// Time and randomness, which a test gives and the process takes from the system.
#[derive(Clone)]
pub struct ClockAndEntropy {
    pub clock: Clock,
    pub entropy: Entropy,
}

impl ClockAndEntropy {
    pub fn system() -> Self {
        Self {
            clock: Clock::system(),
            entropy: Entropy::system(),
        }
    }
}

/// What handlers know of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the demo's accounts are shown.
    pub demo: bool,
    /// Whether this is the profile in which only what moves money is taken.
    pub production: bool,
    /// The marketplace's.
    pub name: String,
    /// Where people reach this installation, without a slash at the end.
    pub base_url: String,
    pub currency: Currency,
    /// The marketplace's, by its IANA name.
    pub time_zone: String,
    /// The marketplace's: `en` or `pt-BR`.
    pub language: &'static str,
    /// Whether `X-Forwarded-For` is believed.
    pub trust_proxy: bool,
    pub max_json_bytes: usize,
    pub max_upload_bytes: usize,
    /// How long a repeat waits for the first request with its key.
    pub idempotency_wait: Duration,
}

impl Settings {
    /// The path of `base_url`, without a slash at the end; mostly there is none.
    pub fn base_path(&self) -> &str {
        let (_, site) = self.base_url.split_once("://").unwrap_or_default();
        site.find('/').map_or("", |at| &site[at..])
    }
}

/// What handlers see: the modules' traits, and the gateway's own few things.
pub struct AppState {
    pub modules: Modules,
    pub outboxes: Outboxes,
    pub audits: Audits,
    pub gateway: Gateway,
    pub clock: Clock,
    pub entropy: Entropy,
    pub settings: Settings,
    /// Signs what forms carry.
    pub page_key: TokenKey,
}

/// Handlers call a module by its name: `state.orders`.
impl Deref for AppState {
    type Target = Modules;

    fn deref(&self) -> &Modules {
        &self.modules
    }
}

use std::collections::BTreeMap;

use feira_kernel::{Money, StoreId};
use serde::Deserialize;

use super::Secret;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    #[serde(default)]
    pub providers: BTreeMap<String, Provider>,
    pub order: Vec<String>,
    pub charge_timeout_seconds: u32,
    pub payout_every_days: u32,
}

/// One payment provider: a table `[payments.providers.<name>]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub kind: ProviderKind,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub api_key: Secret,
    #[serde(default)]
    pub webhook_secret: Secret,
    #[serde(default)]
    pub stores: Vec<StoreId>,
    #[serde(default)]
    pub takes: Vec<String>,
    #[serde(default)]
    pub capture: Capture,
    #[serde(default)]
    pub return_url: String,
}

/// When a card that was accepted is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    #[default]
    Automatic,
    Manual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    Sandbox,
    Stripe,
}

impl ProviderKind {
    /// Whether no money moves: for trying things out, and one of them this process plays itself.
    pub(crate) fn is_simulated(self) -> bool {
        match self {
            Self::Sandbox => true,
            Self::Stripe => false,
        }
    }
}

impl Provider {
    /// The least amount of each currency that it takes; or what is no such amount.
    pub(crate) fn least(&self) -> Result<Vec<Money>, &str> {
        let amount = |text: &String| {
            let (currency, amount) = text.split_once(' ')?;
            Money::parse(amount, currency.parse().ok()?).ok()
        };
        let positive = |text| amount(text).filter(|least| least.is_positive());
        let takes = self.takes.iter();
        takes
            .map(|text| positive(text).ok_or(text.as_str()))
            .collect()
    }
}

impl Payments {
    /// The one that the simulated provider of this process is: the one without a URL, or the first.
    pub(crate) fn built_in(&self) -> Option<(&String, &Provider)> {
        self.providers
            .iter()
            .filter(|(_, provider)| provider.kind.is_simulated())
            .min_by_key(|(_, provider)| !provider.url.is_empty())
    }

    /// All of them, those first that take new payments; and whether it does.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&String, &Provider, bool)> {
        let named = self.order.iter();
        let named = named.filter_map(|name| self.providers.get_key_value(name));
        let others = self.providers.iter();
        let others = others.filter(|(name, _)| !self.order.contains(name));
        let named = named.map(|(name, provider)| (name, provider, true));
        named.chain(others.map(|(name, provider)| (name, provider, false)))
    }
}

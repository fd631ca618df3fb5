use std::collections::BTreeMap;

use feira_kernel::StoreId;
use serde::{Deserialize, Serialize};

use super::Secret;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    #[serde(default)]
    pub providers: BTreeMap<String, Provider>,
    pub order: Vec<String>,
    pub charge_timeout_seconds: u32,
    pub payout_every_days: u32,
}

/// One payment provider: a table `[payments.providers.<name>]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    Sandbox,
}

impl ProviderKind {
    /// Whether no money moves: for trying things out, and one of them this process plays itself.
    pub(crate) fn is_simulated(self) -> bool {
        match self {
            Self::Sandbox => true,
        }
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

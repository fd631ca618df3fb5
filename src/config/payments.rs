use std::collections::BTreeMap;

use feira_kernel::{Money, StoreId};
use feira_payment::pix_account::{PixAccount, PixAccountError};
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
    pub pix_key: String,
    #[serde(default)]
    pub pix_name: String,
    #[serde(default)]
    pub pix_city: String,
    #[serde(default)]
    pub transfer: String,
    #[serde(default)]
    pub stores: Vec<StoreId>,
    #[serde(default)]
    pub token_url: String,
    #[serde(default)]
    pub token_request: TokenRequest,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub client_secret: Secret,
    #[serde(default = "scopes")]
    pub scopes: String,
    #[serde(default)]
    pub api_key_header: String,
    #[serde(default)]
    pub certificate: Secret,
    #[serde(default)]
    pub certificate_key: Secret,
    #[serde(default)]
    pub authority: String,
    #[serde(default)]
    pub takes: Vec<String>,
    #[serde(default)]
    pub capture: Capture,
    #[serde(default)]
    pub return_url: String,
}

/// What charging, looking and giving back need, as the standard calls them.
fn scopes() -> String {
    "cob.write cob.read pix.write pix.read".to_owned()
}

/// When a card that was accepted is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    #[default]
    Automatic,
    Manual,
}

/// How a bank wants to be asked for an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenRequest {
    #[default]
    Basic,
    Form,
    Json,
}

impl Provider {
    /// Whom a PIX by hand pays, if there is a key.
    pub(crate) fn pix_account(&self) -> Result<Option<PixAccount>, PixAccountError> {
        if self.pix_key.is_empty() {
            return Ok(None);
        }
        PixAccount::new(&self.pix_key, &self.pix_name, &self.pix_city).map(Some)
    }

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

    fn takes_pix(&self) -> bool {
        match self.kind {
            ProviderKind::Manual => !self.pix_key.is_empty(),
            ProviderKind::PixApi | ProviderKind::Sandbox => true,
            ProviderKind::Stripe => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    Manual,
    PixApi,
    Sandbox,
    Stripe,
}

impl ProviderKind {
    /// Whether no money moves: for trying things out, and one of them this process plays itself.
    pub(crate) fn is_simulated(self) -> bool {
        match self {
            Self::Manual | Self::PixApi | Self::Stripe => false,
            Self::Sandbox => true,
        }
    }
}

impl Payments {
    /// Whether a person confirms the PIX payments that begin now.
    pub(crate) fn confirms_pix_by_hand(&self) -> bool {
        let first = self.for_pix().next();
        first.is_some_and(|(_, provider)| provider.kind == ProviderKind::Manual)
    }

    /// One that a person confirms, or not, unlike those of other stores: one deadline would not fit both.
    pub(crate) fn unlike_for_pix(&self) -> Option<&String> {
        let by_hand = self.confirms_pix_by_hand();
        let mut others = self.for_pix();
        let other = others.find(|(_, one)| (one.kind == ProviderKind::Manual) != by_hand);
        other.map(|(name, _)| name)
    }

    /// Those that the PIX payments which begin now go to: behind one of all stores, nobody.
    fn for_pix(&self) -> impl Iterator<Item = (&String, &Provider)> {
        let mut of_all = false;
        self.in_order()
            .filter(|(_, provider, takes_new)| *takes_new && provider.takes_pix())
            .take_while(move |(_, provider, _)| {
                !std::mem::replace(&mut of_all, provider.stores.is_empty())
            })
            .map(|(name, provider, _)| (name, provider))
    }

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

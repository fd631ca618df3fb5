//! Who takes payments, by what, and within which amounts: as operators see and change it.

use std::{collections::BTreeMap, fmt};

use feira_kernel::{Currency, Money, Secret, StoreId, Time, Versions, id};
use serde::{Deserialize, Serialize};

use super::MethodKind;

id! {
    MethodLimitId,
}

feira_kernel::text_enum! {
    /// What a provider is, as its configuration says it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum KindName {
        Manual = "manual",
        MercadoPago = "mercado_pago",
        Paypal = "paypal",
        PixApi = "pix_api",
        Sandbox = "sandbox",
        Stripe = "stripe",
        Woovi = "woovi",
    }
}

/// How a payment would be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Whether a person will say that it was paid, which takes her time.
    pub by_hand: bool,
}

feira_kernel::text_enum! {
    /// Who decided on a provider.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ProviderSource {
        /// A file of settings, or the environment: it is changed there only.
        Settings = "settings",
        /// An operator, on the page or by the API.
        Operator = "operator",
    }
}

/// A provider as an operator sees to it. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderOverview {
    pub name: String,
    /// Absent of one that only tests have.
    pub kind: Option<KindName>,
    pub source: ProviderSource,
    /// Whether new payments are offered to it; it goes on with those that it has.
    pub takes_new: bool,
    /// Whose payments it takes; empty: everybody's.
    pub stores: Vec<StoreId>,
    /// What an operator entered and may see again.
    pub settings: BTreeMap<String, String>,
    /// Which secrets she entered, and when.
    pub secrets: Vec<SecretSet>,
    pub methods: Vec<MethodTaken>,
    /// Why it cannot be used, if it cannot.
    pub trouble: Option<ProviderTrouble>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub notified_at: Option<Time>,
    /// Why a call of it failed the last time.
    pub failure: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub failed_at: Option<Time>,
    /// Why a notification in its name was refused the last time: `signature`, `unreadable` or `not_sent`. Anybody may send such; where none is accepted
    /// since, a secret is wrong.
    #[serde(default)]
    pub refusal: Option<String>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub refused_at: Option<Time>,
    /// Payments that wait there; a thousand at most are counted.
    pub open: u64,
    /// Whether it ever had payments: then it is switched off, and never removed.
    pub used: bool,
    /// Zero of one that settings decide on.
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretSet {
    pub field: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

feira_kernel::text_enum! {
    /// Whom a payment by hand pays.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PayeeKind {
        /// The marketplace, which pays the stores.
        #[default]
        Marketplace = "marketplace",
        /// Each store its own part, on the account that its payouts go to; it owes the commission.
        Store = "store",
    }
}

/// A way to pay that a provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodTaken {
    pub method: MethodKind,
    /// Whom it pays, where no rule says otherwise.
    #[serde(default)]
    pub payee: PayeeKind,
    pub least: Money,
    pub most: Money,
}

/// Why a provider cannot be used. What is said of it in English is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProviderTrouble {
    /// Its secrets were kept under a key of the installation that is not there any more: they are to be
    /// entered again.
    KeysLost {},
    /// A file or the environment names another one so: that one counts.
    Overridden {},
    /// A setting that was entered is not acceptable, or not any more. The code is one of those of fields.
    Refused {
        field: String,
        code: String,
        why: String,
    },
    /// Another release knew its kind; this one does not.
    UnknownKind {},
    /// What was entered cannot be read, or nothing can be made of it.
    Unusable { why: String },
}

/// What a kind is told, by the names of its fields: lists as lines. A secret is never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entered(pub BTreeMap<String, Option<String>>);

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Entered {
    pub(crate) fn secret(&self, field: &str) -> Option<Secret> {
        let text = self.0.get(field)?.as_deref()?;
        (!text.is_empty()).then(|| Secret::new(text))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewProvider {
    /// Small letters, digits, `-` and `_`, at most 32; never to be changed, and never another's.
    pub name: String,
    pub kind: KindName,
    pub settings: Entered,
}

/// What is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProviderChange {
    pub expected_version: Option<Versions>,
    pub takes_new: Option<bool>,
    /// One place towards those that are asked first, or towards the last.
    pub moved: Option<ProviderMove>,
    /// Only what is named is changed; of a secret an empty text is none, and `None` takes a value away.
    pub settings: Option<Entered>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderMove {
    Up,
    Down,
}

feira_kernel::text_enum! {
    /// What a provider said to its keys.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum CheckOutcome {
        /// It answers, and takes them.
        Good = "good",
        /// It answers, and does not take them, or what they may do.
        Refused = "refused",
        /// It does not answer, or something between here and there does.
        Unreachable = "unreachable",
        /// It has nothing harmless to be asked.
        NotSupported = "not_supported",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderCheck {
    pub outcome: CheckOutcome,
    /// Its words, or ours about it; empty where all is good. No secret is in them.
    pub said: String,
}

/// By what is paid in a currency: everywhere, or at one store, whose rule goes before the others'. What no
/// rule names is offered as far as providers take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodRule {
    pub method: MethodKind,
    pub currency: Currency,
    pub store: Option<StoreId>,
    pub enabled: bool,
    /// Whom it pays, of what can pay either; as the provider is configured, if it is not said. Only where all stores
    /// of a payment are to be paid themselves are they; else the marketplace takes all of it.
    #[serde(default)]
    pub payee: Option<PayeeKind>,
    /// In that currency; providers may take less.
    pub least: Option<Money>,
    pub most: Option<Money>,
}

/// A rule that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodLimit {
    pub id: MethodLimitId,
    pub rule: MethodRule,
    pub version: i64,
}

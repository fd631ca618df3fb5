use std::collections::BTreeMap;

use feira_kernel::Time;
use feira_payment::{MethodLimit, ProviderCheck, ProviderOverview, ProviderTrouble, SecretSet};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView, Timestamp,
    words::{CheckOutcome, PayeeKind, PaymentMethod, ProviderKind, ProviderSource},
};

/// A provider, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderView {
    name: String,
    kind: Option<ProviderKind>,
    /// `settings`: a file or the environment decides, and it is not changed here.
    source: ProviderSource,
    takes_new: bool,
    /// Whose payments it takes; empty: everybody's.
    store_ids: Vec<Uuid>,
    /// What an operator entered and may see again.
    settings: BTreeMap<String, String>,
    /// Which secrets she entered, and when.
    secrets: Vec<SecretSetView>,
    methods: Vec<MethodTakenView>,
    /// Why it cannot be used, if it cannot.
    trouble: Option<TroubleKind>,
    /// Which setting is `refused`.
    refused_setting: Option<RefusedSettingView>,
    /// Where its notifications come.
    webhook_url: String,
    /// Whether `/` and the `webhook_secret` follow that address.
    secret_follows: bool,
    last_notification_at: Option<Timestamp>,
    /// Why a call of it failed the last time.
    last_failure: Option<FailureView>,
    /// Why a notification in its name was refused the last time: `signature`, `unreadable` or `not_sent`. Anybody may send such; where none is accepted
    /// since, a secret is wrong.
    last_refused_notification: Option<FailureView>,
    /// Payments that wait there; a thousand at most are counted.
    open_payments: u64,
    /// Whether it ever had payments: then it is not removed.
    used: bool,
}

/// `keys_lost`: its secrets were kept under a key of the installation that is gone: enter them again. `overridden`: a
/// file or the environment names another one so, and that one counts. `unknown_kind`: another release kept it.
/// `unusable`: the log says why.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TroubleKind {
    KeysLost,
    Overridden,
    Refused,
    UnknownKind,
    Unusable,
}

impl From<&ProviderTrouble> for TroubleKind {
    fn from(trouble: &ProviderTrouble) -> Self {
        match trouble {
            ProviderTrouble::KeysLost {} => Self::KeysLost,
            ProviderTrouble::Overridden {} => Self::Overridden,
            ProviderTrouble::Refused { .. } => Self::Refused,
            ProviderTrouble::UnknownKind {} => Self::UnknownKind,
            ProviderTrouble::Unusable { .. } => Self::Unusable,
        }
    }
}

/// What is wrong with it is said by the code of a refused field.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedSettingView {
    field: String,
    code: String,
}

fn refused(trouble: &ProviderTrouble) -> Option<RefusedSettingView> {
    match trouble {
        ProviderTrouble::Refused { field, code, .. } => Some(RefusedSettingView {
            field: field.clone(),
            code: code.clone(),
        }),
        _ => None,
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecretSetView {
    field: String,
    set_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodTakenView {
    method: PaymentMethod,
    /// Whom it pays, where no rule says otherwise.
    payee: PayeeKind,
    least: MoneyView,
    most: MoneyView,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailureView {
    text: String,
    at: Timestamp,
}

impl ProviderView {
    pub(crate) fn of(p: ProviderOverview, base_url: &str) -> Self {
        let secret_follows = p.secret_follows();
        let secret = |set: SecretSet| SecretSetView {
            field: set.field,
            set_at: set.at.into(),
        };
        let methods = p.methods.into_iter().map(|taken| MethodTakenView {
            method: taken.method.into(),
            payee: taken.payee.into(),
            least: taken.least.into(),
            most: taken.most.into(),
        });
        let failure = |(text, at): (String, Time)| FailureView {
            text,
            at: at.into(),
        };
        Self {
            webhook_url: format!("{base_url}/webhooks/{}", p.name),
            secret_follows,
            name: p.name,
            kind: p.kind.map(Into::into),
            source: p.source.into(),
            takes_new: p.takes_new,
            store_ids: p.stores.into_iter().map(|store| store.0).collect(),
            settings: p.settings,
            secrets: p.secrets.into_iter().map(secret).collect(),
            methods: methods.collect(),
            trouble: p.trouble.as_ref().map(Into::into),
            refused_setting: p.trouble.as_ref().and_then(refused),
            last_notification_at: p.notified_at.map(Into::into),
            last_failure: p.failure.zip(p.failed_at).map(failure),
            last_refused_notification: p.refusal.zip(p.refused_at).map(failure),
            open_payments: p.open,
            used: p.used,
        }
    }
}

/// What a provider said to its keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderCheckView {
    outcome: CheckOutcome,
    /// Its words, or ours about it.
    said: String,
}

impl From<ProviderCheck> for ProviderCheckView {
    fn from(check: ProviderCheck) -> Self {
        Self {
            outcome: check.outcome.into(),
            said: check.said,
        }
    }
}

/// A rule that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodLimitView {
    id: Uuid,
    method: PaymentMethod,
    currency: &'static str,
    store_id: Option<Uuid>,
    enabled: bool,
    /// `null`: as its provider is configured.
    payee: Option<PayeeKind>,
    least: Option<MoneyView>,
    most: Option<MoneyView>,
}

impl From<MethodLimit> for MethodLimitView {
    fn from(limit: MethodLimit) -> Self {
        let rule = limit.rule;
        Self {
            id: limit.id.0,
            method: rule.method.into(),
            currency: rule.currency.code(),
            store_id: rule.store.map(|store| store.0),
            enabled: rule.enabled,
            payee: rule.payee.map(Into::into),
            least: rule.least.map(Into::into),
            most: rule.most.map(Into::into),
        }
    }
}

//! A payment provider as this module sees it: every method of paying is behind this trait.
//! Answers are untrusted input; whatever is not clearly an answer is an unknown outcome.

mod capabilities;
pub(crate) mod http;
pub(crate) mod kinds;
mod registry;

use std::time::Duration;

use async_trait::async_trait;
use feira_kernel::{Money, Time};

use crate::{MethodKind, PaymentId, ProviderWebhook, RefundId};

pub(crate) use capabilities::{Capabilities, Limits};
pub(crate) use registry::Providers;

/// What is asked for; the id is the idempotency key.
#[derive(Debug, Clone)]
pub(crate) struct NewCharge {
    pub(crate) id: PaymentId,
    pub(crate) method: ChargeMethod,
    pub(crate) amount: Money,
    pub(crate) description: String,
    /// The payment, not the call: a repeat asks for the same.
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
}

#[derive(Debug, Clone)]
pub(crate) enum ChargeMethod {
    Pix,
    Card { token: String },
    BankTransfer,
}

impl ChargeMethod {
    pub(crate) fn kind(&self) -> MethodKind {
        match self {
            Self::Pix => MethodKind::Pix,
            Self::Card { .. } => MethodKind::Card,
            Self::BankTransfer => MethodKind::BankTransfer,
        }
    }
}

/// A charge as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) id: String,
    /// The key under which it was asked for; not one of ours if it cannot be read.
    pub(crate) payment: Option<PaymentId>,
    pub(crate) amount: Money,
    pub(crate) payee: String,
    pub(crate) fact: Fact,
    pub(crate) pix: Option<Pix>,
    /// Where the payer confirms it.
    pub(crate) action_url: Option<String>,
    /// With which the payer's own program confirms it at the provider.
    pub(crate) client_secret: Option<String>,
    /// What the payer has to do, in words.
    pub(crate) instructions: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pix {
    pub(crate) txid: String,
    pub(crate) br_code: String,
}

/// What is true of a charge at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Waiting,
    Authorized,
    Captured,
    /// A stable code; where charges can be voided, the payer may perhaps try again.
    Declined(String),
    Cancelled,
}

impl Fact {
    /// Only who has yet to pay needs a code: for all others a broken one is none.
    pub(crate) fn code(&self, read: Result<Option<Pix>, Failure>) -> Result<Option<Pix>, Failure> {
        match self {
            Self::Waiting => read,
            _ => Ok(read.ok().flatten()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundFact {
    Completed,
    Waiting,
    Failed,
}

#[derive(Debug, Clone)]
pub(crate) struct RefundAnswer {
    pub(crate) gateway_id: String,
    pub(crate) amount: Money,
    pub(crate) fact: RefundFact,
}

/// Why there is no fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// No answer, a late one or a broken one: it may or may not have happened.
    #[error("unknown outcome: {0}")]
    Unknown(String),
    /// The provider understood and refuses, for good.
    #[error("refused: {0}")]
    Refused(String),
    /// The provider does not accept our settings; nothing happened, and it is for somebody to mend.
    #[error("not accepted by the provider: {0}")]
    Misconfigured(String),
    #[error("the provider knows no such thing")]
    NotFound,
    /// What the provider's capabilities deny; nothing happened.
    #[error("the provider cannot do this")]
    NotSupported,
    /// As much as is asked back is not there any more: somebody gave it back there, without us.
    #[error("somebody else gave back what is asked back")]
    GivenBack,
}

/// Which charge is meant.
#[derive(Debug, Clone)]
pub(crate) enum Lookup {
    Charge(String),
    /// That of a payment, which was asked for until then.
    Key(PaymentId, Time),
}

/// What a notification tells of whose signature, or secret path, is right: only a hint to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) event_id: String,
    pub(crate) kind: String,
    pub(crate) charge_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HintError {
    Signature,
    Unreadable(String),
}

/// What every one can do has no capability: keys that charge and give back once, a charge that is
/// found by its key for ever (one that is not found can be ended here), notifications that are signed
/// or come by a path that nobody else knows.
#[async_trait]
pub(crate) trait Provider: Send + Sync {
    /// By which it is configured.
    fn name(&self) -> &str;
    fn capabilities(&self) -> &Capabilities;
    /// Who must be named as the payee of every charge.
    fn payee(&self) -> &str;
    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure>;
    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure>;
    /// Takes what is only authorized and answers the charge as it is then. Of a provider that does
    /// not leave this to us, what is authorized is captured by itself.
    async fn capture(&self, _charge_id: &str) -> Result<Charge, Failure> {
        Err(Failure::NotSupported)
    }
    /// Voids what is not captured and answers the charge as it is then.
    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure>;
    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure>;
    /// What became since of a refund that was completed, where its money may come back.
    async fn refund_now(
        &self,
        _charge_id: &str,
        _refund: RefundId,
    ) -> Result<RefundAnswer, Failure> {
        Err(Failure::NotSupported)
    }
    /// One notification may tell of several charges, or of none.
    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError>;
}

/// The provider's answer, or an unknown outcome at the deadline.
pub(crate) async fn by<T>(
    deadline: Duration,
    call: impl Future<Output = Result<T, Failure>> + Send,
) -> Result<T, Failure> {
    tokio::time::timeout(deadline, call)
        .await
        .unwrap_or_else(|_| Err(Failure::Unknown("no answer by the deadline".to_owned())))
}

//! A payment provider as this module sees it: every method of paying is behind this trait.
//! Answers are untrusted input; whatever is not clearly an answer is an unknown outcome.

mod capabilities;
mod checks;
pub(crate) mod config;
mod declined;
mod disputing;
mod failure;
pub(crate) mod fields;
pub(crate) mod heard;
pub(crate) mod http;
mod instalments;
mod kept;
pub(crate) mod kinds;
mod limits;
mod live;
pub(crate) mod paid_by;
pub(crate) mod path_tokens;
pub(crate) mod paying;
pub(crate) mod pem;
mod registry;
mod saving;
pub(crate) mod splitting;
#[cfg(test)]
mod table;
pub(crate) mod tokens;

use std::time::Duration;

use async_trait::async_trait;
use feira_kernel::{Money, Time, db::Secret};

use crate::{
    InstalmentPlan, MethodKind, PaidBy, PaymentFailure, PaymentId, ProviderWebhook, RefundId,
    sentences::NO_ANSWER,
};

pub(crate) use capabilities::{Capabilities, Limits};
pub(crate) use checks::{without_files, without_neighbours};
pub(crate) use declined::Declined;
pub(crate) use disputing::{DisputeFact, DisputesBegin, Over, SentEvidence, SentFile, ToldDispute};
pub(crate) use failure::Failure;
pub(crate) use instalments::{CanDivide, Divided, Fee, Plans, TellsFees};
pub(crate) use kept::{Kept, KeptSecrets, sealed};
pub(crate) use live::Providers;
pub(crate) use registry::{Configured, Taker, Wanted, is_name, not_in};
pub(crate) use saving::{KeptCard, NewSetup, Setup, SetupFact};

/// What is asked for; the id is the idempotency key.
#[derive(Debug, Clone)]
pub(crate) struct NewCharge {
    pub(crate) id: PaymentId,
    pub(crate) method: ChargeMethod,
    /// Whether the stores are paid themselves: its legs say how.
    pub(crate) to_stores: bool,
    pub(crate) amount: Money,
    /// Only of a card that is not paid at once.
    pub(crate) divided: Option<Divided>,
    pub(crate) description: String,
    /// The payment, not the call: a repeat asks for the same.
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
}

#[derive(Debug, Clone)]
pub(crate) enum ChargeMethod {
    Pix,
    Card {
        token: String,
    },
    /// One that the provider keeps: its names of the holder and of the card.
    SavedCard {
        customer: Secret,
        token: Secret,
    },
    BankTransfer,
    Paypal,
    Whatsapp,
    CashOnDelivery,
}

impl ChargeMethod {
    pub(crate) fn kind(&self) -> MethodKind {
        match self {
            Self::Pix => MethodKind::Pix,
            Self::Card { .. } | Self::SavedCard { .. } => MethodKind::Card,
            Self::BankTransfer => MethodKind::BankTransfer,
            Self::Paypal => MethodKind::Paypal,
            Self::Whatsapp => MethodKind::Whatsapp,
            Self::CashOnDelivery => MethodKind::CashOnDelivery,
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
    /// What the payer pays in all where it is paid in instalments, if it says so: not less than the amount.
    pub(crate) paid: Option<Money>,
    pub(crate) payee: String,
    pub(crate) fact: Fact,
    pub(crate) pix: Option<Pix>,
    /// Where the payer confirms it.
    pub(crate) action_url: Option<String>,
    /// With which the payer's own program confirms it at the provider.
    pub(crate) client_secret: Option<String>,
    /// What the payer has to do, in words.
    pub(crate) instructions: Option<String>,
    /// By what it was paid, if it was, and if that is told.
    pub(crate) paid_by: PaidBy,
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
    /// The provider has the money, or a part of it still.
    Captured,
    /// Where charges can be voided, the payer may perhaps try again.
    Declined(Declined),
    /// It will not be paid; or it was, and all of it went back, by whomever: it pays for nothing any more.
    Cancelled,
}

impl Fact {
    pub(crate) fn declined(failure: PaymentFailure) -> Self {
        Self::Declined(failure.into())
    }

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
    /// Where it says so.
    pub(crate) fee: Option<RefundFee>,
}

/// A refund that was asked for, as it is looked up.
#[derive(Debug, Clone)]
pub(crate) struct AskedRefund {
    pub(crate) charge: String,
    pub(crate) id: RefundId,
    pub(crate) amount: Money,
    /// Under which the provider told of it, if it did.
    pub(crate) told: Option<String>,
}

/// What a refund did to what the provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundFee {
    /// It took this for it, or keeps it of its fee for the charge; below zero, it gave so much of that back.
    Of(Money),
    /// It gave back so much of its fee for the charge by all refunds of it so far.
    BackInAll(Money),
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

/// What every one can do has no capability: keys that charge and give back once, a charge that takes no
/// money unseen (one that is not found can be ended here), notifications that are signed or come by a
/// path that nobody else knows.
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
    /// What became of a refund since, without asking for it: by its id, or by what the provider told of it.
    async fn refund_now(&self, _asked: &AskedRefund) -> Result<RefundAnswer, Failure> {
        Err(Failure::NotSupported)
    }
    /// Begins to keep a card of a person, who confirms it there by herself. A repeat is answered the same.
    async fn setup(&self, _new: &NewSetup) -> Result<Setup, Failure> {
        Err(Failure::NotSupported)
    }
    /// What became of it.
    async fn setup_now(&self, _id: &Secret) -> Result<Setup, Failure> {
        Err(Failure::NotSupported)
    }
    /// Keeps a card no longer; one that it does not keep is `Ok`, or `NotFound`.
    async fn forget(&self, _token: &Secret) -> Result<(), Failure> {
        Err(Failure::NotSupported)
    }
    /// Paying stores there: what it can by its capability `pays_stores`.
    fn paying(&self) -> Option<&dyn paying::PaysStores> {
        None
    }
    /// Splitting charges to stores' accounts there: new ones only by its capability `splits`.
    fn splitting(&self) -> Option<&dyn splitting::SplitsToStores> {
        None
    }
    /// Whether it answers, and takes the present keys: asked for something that changes nothing of any payment.
    async fn check(&self) -> Result<(), Failure> {
        Err(Failure::NotSupported)
    }
    /// In which instalments a card could pay the amount, where its holder bears the interest; asked only
    /// where its plans say something.
    async fn plans(&self, _amount: Money) -> Result<Vec<InstalmentPlan>, Failure> {
        Err(Failure::NotSupported)
    }
    /// Of which charges [`Self::fee`] answers.
    fn tells_fees(&self) -> TellsFees {
        TellsFees::Never
    }
    /// What it took for a captured charge; nothing while it does not say so.
    async fn fee(&self, _charge_id: &str) -> Result<Option<Fee>, Failure> {
        Ok(None)
    }
    /// All disputes of a charge, closed ones too; few have more than one. Some providers list none, and answer
    /// only for those that are named: by what they told, or as the books know them.
    async fn disputes(
        &self,
        _charge_id: &str,
        _named: &[String],
    ) -> Result<Vec<ToldDispute>, Failure> {
        Err(Failure::NotSupported)
    }
    /// Sends evidence, which can be done once; by its capability `evidence`.
    async fn send_evidence(
        &self,
        _dispute_id: &str,
        _evidence: &[SentEvidence],
    ) -> Result<(), Failure> {
        Err(Failure::NotSupported)
    }
    /// Whether disputes of the charge are looked at after a notification of this kind.
    fn tells_of_disputes(&self, kind: &str) -> bool {
        kind.contains("dispute")
    }
    /// Whether they are after any, because what is told of a charge is told of its disputes, too.
    fn may_tell_of_disputes(&self) -> bool {
        false
    }
    /// Whether one of this kind may tell that the money of a refund came back.
    fn tells_of_refunds(&self, kind: &str) -> bool {
        kind.to_ascii_lowercase().contains("refund")
    }
    /// Whether a notification of this kind names a store's account instead of a charge.
    fn tells_of_accounts(&self, _kind: &str) -> bool {
        false
    }
    /// Whether one of this kind names a transfer of which something was taken back.
    fn tells_of_transfers(&self, _kind: &str) -> bool {
        false
    }
    /// One notification may tell of several charges, or of none.
    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError>;
    /// Where the signature cannot be checked here: the headers with which it is asked whether it sent this.
    fn vouching_headers(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether it says itself that it sent this: asked only of what has hints, once that is stored.
    async fn vouches(&self, _told: &ProviderWebhook) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// The provider's answer, or an unknown outcome at the deadline.
pub(crate) async fn by<T>(
    deadline: Duration,
    call: impl Future<Output = Result<T, Failure>> + Send,
) -> Result<T, Failure> {
    tokio::time::timeout(deadline, call)
        .await
        .unwrap_or_else(|_| Err(NO_ANSWER.into()))
}

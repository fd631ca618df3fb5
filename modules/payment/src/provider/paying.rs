//! Paying stores at a provider: the accounts that they have there, and money that goes to one and comes back.
//! No charge is concerned: a transfer is of the marketplace's own balance.

use async_trait::async_trait;
use feira_kernel::{Money, StoreId, Time};
use uuid::Uuid;

use super::Failure;
use crate::PayoutId;

/// A store's account that is asked for; the id is the idempotency key.
#[derive(Debug, Clone)]
pub(crate) struct NewStoreAccount {
    pub(crate) id: Uuid,
    pub(crate) store: StoreId,
    /// As buyers know it.
    pub(crate) name: String,
    /// ISO 3166, two capitals.
    pub(crate) country: String,
    /// The account, not the call: a repeat asks for the same.
    pub(crate) created_at: Time,
}

/// An account as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldStoreAccount {
    pub(crate) id: String,
    /// Under which it was asked for; not one of ours if it cannot be read.
    pub(crate) key: Option<Uuid>,
    /// Whether it has given all that was asked when it was opened.
    pub(crate) submitted: bool,
    /// Whether money can be transferred to it.
    pub(crate) takes_transfers: bool,
    /// Whether the provider pays on what is there.
    pub(crate) pays_out: bool,
    /// What it has yet to give, in the provider's words.
    pub(crate) missing: Vec<String>,
    /// Why it is closed, in the provider's word.
    pub(crate) disabled_reason: Option<String>,
}

impl ToldStoreAccount {
    pub(crate) fn is_ready(&self) -> bool {
        self.takes_transfers && self.pays_out
    }
}

/// A payout that is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct NewTransfer {
    pub(crate) payout: PayoutId,
    /// How often it was refused: what was refused is asked for under another key, because some providers
    /// answer a key for a day what they answered first.
    pub(crate) refusals: i32,
    pub(crate) account: String,
    pub(crate) amount: Money,
}

impl NewTransfer {
    pub(crate) fn key(&self) -> String {
        match self.refusals {
            0 => self.payout.to_string(),
            refusals => format!("{}-{refusals}", self.payout),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TransferAnswer {
    Made(Transfer),
    /// The marketplace's balance there is less than that: nothing moved.
    Short,
}

/// A transfer as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) amount: Money,
}

/// What of a transfer is to come back; the id is the idempotency key.
#[derive(Debug, Clone)]
pub(crate) struct NewReversal {
    pub(crate) id: Uuid,
    pub(crate) transfer: String,
    pub(crate) amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reversal {
    pub(crate) id: String,
    pub(crate) amount: Money,
}

/// A reversal as the provider tells it, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldReversal {
    pub(crate) id: String,
    /// Under which it was asked for here; nothing if it was made there by hand.
    pub(crate) key: Option<Uuid>,
    pub(crate) amount: Money,
}

/// Of a provider whose capability `pays_stores` says so.
#[async_trait]
pub(crate) trait PaysStores: Send + Sync {
    /// The account of this key; opened if there is none.
    async fn open_account(&self, new: &NewStoreAccount) -> Result<ToldStoreAccount, Failure>;
    async fn account(&self, id: &str) -> Result<ToldStoreAccount, Failure>;
    /// Where its holder gives what is missing, once and soon; she comes back to `back`.
    async fn onboarding(&self, account: &str, back: &str) -> Result<String, Failure>;
    /// Sends a payout. What was sent of it is found, however long ago: there is one transfer of a payout.
    /// What is `Refused`, or `Short`, did not move, and will not by this key.
    async fn transfer(&self, new: &NewTransfer) -> Result<TransferAnswer, Failure>;
    /// Takes back a part of a transfer, once per key, never more than is left of it. What is `Refused` did
    /// not move, and will not by this key.
    async fn reverse(&self, new: &NewReversal) -> Result<Reversal, Failure>;
    /// What was taken back of a transfer, also by somebody there. Of a provider where nobody else can, it is not asked.
    async fn reversals(&self, _transfer: &str) -> Result<Vec<ToldReversal>, Failure> {
        Err(Failure::NotSupported)
    }
}

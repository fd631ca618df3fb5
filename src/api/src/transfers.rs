//! How a payout goes to the store's account at a provider.

use feira_payment::{PayoutReversal, PayoutTransfer};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{MoneyView, Timestamp, words};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferView {
    provider: String,
    state: words::TransferState,
    trouble: Option<words::TransferTrouble>,
    /// Whether it was asked of a provider that is not configured any more: it is marked as paid under a reference, or
    /// cancelled with the word that it was not made.
    orphaned: bool,
    /// The provider's code of it.
    told: Option<String>,
    /// When it is tried again.
    next_attempt_at: Option<Timestamp>,
    /// What came back of it, because the store owed it.
    reversed: MoneyView,
    /// Newest first, at most 100.
    reversals: Vec<ReversalView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ReversalView {
    id: Uuid,
    amount: MoneyView,
    state: words::ReversalState,
    /// The provider's name of it.
    reference: Option<String>,
    /// Its code of a refusal: the store owes it still.
    refused_why: Option<String>,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<PayoutTransfer> for TransferView {
    fn from(transfer: PayoutTransfer) -> Self {
        Self {
            provider: transfer.provider,
            state: transfer.state.into(),
            trouble: transfer.trouble.map(Into::into),
            orphaned: transfer.orphaned,
            told: transfer.told,
            next_attempt_at: transfer.next_attempt_at.map(Timestamp::from),
            reversed: transfer.reversed.into(),
            reversals: transfer.reversals.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<PayoutReversal> for ReversalView {
    fn from(reversal: PayoutReversal) -> Self {
        Self {
            id: reversal.id,
            amount: reversal.amount.into(),
            state: reversal.state.into(),
            reference: reversal.reference,
            refused_why: reversal.refused_why,
            created_at: reversal.created_at.into(),
            ended_at: reversal.ended_at.map(Timestamp::from),
        }
    }
}

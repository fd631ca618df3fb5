use feira_kernel::Money;
use serde::{Deserialize, Serialize};

use super::{AskedSplit, LegNote, PaidBy, Payment, Refund};

/// A payment as an operator sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDetails {
    pub payment: Payment,
    /// Whether a person says that it was paid, and that its refunds were sent.
    pub by_hand: bool,
    /// Whether a person says that a completed refund of it came back: its provider does not tell.
    #[serde(default)]
    pub returns_by_hand: bool,
    /// Whether a person says what its payer's bank took back: its provider does not tell of disputes.
    #[serde(default)]
    pub disputed_by_hand: bool,
    /// Oldest first, at most 100.
    pub refunds: Vec<Refund>,
    /// Of one that was captured: what neither went back, nor is on its way back, nor is kept back in a dispute.
    #[serde(default)]
    pub left: Option<Money>,
    /// Parts that were to be split to their stores' accounts at the provider, which does not say whether it did, by
    /// their order; at most 100.
    #[serde(default)]
    pub asked_splits: Vec<AskedSplit>,
    /// By what it was paid, as far as its provider told.
    #[serde(default)]
    pub paid_by: PaidBy,
    /// What operators noted down, for themselves alone.
    #[serde(default)]
    pub notes: Option<String>,
    /// Of the notes: one more with each change.
    #[serde(default)]
    pub notes_version: i64,
    /// What was written beside what became of its legs.
    #[serde(default)]
    pub leg_notes: Vec<LegNote>,
}

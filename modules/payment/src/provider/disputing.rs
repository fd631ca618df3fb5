//! Disputes as a provider tells them, and the evidence that it is sent.

use feira_kernel::{Money, Time};

use crate::{DisputeKind, EvidenceKind};

/// Who says that money is asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputesBegin {
    /// A person: the provider tells of none.
    ByHand,
    /// The provider, as soon as it is asked back.
    Told,
    /// A person, whom the bank tells that it is asked back; the provider tells of it when the money goes.
    ByHandThenTold,
}

impl DisputesBegin {
    /// Whether the provider tells anything of disputes.
    pub(crate) fn are_told(self) -> bool {
        self != Self::ByHand
    }

    /// Whether a person may say that there is one.
    pub(crate) fn by_hand(self) -> bool {
        self != Self::Told
    }
}

/// A dispute as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldDispute {
    pub(crate) id: String,
    /// Of which charge.
    pub(crate) charge: String,
    /// Other charges that it is over, too, each with a part of its own.
    pub(crate) beside: Vec<String>,
    pub(crate) kind: DisputeKind,
    pub(crate) over: Over,
    pub(crate) fact: DisputeFact,
    /// In the provider's word.
    pub(crate) reason: String,
    pub(crate) evidence_due_at: Option<Time>,
    /// What it took for it so far, less what it gave back, if it says so.
    pub(crate) fee: Option<Money>,
    /// When it changed last, by the provider's clock, if it says so: what is as of before is older.
    pub(crate) as_of: Option<Time>,
}

/// How much of the charge is disputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// The provider names it, and takes so much, whatever went back before.
    Amount(Money),
    /// It names none: whatever has not gone back otherwise.
    Rest,
}

/// What is true of a dispute at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputeFact {
    /// A bank only asks, or has withdrawn what it meant to dispute: no money moved.
    Inquiry,
    Open,
    /// Evidence was sent, by whomever.
    Answered,
    Won,
    Lost,
}

/// A piece of evidence as it is sent.
#[derive(Clone)]
pub(crate) struct SentEvidence {
    pub(crate) kind: EvidenceKind,
    pub(crate) text: Option<String>,
    pub(crate) file: Option<SentFile>,
}

#[derive(Clone)]
pub(crate) struct SentFile {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

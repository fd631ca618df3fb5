use feira_kernel::{Currency, Money, Time, Total};
use feira_store::PayoutDestination;
use serde::{Deserialize, Serialize};
use time::Duration;
use uuid::Uuid;

use super::{LedgerKind, Payout, PayoutStatus, PayoutTransfer};

/// Which payouts a list has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PayoutFilter {
    pub status: Option<PayoutStatus>,
}

/// A payout with what it claims, or claimed until it came back; at most 500 of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutDetails {
    pub payout: Payout,
    /// Oldest first.
    pub items: Vec<PayoutItem>,
    /// Of one that a provider transfers.
    #[serde(default)]
    pub transfer: Option<PayoutTransfer>,
}

impl PayoutDetails {
    /// How many of its items are not told.
    pub fn more(&self) -> usize {
        let all = usize::try_from(self.payout.items).unwrap_or(usize::MAX);
        all.saturating_sub(self.items.len())
    }
}

/// Something that is paid by a payout, or taken off it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutItem {
    /// What made it payable, or took from it.
    pub kind: LedgerKind,
    /// The store's part of what was paid, if there is one.
    pub part: Option<Uuid>,
    pub amount: Total,
}

/// Whom a payout goes to, as the bank must know it. Copied when the payout is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayTo {
    pub holder: String,
    pub tax_id: Option<String>,
    pub destination: PayoutDestination,
}

/// Payouts that wait to be paid, for the bank: CSV in UTF-8, with a line of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutFile {
    /// How many are in it; what is beyond 10,000 waits for the next.
    pub payouts: u32,
    pub csv: String,
}

/// What a store will be paid in a currency, as far as it is known now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextPayout {
    pub currency: Currency,
    /// When payouts are made next.
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
    /// What will be payable then.
    pub amount: Total,
    /// Why it will not be paid then.
    pub why_not: Option<WhyNotPaid>,
    /// For how many days what is payable is kept first.
    #[serde(default)]
    pub hold_days: u32,
    /// Whether that is as long as it is because the store is new.
    #[serde(default)]
    pub held_as_new: bool,
}

impl NextPayout {
    /// Why what is payable since then is not paid then: each earning is kept for its own days.
    pub fn why_not_since(&self, released_at: Time) -> Option<WhyNotPaid> {
        let until = released_at + Duration::days(self.hold_days.into());
        let held = (self.at < until).then_some(WhyNotPaid::Held { until });
        match &self.why_not {
            // These do not end by waiting, or say less than the time of this one.
            None | Some(WhyNotPaid::Held { .. } | WhyNotPaid::BelowMinimum { .. }) => {
                held.or_else(|| self.why_not.clone())
            }
            why_not => why_not.clone(),
        }
    }
}

/// Why a store is not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WhyNotPaid {
    StoreSuspended {},
    /// It has not said where it is to be paid.
    NoAccount {},
    /// Its account at a provider does not take payouts now: its holder has to give something there.
    AccountNotReady {},
    /// More was given back than is payable: it is taken off what will be earned.
    NegativeBalance {},
    NothingPayable {},
    /// Where it is paid was changed, and nothing goes there before.
    AccountChanged {
        #[serde(with = "time::serde::rfc3339")]
        until: Time,
    },
    /// What is payable is kept for some days.
    Held {
        #[serde(with = "time::serde::rfc3339")]
        until: Time,
    },
    BelowMinimum {
        minimum: Money,
    },
}

//! The books from near: entries, transactions, what stores owe, and what is kept in reserve.

use feira_kernel::{Currency, Money, StoreId, Time, Total};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, LedgerKind, PartReference, PaymentId, PayoutId, Reference, ReserveId};

/// Which entries of the books are meant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EntryFilter {
    pub account: Account,
    pub currency: Currency,
    pub kind: Option<LedgerKind>,
    pub store: Option<StoreId>,
    /// From this moment on.
    #[serde(with = "time::serde::rfc3339::option")]
    pub from: Option<Time>,
    /// Before this one.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<Time>,
}

impl EntryFilter {
    /// All of an account.
    pub fn of(account: Account, currency: Currency) -> Self {
        Self {
            account,
            currency,
            kind: None,
            store: None,
            from: None,
            until: None,
        }
    }
}

/// An entry as it stands in the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookEntry {
    pub id: Uuid,
    pub transaction: Uuid,
    pub account: Account,
    pub kind: LedgerKind,
    pub store: Option<StoreId>,
    pub store_name: Option<String>,
    /// Signed: held or owed to us is positive, owed by us is negative.
    pub amount: Total,
    pub payment: Option<PaymentId>,
    /// What the payment is for.
    pub reference: Option<Reference>,
    pub part: Option<PartReference>,
    pub payout: Option<PayoutId>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

/// What happened once to money: its entries sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookTransaction {
    pub id: Uuid,
    pub kind: LedgerKind,
    /// The payment, split, refund, payout, reserve or settled debt that it tells of.
    pub source: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
    /// In a fixed order, at most 500.
    pub entries: Vec<BookEntry>,
}

/// What an account's entries of one month add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthTotal {
    /// Such as `2026-03`.
    pub month: String,
    pub total: Total,
    pub entries: u64,
}

/// What a store owes to the marketplace in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    pub store: StoreId,
    pub store_name: String,
    pub owed: Total,
    /// Of the oldest entry that it comes from.
    #[serde(with = "time::serde::rfc3339")]
    pub since: Time,
}

/// A debt, or a part of one, that is owed no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtSettlement {
    pub id: Uuid,
    pub store: StoreId,
    /// `WriteOff` or `SettledByStore`.
    pub kind: LedgerKind,
    pub amount: Money,
    /// Why it was given up, or under which reference it was paid.
    pub note: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewReserve {
    pub store: StoreId,
    pub amount: Money,
    /// What the store reads.
    pub reason: String,
    /// When it becomes payable by itself; within five years.
    #[serde(with = "time::serde::rfc3339")]
    pub release_at: Time,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ReserveStatus {
        Held = "held",
        /// Payable again.
        Released = "released",
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ReserveFilter {
    /// For operators: of this store only.
    pub store: Option<StoreId>,
    pub status: Option<ReserveStatus>,
}

/// A part of what a store is owed, kept back against what may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    pub id: ReserveId,
    pub store: StoreId,
    pub amount: Money,
    pub reason: String,
    pub status: ReserveStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub release_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub released_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

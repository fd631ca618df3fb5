use feira_kernel::{Currency, Page, StoreId, Time, Total};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, LedgerKind, PayoutId};

/// Rows that one call of a report gives at most.
pub const REPORT_PAGE: u32 = 500;
/// The longest period of an export, in days.
pub const LONGEST_PERIOD: i64 = 366;

/// Which month of a store's books, in which currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRequest {
    /// Such as `2026-03`; the current one where none is given.
    pub month: Option<String>,
    /// The store's where none is given.
    pub currency: Option<Currency>,
}

/// What a store was owed at the beginning and at the end of a month, by its clocks: whatever it has earned
/// and was not paid. Its lines are the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub store: StoreId,
    pub store_name: String,
    pub business_name: String,
    pub tax_id: String,
    /// Such as `2026-03`.
    pub month: String,
    pub currency: Currency,
    pub time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: Time,
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: Time,
    pub opening: Total,
    pub closing: Total,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    pub id: Uuid,
    pub kind: LedgerKind,
    pub account: Account,
    /// As the store sees it.
    pub amount: Total,
    /// The store's part of what was paid, if there is one.
    pub part: Option<Uuid>,
    pub payout: Option<PayoutId>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
    /// By the store's clocks, such as `2026-03-17 09:30:00`.
    pub local: String,
}

/// From one day to another, both of them counted, by the store's clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Such as `2026-03-01`; the first of the last day's month where none is given.
    pub from: Option<String>,
    /// Today where none is given. At most [`LONGEST_PERIOD`] days after the first.
    pub to: Option<String>,
}

/// What one transaction of the ledger did to a store by one of its parts: a sale or its refund, with the
/// commission that it brought or took back; a fee; a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    pub transaction: Uuid,
    pub kind: LedgerKind,
    /// What it added to what the store is owed.
    pub owed: Total,
    /// What it added to the marketplace's commission; the sale, or what went back, is the sum of the two.
    pub commission: Total,
    /// What its buyer paid the store itself by it; below zero, what the store gave back. It is in neither of the two.
    #[serde(default)]
    pub to_store: Option<Total>,
    pub part: Option<Uuid>,
    pub payout: Option<PayoutId>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
    /// By the store's clocks.
    pub local: String,
}

/// Operations, and the days that they are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    pub from: String,
    pub to: String,
    pub page: Page<Operation>,
}

/// What a store sold in a quarter of a year, by the time of each sale: what came back later is taken off
/// there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterSum {
    pub store: StoreId,
    pub year: i32,
    pub quarter: u8,
    pub currency: Currency,
    /// What was paid to the store for its sales, or is owed to it.
    pub consideration: Total,
    /// What the marketplace kept, and the fees that the store bears.
    pub fees: Total,
    pub taxes: Total,
    /// Sales of which something is left.
    pub activities: u64,
    /// Of a year with fewer than 30 sales for not more than 2,000 EUR. Of other currencies it is not told: the
    /// limit is an amount in euros, and nothing is converted here.
    pub excluded: Option<bool>,
}

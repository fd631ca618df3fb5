use feira_kernel::{Currency, Money, Time, id};
use serde::{Deserialize, Serialize};
use time::Date;

use super::{PartReference, PaymentId};

id! {
    BankStatementId,
    BankStatementLineId,
}

/// A file of the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankStatementRequest {
    /// Report what would happen, change nothing.
    pub dry_run: bool,
    /// What its amounts are in, unless it says so itself.
    pub currency: Currency,
    #[serde(default)]
    pub columns: BankStatementColumns,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub file: Vec<u8>,
}

/// Where a CSV has what: a column's name or its number, from 1. Those that are left out are found by the
/// names that banks give them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementColumns {
    pub date: Option<String>,
    pub amount: Option<String>,
    pub description: Option<String>,
    pub id: Option<String>,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum BankStatementFormat {
        Ofx = "ofx",
        Csv = "csv",
    }
}

feira_kernel::text_enum! {
    /// What became of a line.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum BankStatementLineState {
        /// It waits for somebody, who reads the reason.
        Open = "open",
        /// The payment that it names is being marked as paid.
        Matching = "matching",
        /// It is the money of its payment.
        Matched = "matched",
        /// Somebody said that it is none of a payment's.
        Ignored = "ignored",
        /// Money that went out: only shown.
        Out = "out",
    }
}

feira_kernel::text_enum! {
    /// Why a line was not matched.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum BankStatementReason {
        /// It names no payment, and none waits for this amount.
        Unknown = "unknown",
        /// It names no payment; one waits for this amount.
        AmountOnly = "amount_only",
        SeveralOfAmount = "several_of_amount",
        /// It names a payment of another amount.
        OtherAmount = "other_amount",
        SeveralNamed = "several_named",
        /// Its payment ended before: the money is to be sent back.
        PaidTooLate = "paid_too_late",
        /// Another line is the money of its payment.
        AlreadyPaid = "already_paid",
        MoneyOut = "money_out",
        /// As much as a refund that waits to be sent.
        RefundToSend = "refund_to_send",
        /// As much as a payout that waits to be paid.
        PayoutToSend = "payout_to_send",
        /// Of a store's statement, of which nothing is kept: what it pays has only just begun. The same file again settles
        /// it.
        NotYet = "not_yet",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementLine {
    /// Of a dry run it leads nowhere.
    pub id: BankStatementLineId,
    pub statement: BankStatementId,
    /// Of the file, from 1.
    pub number: u32,
    pub on: Date,
    /// What came in is positive.
    pub amount: Money,
    /// What the bank says of it.
    pub text: String,
    pub state: BankStatementLineState,
    pub reason: Option<BankStatementReason>,
    /// The payment that it paid, or that it may be about.
    pub payment: Option<PaymentId>,
    /// Of a matched one: somebody had marked its payment as paid before.
    #[serde(default)]
    pub was_paid: bool,
}

/// How many lines have one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementCount {
    pub reason: BankStatementReason,
    pub count: u32,
}

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementReport {
    pub id: BankStatementId,
    pub dry_run: bool,
    pub format: BankStatementFormat,
    /// Of the file.
    pub lines: u32,
    /// Of them, those that an earlier file had; all, of one that is imported again.
    pub known: u32,
    pub matched: u32,
    /// Of those that matched, whose payment somebody had marked as paid before.
    #[serde(default)]
    pub were_paid: u32,
    pub ignored: u32,
    /// The others, by reason.
    pub open: Vec<BankStatementCount>,
    /// The first hundred of its lines, those first that wait for somebody.
    pub first: Vec<BankStatementLine>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

impl BankStatementReport {
    /// How many payments its lines marked as paid, which were not before.
    pub fn marked(&self) -> u32 {
        self.matched.saturating_sub(self.were_paid)
    }
}

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementSummary {
    pub id: BankStatementId,
    pub format: BankStatementFormat,
    pub lines: u32,
    pub known: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

/// Which lines are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatementLineFilter {
    pub statement: Option<BankStatementId>,
    pub state: Option<BankStatementLineState>,
}

/// A line of a store's own statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreStatementLine {
    /// Of the file, from 1.
    pub number: u32,
    pub on: Date,
    /// What came in is positive.
    pub amount: Money,
    /// What the bank says of it.
    pub text: String,
    /// Why it was not matched.
    pub reason: Option<BankStatementReason>,
    /// The part of the store that it paid, or that it may be about.
    pub part: Option<PartReference>,
    /// Of a matched one: its part was known to be paid before.
    pub was_paid: bool,
}

/// What a store's own file came to. Nothing of it is kept but which parts are paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreStatementReport {
    pub dry_run: bool,
    pub format: BankStatementFormat,
    /// Of the file.
    pub lines: u32,
    /// Parts that it settled, or would.
    pub matched: u32,
    /// Lines of parts that were known to be paid before.
    pub were_paid: u32,
    /// The others, by reason.
    pub open: Vec<BankStatementCount>,
    /// The first 500 lines of money that came in and belongs to no part that waits for it.
    pub unmatched: Vec<StoreStatementLine>,
}

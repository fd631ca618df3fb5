//! What a provider says of its balance, held against the books.

use feira_kernel::{Currency, Time, Total};
use serde::{Deserialize, Serialize};

use super::{PaymentId, PayoutId, Reference};

feira_kernel::text_enum! {
    /// Whose file it is, by the names of its columns.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ReportFormat {
        /// The balance change, or payout reconciliation, report of Stripe.
        Stripe = "stripe",
        /// The settlement, or released money, report of Mercado Pago.
        MercadoPago = "mercado_pago",
        /// The activity download of PayPal.
        Paypal = "paypal",
        /// Columns date, id, amount, currency, and perhaps kind and fee.
        Plain = "plain",
        /// OFX or CSV of the marketplace's bank, to which a provider's money comes without one between them: PIX.
        BankStatement = "bank_statement",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReconcileRequest {
    /// By which it is configured, or was: its payments know it by that.
    pub provider: String,
    /// Without one it is found out.
    pub format: Option<ReportFormat>,
    /// CSV with a header, or OFX, of 50,000 lines and 20 MiB at most.
    #[serde(with = "feira_kernel::base64_bytes")]
    pub file: Vec<u8>,
    /// Of a bank's statement alone.
    #[serde(default)]
    pub account: Option<StatementAccount>,
}

/// Of which account a bank's statement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementAccount {
    /// What its amounts are in, unless it says so itself.
    pub currency: Currency,
    /// IANA name, by whose clocks its days are.
    pub time_zone: String,
    /// Whether stores are paid from it and pay to it what they owe: then it must have every payout, too.
    pub payouts: bool,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DifferenceKind {
        NotInBooks = "not_in_books",
        /// Within the period of the report.
        NotInReport = "not_in_report",
        OtherAmount = "other_amount",
        OtherCurrency = "other_currency",
        /// The amounts agree, and what the provider took does not.
        Fee = "fee",
        /// A line without an amount, a currency or an id that can be read.
        Unreadable = "unreadable",
    }
}

/// A line of the report and an entry of the books that do not agree, or one of them alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub kind: DifferenceKind,
    /// Of the file, from 1: the header.
    pub line: Option<u64>,
    /// As the provider calls it, or else the payment's.
    pub id: String,
    /// Signed: what came to the provider is positive.
    pub reported: Option<Total>,
    pub booked: Option<Total>,
    pub reported_fee: Option<Total>,
    pub booked_fee: Option<Total>,
    pub payment: Option<PaymentId>,
    pub reference: Option<Reference>,
    #[serde(default)]
    pub payout: Option<PayoutId>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub at: Option<Time>,
}

/// What one currency sums to. `reported - booked` is what the differences say, to the cent, and so is
/// `reported_fees - booked_fees`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciledSum {
    pub currency: Currency,
    /// Charges, refunds and whatever else changed the balance, but for transfers to the bank.
    pub reported: Total,
    pub booked: Total,
    pub reported_fees: Total,
    pub booked_fees: Total,
    /// What left the provider for the marketplace's bank: no part of the books.
    pub transferred: Total,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceCount {
    pub kind: DifferenceKind,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    pub provider: String,
    pub format: ReportFormat,
    /// Below the header.
    pub lines: u64,
    /// Lines that agree with the books.
    pub matched: u64,
    /// Of those, lines of a bank that name nothing: one entry of the books has their amount, and about their day.
    #[serde(default)]
    pub by_amount: u64,
    /// The times of the first and the last line, if they say any.
    #[serde(with = "time::serde::rfc3339::option")]
    pub from: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<Time>,
    pub sums: Vec<ReconciledSum>,
    /// Of all differences.
    pub counts: Vec<DifferenceCount>,
    /// By line, those of the books alone last; at most 500.
    pub differences: Vec<Difference>,
}

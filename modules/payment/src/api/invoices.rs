//! What a store owes, billed to it.

use feira_kernel::{Money, StoreId, Time, id};
use serde::{Deserialize, Serialize};

id! {
    InvoiceId,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum InvoiceStatus {
        Open = "open",
        /// The store paid it, outside.
        Paid = "paid",
        /// It is given up.
        WrittenOff = "written_off",
        /// It was a mistake, or its debt ended otherwise: what is owed stays as it is in the books.
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInvoice {
    pub store: StoreId,
    /// At most what the store owes and no open invoice asks for.
    pub amount: Money,
    /// The last day on which it is paid in time, such as `2026-03-17`: within a year.
    pub due_on: String,
    /// What the store reads: what it is for, and how to pay.
    pub note: String,
}

/// How an invoice ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum InvoiceEnding {
    Paid {
        /// Under which the money came.
        reference: String,
    },
    WrittenOff {
        reason: String,
    },
    Withdrawn {
        reason: String,
    },
}

/// An invoice to a store. No fiscal document: it asks for what the books say that is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtInvoice {
    pub id: InvoiceId,
    /// Rises; some may be left out.
    pub number: i64,
    pub store: StoreId,
    pub store_name: String,
    /// Whom it is made out to.
    pub business_name: String,
    pub tax_id: String,
    pub amount: Money,
    pub note: String,
    /// Such as `2026-03-17`.
    pub due_on: String,
    pub status: InvoiceStatus,
    /// Under which reference it was paid, or why it ended.
    pub ended_note: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

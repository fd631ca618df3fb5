use feira_kernel::{StoreId, Time};
use serde::{Deserialize, Serialize};

use super::{
    DisputeId, DisputeKind, InvoiceId, PartReference, PaymentFailure, PaymentId, PayoutId,
    Reference, RefundId,
};

macro_rules! payment_event {
    ($(#[$meta:meta])* $name:ident = $wire:literal { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub payment: PaymentId,
            pub version: i64,
            pub reference: Reference,
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        feira_kernel::event!($name, payment, $wire);
    };
}

payment_event! {
    /// The whole amount was captured.
    PaymentCaptured = "payment.captured.v1" {}
}
payment_event! {
    /// A store says that it was paid itself, or that it never will be.
    PaymentLegSettled = "payment.leg_settled.v1" {
        part: PartReference,
        paid: bool,
    }
}
payment_event! {
    /// The attempt failed for good: declined, refused, or ended before it was paid.
    PaymentFailed = "payment.failed.v1" {
        failure: PaymentFailure,
    }
}
payment_event! {
    /// Money went back to the payer.
    PaymentRefunded = "payment.refunded.v1" {
        refund: RefundId,
        /// Whether nothing of it is left.
        full: bool,
    }
}
payment_event! {
    /// Somebody asks money back without us; it is kept back.
    PaymentDisputed = "payment.dispute_opened.v1" {
        dispute: DisputeId,
        kind: DisputeKind,
        /// Whose money is kept back.
        stores: Vec<StoreId>,
        /// Until when evidence may be sent, if that is known.
        #[serde(with = "time::serde::rfc3339::option")]
        evidence_due_at: Option<Time>,
    }
}
payment_event! {
    /// A dispute is over: the money is there again, or it is the payer's. One that was lost may be won after that, on
    /// appeal.
    PaymentDisputeClosed = "payment.dispute_closed.v1" {
        dispute: DisputeId,
        won: bool,
        stores: Vec<StoreId>,
    }
}

payment_event! {
    /// A refund will not reach the payer: its provider refused it, or its money came back after it was completed.
    PaymentRefundFailed = "payment.refund_failed.v1" {
        refund: RefundId,
        /// Whether it was completed before: everything is again as if it had not been made.
        came_back: bool,
    }
}

/// A payout was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutPaid {
    pub payout: PayoutId,
    pub version: i64,
    pub store: StoreId,
}

feira_kernel::event!(PayoutPaid, payout, "payment.payout_paid.v1");

/// The bank sent a payout back after it was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutReturned {
    pub payout: PayoutId,
    pub version: i64,
    pub store: StoreId,
}

feira_kernel::event!(PayoutReturned, payout, "payment.payout_returned.v1");

/// A store was billed what it owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtInvoiced {
    pub invoice: InvoiceId,
    pub version: i64,
    pub store: StoreId,
}

feira_kernel::event!(DebtInvoiced, invoice, "payment.debt_invoiced.v1");

//! The tables of the schema `payments`.

pub(crate) mod ledger_entry;
pub(crate) mod payment;
pub(crate) mod payment_credit_card;
pub(crate) mod payment_pix;
pub(crate) mod payment_split;
pub(crate) mod payout;
pub(crate) mod payout_item;
pub(crate) mod provider_event;
pub(crate) mod refund;
pub(crate) mod refund_part;
pub(crate) mod transaction;

feira_kernel::text_columns!(
    crate::Account,
    crate::PaymentStatus,
    crate::PayoutStatus,
    crate::RefundStatus,
);

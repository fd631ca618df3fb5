//! How operators move money, for the audit log. What time or another module moves is in the books.

feira_kernel::acts!(
    PAYMENT_MARKED_PAID = "payment.marked_paid" on "payment",
    PAYOUT_MADE = "payment.payout_made" on "payout",
    PAYOUT_PAID = "payment.payout_paid" on "payout",
    REFUND_SENT = "payment.refund_sent" on "refund",
);

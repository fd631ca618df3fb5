//! What people take away here, for the audit log. What time takes away is in the history.

feira_kernel::acts!(
    ORDER_CANCELLED = "order.cancelled" on "order",
    DOCUMENT_SET = "order.fiscal_document_set" on "store_order",
    ORDER_REFUNDED = "order.refunded" on "order",
);

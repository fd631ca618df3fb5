//! What people take away here, for the audit log. What time takes away is in the history.

feira_kernel::acts!(
    ORDER_CANCELLED = "order.cancelled" on "order",
);

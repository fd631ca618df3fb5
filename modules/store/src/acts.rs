//! What operators decide here, for the audit log.

feira_kernel::acts!(
    STORE_APPROVED = "store.approved" on "store",
    STORE_REJECTED = "store.rejected" on "store",
    STORE_SUSPENDED = "store.suspended" on "store",
    COMMISSION_RULE_ADDED = "store.commission_rule_added" on "commission_rule",
);

//! Acts for the audit log: decisions of operators, removals by sellers.

feira_kernel::acts!(
    STORE_APPROVED = "store.approved" on "store",
    STORE_REJECTED = "store.rejected" on "store",
    STORE_SUSPENDED = "store.suspended" on "store",
    PAYOUT_ACCOUNT_CHANGED = "store.payout_account_changed" on "store",
    SHIPPING_METHOD_REMOVED = "store.shipping_method_removed" on "shipping_method",
    COMMISSION_RULE_ADDED = "store.commission_rule_added" on "commission_rule",
    COMMISSION_RULE_CHANGED = "store.commission_rule_changed" on "commission_rule",
    COMMISSION_RULE_REMOVED = "store.commission_rule_removed" on "commission_rule",
);

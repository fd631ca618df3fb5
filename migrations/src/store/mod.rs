pub(crate) const APPEND_ONLY: &[&str] = &["store_status_history", "payout_accounts"];

crate::sql::migrations!(
    "m0002_init",
    "m0003_changes",
    "m0004_rules_end",
    "m0010_payout_accounts",
    "m0011_phone_changes",
);

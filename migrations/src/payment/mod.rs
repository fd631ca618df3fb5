pub(crate) const APPEND_ONLY: &[&str] = &[
    "ledger_transactions",
    "ledger_entries",
    "transactions",
    "payment_logs",
];

crate::sql::migrations!(
    "m0002_init",
    "m0003_entries_at_once",
    "m0004_sums",
    "m0005_payout_runs",
    "m0006_payout_runs_online",
    "m0007_ledger_legs",
    "m0008_methods",
    "m0009_due_of_provider_online",
    "m0010_splits",
    "m0011_ledger_headers",
    "m0012_by_hand",
    "m0013_methods_online",
    "m0014_client_secret",
    "m0015_ledger_accounts",
    "m0016_ledger_kinds",
    "m0017_payout_items",
    "m0018_ledger_online",
);

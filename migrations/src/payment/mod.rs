use crate::sql::{Migrations, with_common};

pub(crate) const APPEND_ONLY: &[&str] = &[
    "ledger_transactions",
    "ledger_entries",
    "transactions",
    "payment_logs",
];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        (
            "m0003_entries_at_once",
            include_str!("m0003_entries_at_once.sql"),
        ),
        ("m0004_sums", include_str!("m0004_sums.sql")),
        ("m0005_payout_runs", include_str!("m0005_payout_runs.sql")),
        (
            "m0006_payout_runs_online",
            include_str!("m0006_payout_runs_online.sql"),
        ),
        ("m0007_ledger_legs", include_str!("m0007_ledger_legs.sql")),
    ])
}

use crate::sql::{Migrations, with_common};

pub(crate) const APPEND_ONLY: &[&str] = &["inventory_movements"];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        ("m0003_stock_policy", include_str!("m0003_stock_policy.sql")),
        (
            "m0004_archived_by_import",
            include_str!("m0004_archived_by_import.sql"),
        ),
        (
            "m0005_signed_imports",
            include_str!("m0005_signed_imports.sql"),
        ),
        (
            "m0006_stock_policy_online",
            include_str!("m0006_stock_policy_online.sql"),
        ),
        ("m0007_movements", include_str!("m0007_movements.sql")),
    ])
}

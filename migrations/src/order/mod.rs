use crate::sql::{Migrations, with_common};

/// Release 0.3.0 adds to `payment_attempts` while it runs beside this one.
pub(crate) const APPEND_ONLY: &[&str] =
    &["order_items", "order_status_history", "payment_attempts"];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        (
            "m0003_refused_refunds",
            include_str!("m0003_refused_refunds.sql"),
        ),
        ("m0004_cart_token", include_str!("m0004_cart_token.sql")),
        ("m0005_order_ids", include_str!("m0005_order_ids.sql")),
        ("m0006_keys", include_str!("m0006_keys.sql")),
        ("m0007_first_states", include_str!("m0007_first_states.sql")),
        ("m0008_history", include_str!("m0008_history.sql")),
        ("m0009_unused_keys", include_str!("m0009_unused_keys.sql")),
    ])
}

use crate::sql::{Migrations, with_common};

pub(crate) const APPEND_ONLY: &[&str] = &["notification_logs"];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        ("m0003_room", include_str!("m0003_room.sql")),
        ("m0004_has_body", include_str!("m0004_has_body.sql")),
        ("m0005_log", include_str!("m0005_log.sql")),
        ("m0006_params", include_str!("m0006_params.sql")),
    ])
}

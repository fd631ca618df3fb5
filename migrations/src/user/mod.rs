use crate::sql::{Migrations, with_common};

pub(crate) const APPEND_ONLY: &[&str] = &[];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        ("m0003_audit", include_str!("m0003_audit.sql")),
    ])
}

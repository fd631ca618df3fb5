use crate::sql::{Migrations, with_common};

pub(crate) const APPEND_ONLY: &[&str] = &[];

pub(crate) fn migrations() -> Migrations {
    with_common(&[
        ("m0002_init", include_str!("m0002_init.sql")),
        ("m0003_room", include_str!("m0003_room.sql")),
        ("m0004_held", include_str!("m0004_held.sql")),
        ("m0005_released", include_str!("m0005_released.sql")),
        ("m0006_held_online", include_str!("m0006_held_online.sql")),
    ])
}

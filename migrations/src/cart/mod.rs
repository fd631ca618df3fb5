pub(crate) const APPEND_ONLY: &[&str] = &[];

crate::sql::migrations!(
    "m0002_init",
    "m0003_room",
    "m0004_held",
    "m0005_released",
    "m0006_held_online",
);

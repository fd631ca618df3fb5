pub(crate) const APPEND_ONLY: &[&str] = &[];

crate::sql::migrations!(
    "m0002_init",
    "m0003_disputes",
    "m0060_setups",
    "m0066_instalments",
    "m0080_paying",
);

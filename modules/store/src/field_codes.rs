//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) TIME_ZONE = "store.time_zone",
    pub(crate) PERCENT = "store.percent",
    pub(crate) UNKNOWN_STORE = "store.unknown_store",
}

//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) OPTION_NAMES = "catalog.option_names",
    pub(crate) COMPARE_AT = "catalog.compare_at",
    pub(crate) PRICE_RANGE = "catalog.price_range",
    pub(crate) TOO_DEEP = "catalog.too_deep",
    pub(crate) CYCLE = "catalog.cycle",
    pub(crate) BELOW_RESERVED = "catalog.below_reserved",
    pub(crate) OVERSOLD = "catalog.oversold",
}

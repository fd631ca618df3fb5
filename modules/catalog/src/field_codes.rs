//! The codes of fields that only this module refuses, and of what an import notes.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) OPTION_NAMES = "catalog.option_names",
    pub(crate) COMPARE_AT = "catalog.compare_at",
    pub(crate) PRICE_RANGE = "catalog.price_range",
    pub(crate) TOO_DEEP = "catalog.too_deep",
    pub(crate) BELOW_RESERVED = "catalog.below_reserved",
    pub(crate) OVERSOLD = "catalog.oversold",
    pub(crate) WITHOUT_PRICE = "catalog.without_price",
}

feira_kernel::field_codes! { pub NOTE_CODES:
    pub(crate) NO_ROWS = "catalog.no_rows",
    pub(crate) NO_HANDLE = "catalog.no_handle",
    pub(crate) NO_TITLE = "catalog.no_title",
    pub(crate) NO_PRICE = "catalog.no_price",
    pub(crate) NO_OPTION_VALUE = "catalog.no_option_value",
    pub(crate) UNKNOWN_VARIANT = "catalog.unknown_variant",
    pub(crate) BAD_PRICE = "catalog.bad_price",
    pub(crate) BAD_WEIGHT = "catalog.bad_weight",
    pub(crate) BAD_QUANTITY = "catalog.bad_quantity",
    pub(crate) BAD_STATUS = "catalog.bad_status",
    pub(crate) BAD_INVENTORY_POLICY = "catalog.bad_inventory_policy",
    pub(crate) IMAGE_NOT_FETCHED = "catalog.image_not_fetched",
    pub(crate) TEXTS_ONLY = "catalog.texts_only",
    pub(crate) TEXT_CUT = "catalog.text_cut",
    pub(crate) TAGS_CUT = "catalog.tags_cut",
    pub(crate) UNKNOWN_CATEGORY = "catalog.unknown_category",
    pub(crate) COMPARE_AT_LEFT_OUT = "catalog.compare_at_left_out",
    pub(crate) NEGATIVE_QUANTITY = "catalog.negative_quantity",
    pub(crate) PRICE_OF_ZERO = "catalog.price_of_zero",
    pub(crate) DUPLICATE_SKU = "catalog.duplicate_sku",
    pub(crate) STAYS_ARCHIVED = "catalog.stays_archived",
    pub(crate) PUBLISHED = "catalog.published",
    pub(crate) NOT_COUNTED = "catalog.not_counted",
    pub(crate) NO_QUANTITY = "catalog.no_quantity",
    pub(crate) CONTINUED = "catalog.continued",
}

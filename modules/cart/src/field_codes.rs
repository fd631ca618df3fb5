//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) UNKNOWN_VARIANT = "cart.unknown_variant",
    pub(crate) STORE_NOT_IN_CART = "cart.store_not_in_cart",
    pub(crate) SHIPPING_METHOD = "cart.shipping_method",
    pub(crate) TOTAL_TOO_LARGE = "cart.total_too_large",
}

//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) FISCAL_KEY = "order.fiscal_key",
    pub(crate) FISCAL_KEY_DIGIT = "order.fiscal_key_digit",
    pub(crate) FISCAL_KEY_ISSUER = "order.fiscal_key_issuer",
    pub(crate) FISCAL_FILE = "order.fiscal_file",
}

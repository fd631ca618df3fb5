//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) TIME_ZONE = "store.time_zone",
    pub(crate) PERCENT = "store.percent",
    pub(crate) UNKNOWN_STORE = "store.unknown_store",
    pub(crate) PIX_KEY = "store.pix_key",
    pub(crate) BANK_CODE = "store.bank_code",
    pub(crate) BANK_BRANCH = "store.bank_branch",
    pub(crate) BANK_ACCOUNT = "store.bank_account",
    pub(crate) IBAN = "store.iban",
    pub(crate) BIC = "store.bic",
}

//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) CARD_TOKEN = "payment.card_token",
    pub(crate) SPLIT_SUM = "payment.split_sum",
    pub(crate) SPLITS_SUM = "payment.splits_sum",
    pub(crate) UNREADABLE = "payment.unreadable",
}

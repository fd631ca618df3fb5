//! The codes of fields that any module may refuse. Those with bounds are made with their bounds:
//! `FieldError::too_long` and its like.

crate::field_codes! { pub FIELD_CODES:
    pub REQUIRED = "request.required",
    pub(crate) TOO_SHORT = "request.too_short",
    pub(crate) TOO_LONG = "request.too_long",
    pub(crate) TOO_MANY = "request.too_many",
    pub(crate) OUT_OF_RANGE = "request.out_of_range",
    pub CONTROL_CHARACTER = "request.control_character",
    pub NOT_POSITIVE = "request.not_positive",
    pub NEGATIVE = "request.negative",
    pub UNKNOWN = "request.unknown",
    pub DUPLICATE = "request.duplicate",
    pub TAKEN = "request.taken",
    pub CURRENCY = "request.currency",
    pub PAST = "request.past",
    pub EMAIL = "request.email",
    pub PHONE = "request.phone",
    pub COUNTRY = "request.country",
    pub STATE = "request.state",
    pub POSTAL_CODE = "request.postal_code",
    pub TAX_ID = "request.tax_id",
    pub(crate) DAY = "request.day",
    pub(crate) MONTH = "request.month",
    pub INVALID_CURSOR = "request.invalid_cursor",
    pub UNACCEPTABLE = "request.unacceptable",
    pub KEY_REUSED = "request.idempotency_key_reused",
}

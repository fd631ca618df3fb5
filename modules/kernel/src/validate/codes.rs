//! The codes of fields that any module may refuse. Those with bounds are made with their bounds:
//! `FieldError::too_long` and its like.

use std::ops::RangeInclusive;

use crate::FieldError;

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

/// Refusals that say their bounds.
impl FieldError {
    /// Fewer characters than are needed.
    pub fn too_short(pointer: impl Into<String>, min: usize) -> Self {
        Self {
            min: Some(whole(min)),
            ..Self::new(pointer, TOO_SHORT, format!("at least {min} characters"))
        }
    }

    /// More characters than are allowed.
    pub fn too_long(pointer: impl Into<String>, max: usize) -> Self {
        Self {
            max: Some(whole(max)),
            ..Self::new(pointer, TOO_LONG, format!("at most {max} characters"))
        }
    }

    /// More things than are allowed at once.
    pub fn too_many(pointer: impl Into<String>, max: usize) -> Self {
        Self {
            max: Some(whole(max)),
            ..Self::new(pointer, TOO_MANY, format!("at most {max}"))
        }
    }

    pub fn out_of_range(pointer: impl Into<String>, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        Self {
            min: Some(min),
            max: Some(max),
            ..Self::new(pointer, OUT_OF_RANGE, format!("from {min} to {max}"))
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

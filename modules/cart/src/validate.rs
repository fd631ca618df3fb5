//! What buyers type about a cart. Pointers are those of the request's body.

use feira_kernel::FieldError;

use crate::api::{CartError, MAX_QUANTITY};

pub(crate) fn quantity(quantity: u32) -> Result<u32, CartError> {
    if (1..=MAX_QUANTITY).contains(&quantity) {
        Ok(quantity)
    } else {
        Err(out_of_range().into())
    }
}

/// A line's quantity that is none.
pub(crate) fn out_of_range() -> FieldError {
    FieldError::out_of_range("/quantity", 1..=i64::from(MAX_QUANTITY))
}

#[cfg(test)]
mod tests {
    use feira_kernel::ModuleError;

    use super::*;

    #[test]
    fn a_quantity_is_within_bounds() {
        for wrong in [0, MAX_QUANTITY + 1, u32::MAX] {
            assert_eq!(
                quantity(wrong).unwrap_err().fields()[0].pointer,
                "/quantity"
            );
        }
        assert!(quantity(1).is_ok() && quantity(MAX_QUANTITY).is_ok());
    }
}

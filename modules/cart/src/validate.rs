//! What buyers type about a cart. Pointers are those of the request's body.

use feira_kernel::{FieldError, validate::Fields};
use feira_store::Destination;

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

/// The destination as it is kept: a CEP is eight digits.
pub(crate) fn destination(given: &Destination) -> Result<Destination, CartError> {
    let mut fields = Fields::default();
    let country = given.country.trim();
    fields.country("/country", country);
    let state = fields.optional("/state", given.state.as_deref(), 10);
    let kept = Destination {
        country: country.to_owned(),
        state: state.map(|state| state.to_ascii_uppercase()),
        postal_code: fields.postal_code("/postal_code", country, given.postal_code.trim()),
    };
    Ok(fields.or(kept)?)
}

#[cfg(test)]
mod tests {
    use feira_kernel::ModuleError;

    use super::*;

    fn given(country: &str, state: Option<&str>, postal_code: &str) -> Destination {
        Destination {
            country: country.to_owned(),
            state: state.map(str::to_owned),
            postal_code: postal_code.to_owned(),
        }
    }

    #[test]
    fn destinations_are_made_uniform() {
        let kept = destination(&given("BR", Some("sp"), " 01310-200 ")).unwrap();
        assert_eq!(kept, given("BR", Some("SP"), "01310200"));
        let kept = destination(&given("GB", Some(" "), "sw1a 1aa")).unwrap();
        assert_eq!(kept, given("GB", None, "SW1A 1AA"));
        let kept = destination(&given("IE", Some("co. cork"), "t12")).unwrap();
        assert_eq!(kept, given("IE", Some("CO. CORK"), "T12"));
    }

    #[test]
    fn wrong_ones_are_named() {
        for (wrong, pointer) in [
            (given("Brasil", None, "01310200"), "/country"),
            (given("BR", Some("S\0"), "01310200"), "/state"),
            (given("IE", Some("county cork"), "t12"), "/state"),
            (given("BR", None, "0131020"), "/postal_code"),
            (given("BR", None, "0-13-10200"), "/postal_code"),
            (given("GB", None, ""), "/postal_code"),
            (given("GB", None, "nul\0"), "/postal_code"),
        ] {
            let error = destination(&wrong).unwrap_err();
            assert_eq!(error.fields()[0].pointer, pointer, "{wrong:?}");
        }
        for wrong in [0, MAX_QUANTITY + 1, u32::MAX] {
            assert_eq!(
                quantity(wrong).unwrap_err().fields()[0].pointer,
                "/quantity"
            );
        }
        assert!(quantity(1).is_ok() && quantity(MAX_QUANTITY).is_ok());
    }
}

//! What buyers type about a cart. Pointers are those of the request's body.

use feira_kernel::{FieldError, PageError};
use feira_store::Destination;

use crate::api::{CartError, MAX_QUANTITY};

impl From<PageError> for CartError {
    fn from(error: PageError) -> Self {
        invalid("/cursor", "cursor", error.to_string())
    }
}

pub(crate) fn invalid(pointer: &str, code: &str, detail: impl Into<String>) -> CartError {
    CartError::Invalid(vec![FieldError::new(
        pointer,
        format!("cart.{code}"),
        detail,
    )])
}

pub(crate) fn quantity(quantity: u32) -> Result<u32, CartError> {
    if (1..=MAX_QUANTITY).contains(&quantity) {
        Ok(quantity)
    } else {
        let detail = format!("from 1 to {MAX_QUANTITY}");
        Err(invalid("/quantity", "quantity", detail))
    }
}

/// The destination as it is kept: a CEP is eight digits.
pub(crate) fn destination(given: &Destination) -> Result<Destination, CartError> {
    let country = given.country.trim();
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        let detail = "two capital letters, such as BR";
        return Err(invalid("/country", "country", detail));
    }
    let state = given.state.as_deref().map(str::trim);
    let state = state.filter(|state| !state.is_empty());
    let shaped = |state: &str| {
        state.len() <= 6
            && state
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !state.is_none_or(shaped) {
        return Err(invalid("/state", "state", "a code such as SP"));
    }
    Ok(Destination {
        country: country.to_owned(),
        state: state.map(str::to_ascii_uppercase),
        postal_code: postal_code(country, given.postal_code.trim())?,
    })
}

fn postal_code(country: &str, text: &str) -> Result<String, CartError> {
    let brazil = country == "BR";
    let code = if brazil {
        text.replacen('-', "", 1)
    } else {
        text.to_ascii_uppercase()
    };
    let shaped = if brazil {
        code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())
    } else {
        (1..=12).contains(&code.len())
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-')
    };
    if shaped {
        Ok(code)
    } else {
        let detail = if brazil {
            "a CEP has eight digits, such as 01310-200"
        } else {
            "not a postal code"
        };
        Err(invalid("/postal_code", "postal_code", detail))
    }
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
    }

    #[test]
    fn wrong_ones_are_named() {
        for (wrong, pointer) in [
            (given("Brasil", None, "01310200"), "/country"),
            (given("BR", Some("S\0"), "01310200"), "/state"),
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

//! What people type about a store, checked and made uniform. Every fault is reported at once.

use feira_kernel::{FieldError, PageError};

use crate::{
    api::{Address, Application, StoreError},
    postal, tax_id,
};

const MAX_NAME: usize = 120;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_REASON: usize = 1_000;

impl From<PageError> for StoreError {
    fn from(error: PageError) -> Self {
        let detail = error.to_string();
        Self::Invalid(vec![FieldError::new("/cursor", "store.cursor", detail)])
    }
}

/// Collects faults by JSON pointer.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    pub(crate) fn add(&mut self, pointer: &str, code: &str, detail: impl Into<String>) {
        self.0
            .push(FieldError::new(pointer, format!("store.{code}"), detail));
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, StoreError> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(StoreError::Invalid(self.0))
        }
    }

    /// One line of text without control characters, trimmed.
    pub(crate) fn line(&mut self, pointer: &str, text: &str, max: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(pointer, "required", "must not be empty");
        }
        self.shaped(pointer, text, max, false)
    }

    fn optional_line(&mut self, pointer: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(self.shaped(pointer, text, max, false))
    }

    /// Several lines of text, perhaps none.
    fn paragraphs(&mut self, pointer: &str, text: &str, max: usize) -> String {
        self.shaped(pointer, text.trim(), max, true)
    }

    fn shaped(&mut self, pointer: &str, text: &str, max: usize, lines: bool) -> String {
        if text.chars().count() > max {
            self.add(pointer, "too_long", format!("at most {max} characters"));
        }
        let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
        if !text.chars().all(allowed) {
            self.add(pointer, "control_character", "no control characters");
        }
        text.to_owned()
    }
}

/// The application as it is kept.
pub(crate) fn application(given: &Application) -> Result<Application, StoreError> {
    let mut faults = Faults::default();
    let address = address(&mut faults, &given.address);
    let application = Application {
        business_name: faults.line("/business_name", &given.business_name, MAX_NAME),
        tax_id: tax(&mut faults, &address.country, &given.tax_id),
        phone: phone(&mut faults, "/phone", &given.phone),
        name: faults.line("/name", &given.name, MAX_NAME),
        description: faults.paragraphs("/description", &given.description, MAX_DESCRIPTION),
        address,
    };
    faults.or(application)
}

/// Why somebody was refused: she will read it.
pub(crate) fn reason(given: &str) -> Result<String, StoreError> {
    let mut faults = Faults::default();
    if given.trim().is_empty() {
        faults.add("/reason", "required", "say why");
    }
    let reason = faults.paragraphs("/reason", given, MAX_REASON);
    faults.or(reason)
}

fn tax(faults: &mut Faults, country: &str, given: &str) -> String {
    if country != "BR" {
        return faults.line("/tax_id", given, 40);
    }
    tax_id::brazilian(given).unwrap_or_else(|| {
        let detail = "not a CPF or CNPJ: the check digits are not right";
        faults.add("/tax_id", "tax_id", detail);
        String::new()
    })
}

fn phone(faults: &mut Faults, pointer: &str, given: &str) -> String {
    let given = given.trim();
    let digits = given.bytes().filter(u8::is_ascii_digit).count();
    let shaped = given
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b' ' | b'(' | b')'));
    if !shaped || !(8..=15).contains(&digits) || given.len() > 24 {
        faults.add(
            pointer,
            "phone",
            "8 to 15 digits, such as +55 11 99999-0000",
        );
    }
    given.to_owned()
}

fn address(faults: &mut Faults, given: &Address) -> Address {
    let country = given.country.trim().to_owned();
    if !postal::is_country(&country) {
        faults.add(
            "/address/country",
            "country",
            "two capital letters, such as BR",
        );
    }
    let postal_code = postal::postal_code(&country, &given.postal_code).unwrap_or_else(|| {
        let detail = if country == "BR" {
            "a CEP has eight digits, such as 01310-200"
        } else {
            "not a postal code"
        };
        faults.add("/address/postal_code", "postal_code", detail);
        String::new()
    });
    let state = faults.optional_line("/address/state", given.state.as_deref(), 10);
    if country == "BR" && !state.as_deref().is_some_and(postal::is_brazilian_state) {
        faults.add("/address/state", "state", "a state of Brazil, such as SP");
    }
    let phone_given = given
        .phone
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    Address {
        recipient: faults.optional_line("/address/recipient", given.recipient.as_deref(), MAX_NAME),
        street: faults.line("/address/street", &given.street, 200),
        number: faults.optional_line("/address/number", given.number.as_deref(), 20),
        complement: faults.optional_line("/address/complement", given.complement.as_deref(), 120),
        district: faults.optional_line("/address/district", given.district.as_deref(), 120),
        city: faults.line("/address/city", &given.city, 120),
        state,
        postal_code,
        country,
        phone: phone_given.map(|text| phone(faults, "/address/phone", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn faults(given: &Application) -> Vec<String> {
        match application(given) {
            Err(StoreError::Invalid(fields)) => fields
                .into_iter()
                .map(|field| format!("{} {}", field.pointer, field.code))
                .collect(),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn ids_and_codes_are_kept_plain() {
        let kept = application(&testing::application("Ateliê")).unwrap();
        assert_eq!(kept.tax_id, "11222333000181");
        assert_eq!(kept.address.postal_code, "01310200");
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        let mut given = testing::application(" ");
        given.business_name = "x".repeat(121);
        given.tax_id = "11.222.333/0001-82".to_owned();
        given.phone = "call me".to_owned();
        given.description = "nul \0".to_owned();
        given.address.postal_code = "1".to_owned();
        given.address.state = None;
        given.address.city = "\u{7}".to_owned();
        assert_eq!(
            faults(&given),
            [
                "/address/postal_code store.postal_code",
                "/address/state store.state",
                "/address/city store.control_character",
                "/business_name store.too_long",
                "/tax_id store.tax_id",
                "/phone store.phone",
                "/name store.required",
                "/description store.control_character",
            ]
        );
    }

    #[test]
    fn elsewhere_the_tax_id_is_free_text() {
        let mut given = testing::application("Souk");
        given.address.country = "MA".to_owned();
        given.address.postal_code = "20000".to_owned();
        given.address.state = None;
        given.tax_id = "ICE 001".to_owned();
        assert_eq!(application(&given).unwrap().tax_id, "ICE 001");
        given.address.country = "Maroc".to_owned();
        assert_eq!(faults(&given), ["/address/country store.country"]);
    }
}

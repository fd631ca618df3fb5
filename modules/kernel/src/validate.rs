//! Validation of input, the same for every module. Each fault has a JSON pointer, a code and a
//! sentence; all faults are collected.

mod codes;
mod country;
mod day;
mod email;
mod phone;
mod site;
mod slug;
mod tax_id;
mod time_zone;

use std::ops::RangeInclusive;

pub use codes::*;
pub use email::{ascii_email, uniform_email};
pub use phone::{brazilian_phone, international_phone};
pub use site::{is_private_site, is_site};
pub use slug::slug;
pub use time_zone::is_time_zone;

use crate::{FieldCode, FieldError, Money, text};

const MAX_STATE: usize = 10;
const MAX_POSTAL_CODE: usize = 20;

/// Collects refused fields.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    pub fn push(&mut self, fault: FieldError) {
        self.0.push(fault);
    }

    pub fn refuse(
        &mut self,
        pointer: impl Into<String>,
        code: FieldCode,
        detail: impl Into<String>,
    ) {
        self.push(FieldError::new(pointer, code, detail));
    }

    /// Whether everything is acceptable.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        self.or(())
    }

    /// The value, if everything is acceptable.
    pub fn or<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }

    /// One line of text, clean (see [`text`]) and without the spaces around it.
    pub fn text(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) -> String {
        let clean = text::line(text).trim().to_owned();
        self.length(pointer, &clean, chars);
        self.no_control(pointer, &clean, char::is_control);
        clean
    }

    /// A text that may have several lines, clean and without the spaces around it.
    pub fn free_text(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) -> String {
        let clean = text::lines(text).trim().to_owned();
        self.length(pointer, &clean, chars);
        self.no_control(pointer, &clean, |c| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t')
        });
        clean
    }

    /// Empty optional text is `None`.
    pub fn optional(&mut self, pointer: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = self.text(pointer, text?, 0..=max);
        (!text.is_empty()).then_some(text)
    }

    /// A key that a program made, unchanged; only spaces count as empty.
    pub fn key(&mut self, pointer: &str, key: &str, chars: RangeInclusive<usize>) {
        if key.trim().is_empty() {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else {
            self.length(pointer, key, chars);
        }
        self.no_control(pointer, key, char::is_control);
    }

    pub fn length(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) {
        let count = text.chars().count();
        if count == 0 && !chars.contains(&0) {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else if count < *chars.start() {
            self.push(FieldError::too_short(pointer, *chars.start()));
        } else if count > *chars.end() {
            self.push(FieldError::too_long(pointer, *chars.end()));
        }
    }

    /// A secret, which is neither cleaned nor trimmed: without control characters (PostgreSQL cannot keep
    /// NUL at all), line separators, and the marks that turn the direction of text.
    pub fn secret(&mut self, pointer: &str, secret: &str, chars: RangeInclusive<usize>) {
        self.length(pointer, secret, chars);
        self.no_control(pointer, secret, |c| {
            c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
    }

    fn no_control(&mut self, pointer: &str, text: &str, refused: impl Fn(char) -> bool) {
        if text.chars().any(refused) {
            let detail = "must not hold control characters";
            self.refuse(pointer, CONTROL_CHARACTER, detail);
        }
    }

    /// At most so many items.
    pub fn count(&mut self, pointer: &str, count: usize, max: usize) {
        if count > max {
            self.push(FieldError::too_many(pointer, max));
        }
    }

    pub fn within(&mut self, pointer: &str, value: impl Into<i64>, range: RangeInclusive<i64>) {
        if !range.contains(&value.into()) {
            self.push(FieldError::out_of_range(pointer, range));
        }
    }

    pub fn positive(&mut self, pointer: &str, amount: Money) {
        if !amount.is_positive() {
            self.refuse(pointer, NOT_POSITIVE, "must be above zero");
        }
    }

    pub fn not_negative(&mut self, pointer: &str, amount: Money) {
        if amount.is_negative() {
            self.refuse(pointer, NEGATIVE, "must not be below zero");
        }
    }

    /// An e-mail address in the form in which it is kept, see [`uniform_email`].
    pub fn email(&mut self, pointer: &str, email: &str) -> String {
        let email = text::line(email);
        let uniform = uniform_email(email.trim());
        match uniform {
            Some(_) => {}
            None if email.trim().is_empty() => {
                self.refuse(pointer, REQUIRED, "must not be empty");
            }
            None => self.refuse(pointer, EMAIL, "not an e-mail address"),
        }
        uniform.unwrap_or_default()
    }

    /// A telephone number as people write it, of no more digits than E.164 allows. A plus stands
    /// before the digits, perhaps in their parentheses.
    pub fn phone(&mut self, pointer: &str, phone: &str) -> String {
        let phone = text::code(phone).trim().to_owned();
        if !phone::is_written(&phone) {
            let detail = "5 to 15 digits, such as +55 11 91234-5678";
            self.refuse(pointer, PHONE, detail);
        }
        phone
    }

    /// An empty telephone number is `None`.
    pub fn optional_phone(&mut self, pointer: &str, phone: Option<&str>) -> Option<String> {
        let phone = phone.filter(|phone| !text::code(phone).trim().is_empty())?;
        Some(self.phone(pointer, phone))
    }

    /// The code of a country, by ISO 3166-1 alpha-2.
    pub fn country(&mut self, pointer: &str, code: &str) -> String {
        let code = text::code(code).trim().to_owned();
        if code.is_empty() {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else if !country::exists(&code) {
            let detail = "the two capital letters of a country, such as BR";
            self.refuse(pointer, COUNTRY, detail);
        }
        code
    }

    /// The state of an address: of some countries the code of one, elsewhere what people write, or
    /// nothing.
    pub fn state(&mut self, pointer: &str, country: &str, state: Option<&str>) -> Option<String> {
        let state = self.optional(pointer, state, MAX_STATE);
        let states = country::states(country);
        if states.is_empty() {
            return state;
        }
        let state = state.map(|state| state.to_ascii_uppercase());
        if !state.as_deref().is_some_and(|code| states.contains(&code)) {
            let detail = format!("a state of {country}, such as {}", states[0]);
            self.refuse(pointer, STATE, detail);
        }
        state
    }

    /// A postal code in the one form in which it is kept, empty only in countries that have none: a CEP
    /// is eight digits.
    pub fn postal_code(&mut self, pointer: &str, country: &str, text: &str) -> String {
        let code = text::code(text).trim().to_uppercase();
        if code.is_empty() && !country::has_postal_codes(country) {
            return code;
        }
        let before = self.0.len();
        self.length(pointer, &code, 1..=MAX_POSTAL_CODE);
        self.no_control(pointer, &code, char::is_control);
        if self.0.len() > before {
            return String::new();
        }
        country::postal_code(country, &code).unwrap_or_else(|| {
            let detail = match country {
                "BR" => "a CEP has eight digits, such as 01310-200".to_owned(),
                _ => format!(
                    "in {country} such as {}, N a digit and A a letter",
                    country::formats(country).join(" or ")
                ),
            };
            self.refuse(pointer, POSTAL_CODE, detail);
            String::new()
        })
    }

    /// A normalised tax id: of Brazil a CPF or a CNPJ without punctuation.
    pub fn tax_id(&mut self, pointer: &str, country: &str, text: &str) -> String {
        let text = text::code(text);
        if country != "BR" {
            return self.text(pointer, &text, 1..=40);
        }
        tax_id::brazilian(&text).unwrap_or_else(|| {
            let detail = "not a CPF or CNPJ: the check digits are not right";
            self.refuse(pointer, TAX_ID, detail);
            String::new()
        })
    }
}

#[cfg(test)]
mod tests;

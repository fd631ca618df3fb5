//! Validation of input, the same for every module. Each fault has a JSON pointer, a code and a
//! sentence; all faults are collected.

mod address;
mod codes;
mod email;
mod slug;
mod tax_id;

use std::ops::RangeInclusive;

use address::is_country;
pub use codes::*;
pub use email::{ascii_email, uniform_email};
pub use slug::{is_reserved, slug};

use crate::{FieldCode, FieldError, Money};

/// With the spaces around it, which not everybody takes away.
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

    /// One line of text, without the spaces around it.
    pub fn text(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) -> String {
        let text = text.trim();
        self.line(pointer, text, chars);
        text.to_owned()
    }

    /// A text that may have several lines, without the spaces around it.
    pub fn free_text(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) -> String {
        let text = text.trim();
        self.length(pointer, text, chars);
        self.no_control(pointer, text, |c| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t')
        });
        text.to_owned()
    }

    /// Empty optional text is `None`.
    pub fn optional(&mut self, pointer: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(self.text(pointer, text, 1..=max))
    }

    /// One line of text, unchanged; only spaces count as empty.
    pub fn line(&mut self, pointer: &str, text: &str, chars: RangeInclusive<usize>) {
        if *chars.start() > 0 && text.trim().is_empty() {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else {
            self.length(pointer, text, chars);
        }
        self.no_control(pointer, text, char::is_control);
    }

    /// The name of a person or a store. Without invisible and direction-changing characters, with which
    /// a name can look like another.
    pub fn name(&mut self, pointer: &str, name: &str, chars: RangeInclusive<usize>) -> String {
        let name = name.trim();
        self.length(pointer, name, chars);
        self.no_control(pointer, name, is_hidden);
        name.to_owned()
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

    /// A secret or a name that is kept with its spaces; neither is trimmed.
    pub fn nothing_hidden(&mut self, pointer: &str, text: &str) {
        self.no_control(pointer, text, is_hidden);
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

    /// An e-mail address, unchanged.
    pub fn email(&mut self, pointer: &str, email: &str) {
        if email.trim().is_empty() {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else if ascii_email(email).is_none() {
            self.refuse(pointer, EMAIL, "not an e-mail address");
        }
    }

    /// A telephone number as people write it, of no more digits than E.164 allows. A plus stands
    /// before the digits, perhaps in their parentheses.
    pub fn phone(&mut self, pointer: &str, phone: &str) -> String {
        let phone = phone.trim();
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        let number = phone.strip_prefix('(').unwrap_or(phone);
        let number = number.strip_prefix('+').unwrap_or(number);
        let plain = |b: u8| b.is_ascii_digit() || b" ().-".contains(&b);
        let fits = (5..=15).contains(&digits) && phone.len() <= 32 && number.bytes().all(plain);
        if !fits {
            let detail = "5 to 15 digits, such as +55 11 91234-5678";
            self.refuse(pointer, PHONE, detail);
        }
        phone.to_owned()
    }

    /// A country's code, unchanged.
    pub fn country(&mut self, pointer: &str, code: &str) {
        if code.trim().is_empty() {
            self.refuse(pointer, REQUIRED, "must not be empty");
        } else if !is_country(code) {
            let detail = "two capital letters, such as BR";
            self.refuse(pointer, COUNTRY, detail);
        }
    }

    /// The code of a state of Brazil, unchanged.
    pub fn brazilian_state(&mut self, pointer: &str, code: Option<&str>) {
        if !code.is_some_and(address::is_brazilian_state) {
            self.refuse(pointer, STATE, "a state of Brazil, such as SP");
        }
    }

    /// A postal code as it is kept, without the spaces around it: of Brazil eight digits, elsewhere
    /// whatever people write.
    pub fn postal_code(&mut self, pointer: &str, country: &str, text: &str) -> String {
        let code = text.trim_matches(' ');
        if country != "BR" || code.is_empty() {
            self.line(pointer, text, 1..=MAX_POSTAL_CODE);
            return code.to_ascii_uppercase();
        }
        let cep = address::cep(code).filter(|_| text.len() <= MAX_POSTAL_CODE);
        cep.unwrap_or_else(|| {
            let detail = "a CEP has eight digits, such as 01310-200";
            self.refuse(pointer, POSTAL_CODE, detail);
            String::new()
        })
    }

    /// A normalised tax id: of Brazil a CPF or a CNPJ without punctuation.
    pub fn tax_id(&mut self, pointer: &str, country: &str, text: &str) -> String {
        if country != "BR" {
            return self.text(pointer, text, 1..=40);
        }
        tax_id::brazilian(text).unwrap_or_else(|| {
            let detail = "not a CPF or CNPJ: the check digits are not right";
            self.refuse(pointer, TAX_ID, detail);
            String::new()
        })
    }
}

/// Control characters (PostgreSQL cannot keep NUL at all), line separators, and the marks that
/// turn the direction of text.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;

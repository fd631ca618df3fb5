//! The access key of a Brazilian fiscal document: 44 digits that say in which state, when, by whom and under
//! which number it was given out, and of which the last follows from the others.

use std::ops::Range;

use feira_files::{DocumentKind, DocumentRules};
use feira_kernel::{FieldError, text};

use crate::field_codes::{FISCAL_KEY, FISCAL_KEY_DIGIT};

/// Larger ones would be pictures.
pub(crate) const FILES: DocumentRules = DocumentRules {
    kinds: &[DocumentKind::Pdf, DocumentKind::Xml],
    most_bytes: 1_048_576,
};
const DIGITS: usize = 44;
/// The states' codes by IBGE.
const STATES: [&str; 27] = [
    "11", "12", "13", "14", "15", "16", "17", "21", "22", "23", "24", "25", "26", "27", "28", "29",
    "31", "32", "33", "35", "41", "42", "43", "50", "51", "52", "53",
];

/// A key that is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessKey {
    pub(crate) digits: String,
    pub(crate) series: i32,
    pub(crate) number: i32,
}

impl AccessKey {
    /// As it is printed, in groups of four, or in a row.
    pub(crate) fn read(typed: &str) -> Result<Self, FieldError> {
        let mut digits = text::code(typed);
        digits.retain(|c| !c.is_whitespace());
        let refused = |code, why: &str| Err(FieldError::new("/key", code, why));
        if digits.len() != DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return refused(FISCAL_KEY, "an access key has 44 digits");
        }
        let at = |range: Range<usize>| digits.get(range).unwrap_or_default();
        let number = |range: Range<usize>| at(range).parse::<i32>().unwrap_or_default();
        let (last, others) = digits.as_bytes().split_last().unwrap_or((&0, &[]));
        if check_digit(others) != *last {
            return refused(FISCAL_KEY_DIGIT, "the last digit does not fit the others");
        }
        if !STATES.contains(&at(0..2)) || !(1..=12).contains(&number(4..6)) {
            let why = "it begins with the code of a state, a year and a month";
            return refused(FISCAL_KEY, why);
        }
        let (series, number) = (number(22..25), number(25..34));
        Ok(Self {
            digits,
            series,
            number,
        })
    }

    /// Whether the holder of this tax id may have given it out. The key names a CNPJ, or a CPF after three
    /// zeros. Branches of a company differ after the eighth digit and are one seller. An id that has letters,
    /// as new ones of companies may, cannot be compared with digits.
    pub(crate) fn may_be_of(&self, tax_id: &str) -> bool {
        let issuer = self.digits.get(6..20).unwrap_or_default();
        let mut plain = tax_id.to_owned();
        plain.retain(|c| c.is_ascii_alphanumeric());
        if !plain.bytes().all(|b| b.is_ascii_digit()) {
            return true;
        }
        match plain.len() {
            14 => issuer.get(..8) == plain.get(..8),
            11 => issuer.strip_prefix("000") == Some(plain.as_str()),
            _ => true,
        }
    }
}

/// Modulo 11 with the weights 2 to 9 from the right.
fn check_digit(digits: &[u8]) -> u8 {
    let weighed = digits.iter().rev().zip((2_u32..=9).cycle());
    let sum: u32 = weighed
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match sum % 11 {
        0 | 1 => b'0',
        rest => b'0' + u8::try_from(11 - rest).unwrap_or(0),
    }
}

#[cfg(test)]
#[path = "fiscal_tests.rs"]
mod tests;

use std::{collections::HashSet, sync::LazyLock};

use feira_kernel::{text, validate::Fields};

use crate::field_codes::TOO_COMMON;

const MIN_CHARS: usize = 8;
pub(crate) const MAX_CHARS: usize = 128;

/// Common passwords of sufficient length, in lower case, one per line.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Checks a new password. No composition rules, nothing is cut or cleaned; the length is counted in NFC
/// characters, as it is hashed.
pub(crate) fn check(fields: &mut Fields, pointer: &str, password: &str, email: &str) {
    let password = text::composed(password);
    fields.secret(pointer, &password, MIN_CHARS..=MAX_CHARS);
    if password.chars().count() < MIN_CHARS {
        return;
    }
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) || lower == email.to_lowercase() || one_character(&lower) {
        let detail = "this is among the first that a thief tries; choose another";
        fields.refuse(pointer, TOO_COMMON, detail);
    }
}

fn one_character(password: &str) -> bool {
    let mut chars = password.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first code.
    fn code(password: &str) -> Option<String> {
        let mut fields = Fields::default();
        check(&mut fields, "", password, "Ana@Feira.example");
        let faults = fields.finish().err()?;
        faults.into_iter().map(|fault| fault.code).next()
    }

    fn is(password: &str, expected: &str) -> bool {
        code(password).as_deref() == Some(expected)
    }

    #[test]
    fn length_is_counted_in_characters_and_never_cut() {
        assert!(is("cebola7", "request.too_short"));
        assert_eq!(code("çãéíóú7x"), None);
        assert!(is("c\u{327}a\u{303}e\u{301}íó7", "request.too_short"));
        assert_eq!(code(&"ab".repeat(64)), None);
        let long = format!("{}c", "ab".repeat(64));
        assert!(is(&long, "request.too_long"));
    }

    #[test]
    fn what_a_thief_tries_first_is_refused() {
        for password in [
            "password",
            "PassWord1",
            "12345678",
            "qwertyuiop",
            "senha123",
            "ana@feira.EXAMPLE",
            "zzzzzzzzz",
        ] {
            assert!(is(password, "user.too_common"), "{password}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        assert!(is("long\0enough", "request.control_character"));
        assert!(is("long\nenough", "request.control_character"));
    }

    #[test]
    fn the_list_is_one_that_can_match() {
        assert!(COMMON.len() >= 300, "{}", COMMON.len());
        for entry in COMMON.iter() {
            assert!(entry.chars().count() >= MIN_CHARS, "{entry} never matches");
            assert_eq!(*entry, entry.to_lowercase());
        }
    }
}

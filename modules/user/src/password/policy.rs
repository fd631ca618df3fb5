use std::{collections::HashSet, sync::LazyLock};

use crate::validate::has_control;

const MIN_CHARS: usize = 8;
pub(crate) const MAX_CHARS: usize = 128;

/// The commonest passwords that are long enough, in lower case, one a line.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Why a new password is refused: a code and a sentence. There are no composition rules, and
/// the characters are taken as they come: neither cut nor normalised.
pub(crate) fn check(password: &str, email: &str) -> Result<(), (&'static str, &'static str)> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(("too_short", "at least 8 characters"));
    }
    if chars > MAX_CHARS {
        return Err(("too_long", "at most 128 characters"));
    }
    if has_control(password) {
        return Err(("control_character", "no control characters"));
    }
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) || lower == email.to_lowercase() || one_character(&lower) {
        return Err((
            "too_common",
            "this is among the first that a thief tries; choose another",
        ));
    }
    Ok(())
}

fn one_character(password: &str) -> bool {
    let mut chars = password.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<&'static str> {
        check(password, "Ana@Feira.example")
            .err()
            .map(|(code, _)| code)
    }

    #[test]
    fn length_is_counted_in_characters_and_never_cut() {
        assert_eq!(code("cebola7"), Some("too_short"));
        assert_eq!(code("çãéíóú7x"), None);
        assert_eq!(code(&"ab".repeat(64)), None);
        assert_eq!(code(&format!("{}c", "ab".repeat(64))), Some("too_long"));
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
            assert_eq!(code(password), Some("too_common"), "{password}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(code("long\0enough"), Some("control_character"));
        assert_eq!(code("long\nenough"), Some("control_character"));
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

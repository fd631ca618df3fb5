//! SKUs that a file does not give, or gives twice: made of handle and options alone, never of the
//! place in the file, so that a variant has the same one whatever stands beside it.

use sha2::{Digest, Sha256};

use crate::{OptionValue, validate::MAX_SKU};

/// Handles have none.
const SEPARATOR: char = '/';
/// Bytes of the hash: two variants of a store with 100,000 alike SKUs share it once in 50,000.
const HASH: usize = 6;

/// `<handle>/<value>/<value>`, with a hash where that is too long or could mean two variants.
pub(crate) fn made_up(handle: &str, options: &[OptionValue]) -> String {
    let values = options.iter().map(|option| option.value.as_str());
    let parts: Vec<&str> = std::iter::once(handle).chain(values).collect();
    let readable = parts.join("/");
    let ambiguous = parts.iter().any(|part| part.contains(SEPARATOR));
    if ambiguous || readable.chars().count() > MAX_SKU {
        told_apart(&readable, handle, options)
    } else {
        readable
    }
}

/// The SKU with a short hash of the variant that it is for.
pub(crate) fn told_apart(sku: &str, handle: &str, options: &[OptionValue]) -> String {
    let mut variant = handle.to_owned();
    for option in options {
        variant.push('\0');
        variant.push_str(&option.name);
        variant.push('\0');
        variant.push_str(&option.value);
    }
    let hash = hex::encode(&Sha256::digest(variant.as_bytes())[..HASH]);
    let start: String = sku.chars().take(MAX_SKU - 1 - 2 * HASH).collect();
    format!("{start}-{hash}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn options(values: &[&str]) -> Vec<OptionValue> {
        let option = |(index, value): (usize, &&str)| OptionValue {
            name: format!("Option {index}"),
            value: (*value).to_owned(),
        };
        values.iter().enumerate().map(option).collect()
    }

    #[test]
    fn different_variants_have_different_skus_that_fit() {
        assert_eq!(
            made_up("linen-shirt", &options(&["M", "Off White"])),
            "linen-shirt/M/Off White"
        );
        assert_eq!(made_up("mug", &[]), "mug");
        let long = "a-very-long-handle-of-a-product-with-many-words-in-its-name-";
        let cases = [
            (format!("{long}red"), options(&["S"])),
            (format!("{long}red"), options(&["M"])),
            (format!("{long}blue"), options(&["S"])),
            (format!("{long}{long}1"), options(&[])),
            (format!("{long}{long}2"), options(&[])),
            ("ç".repeat(300), options(&[])),
            ("a".to_owned(), options(&["b/c", "d"])),
            ("a".to_owned(), options(&["b", "c/d"])),
            ("a/b".to_owned(), options(&["c", "d"])),
            ("a".to_owned(), options(&["b", "c"])),
        ];
        let made: HashSet<String> = cases.iter().map(|(h, o)| made_up(h, o)).collect();
        assert_eq!(made.len(), cases.len(), "{made:?}");
        assert!(made.iter().all(|sku| sku.chars().count() <= MAX_SKU));
        let again: HashSet<String> = cases.iter().rev().map(|(h, o)| made_up(h, o)).collect();
        assert_eq!(made, again, "the place does not matter");
    }
}

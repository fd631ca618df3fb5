//! Slugs of stores: made from the name, unique, never a reserved word.

use std::collections::BTreeSet;

use feira_kernel::validate;

const MAX_LENGTH: usize = 60;

/// Reserved words: path segments that are used or may be needed.
const RESERVED: &[&str] = &[
    "admin",
    "api",
    "apply",
    "assets",
    "auth",
    "cart",
    "carts",
    "categories",
    "checkout",
    "demo",
    "feira",
    "healthz",
    "help",
    "login",
    "logout",
    "me",
    "new",
    "orders",
    "products",
    "search",
    "seller",
    "static",
    "store",
    "stores",
];

/// The slug of a name, not yet made unique.
pub(crate) fn of(name: &str) -> String {
    validate::slug(name, MAX_LENGTH, RESERVED, "loja")
}

/// The slug, or with the lowest free number appended.
pub(crate) fn free(base: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(base) {
        return base.to_owned();
    }
    // Among n + 1 numbers at least one is free.
    (2..taken.len() + 3)
        .map(|number| format!("{base}-{number}"))
        .find(|slug| !taken.contains(slug))
        .unwrap_or_else(|| format!("{base}-{}", taken.len() + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs() {
        for (name, slug) in [
            ("Ateliê da Conceição", "atelie-da-conceicao"),
            ("Łódź Čaj", "lodz-caj"),
            ("Brașov", "brasov"),
            ("Ac\u{327}ai\u{301} da Bia", "acai-da-bia"),
            ("Лампа", "lampa"),
            ("Admin", "admin-loja"),
            ("!", "loja"),
        ] {
            assert_eq!(of(name), slug, "{name}");
        }
    }

    #[test]
    fn a_clash_gets_the_lowest_free_number() {
        let taken = |slugs: &[&str]| slugs.iter().map(|s| (*s).to_owned()).collect();
        assert_eq!(free("loja", &taken(&[])), "loja");
        assert_eq!(free("loja", &taken(&["loja", "loja-3"])), "loja-2");
        assert_eq!(
            free("loja", &taken(&["loja", "loja-2", "loja-3"])),
            "loja-4"
        );
    }
}

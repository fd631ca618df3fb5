//! A store's name in paths: made of its name, unique, and never to be taken for something else.

use std::collections::BTreeSet;

use feira_kernel::validate;

const MAX_LENGTH: usize = 60;

/// Words that paths of the shop, the seller's or the operator's pages use or may want.
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

/// The slug of a name, before it is known whether another store has it.
pub(crate) fn of(name: &str) -> String {
    validate::slug(name, MAX_LENGTH, RESERVED, "loja")
}

/// The slug itself, or with the lowest number that nobody has.
pub(crate) fn free(base: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(base) {
        return base.to_owned();
    }
    // One number more than there are taken ones is surely free.
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

//! Slugs of products and categories.

use feira_kernel::validate;

const MAX: usize = 80;
/// Words that are, or may become, fixed paths beside `/products/{slug}`.
const RESERVED: &[&str] = &[
    "new", "search", "suggest", "import", "export", "edit", "all", "me", "admin",
];

/// A slug of a name; the kind of thing where nothing readable is left.
pub(crate) fn slug(name: &str, kind: &str) -> String {
    validate::slug(name, MAX, RESERVED, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_categories_are_named_by_one_table() {
        for (name, expected) in [
            ("Pa\u{303}o de ac\u{327}u\u{301}car", "pao-de-acucar"),
            ("Brașov", "brasov"),
            ("Łódź Čaj", "lodz-caj"),
            ("Cha\u{302}le\u{301} S\u{327}irin", "chale-sirin"),
            ("Đorđe Øre", "dorde-ore"),
            ("Подушка", "podushka"),
        ] {
            for kind in ["product", "category"] {
                assert_eq!(slug(name, kind), expected, "{name}");
            }
        }
        assert_eq!(slug("…", "category"), "category");
    }
}

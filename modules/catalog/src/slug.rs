//! Slugs that are never mistaken for an id or for a route of the API.

use feira_kernel::validate;

const MAX: usize = 80;
/// Words that are, or may become, fixed paths beside `/products/{slug}`.
const RESERVED: &[&str] = &[
    "new", "search", "suggest", "import", "export", "edit", "all", "me", "admin",
];

/// A slug of a name; `fallback` where nothing readable is left, and before what is not allowed.
pub(crate) fn slug(name: &str, fallback: &str) -> String {
    let slug = validate::slug(name, MAX);
    if slug.is_empty() {
        fallback.to_owned()
    } else if validate::is_reserved(&slug, RESERVED) {
        format!("{fallback}-{slug}")
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_no_id_and_no_path() {
        for (name, expected) in [
            ("Camiseta de Algodão  100%!", "camiseta-de-algodao-100"),
            ("日本", "product"),
            ("--", "product"),
            ("New", "product-new"),
            (
                "01990000-0000-7000-8000-000000000001",
                "product-01990000-0000-7000-8000-000000000001",
            ),
        ] {
            assert_eq!(slug(name, "product"), expected, "{name}");
        }
        assert_eq!(slug(&"a".repeat(500), "product").len(), MAX);
    }
}

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

//! What the report of an import tells.

use feira_kernel::ModuleError;

use crate::{
    CatalogError, ImportNote,
    import::{Notes, note},
};

/// What became of one product.
#[derive(Default)]
pub(super) struct ProductResult {
    pub(super) created: bool,
    pub(super) variants: u32,
    /// The SKUs that its variants now have.
    pub(super) skus: Vec<String>,
    /// The SKUs that they gave up.
    pub(super) freed: Vec<String>,
    pub(super) notes: Notes,
    pub(super) assumed: Assumed,
}

/// How often something was assumed that the file does not say; told once.
#[derive(Default)]
pub(super) struct Assumed {
    pub(super) published: u32,
    pub(super) not_counted: u32,
    pub(super) no_quantity: u32,
}

impl Assumed {
    pub(super) fn add(&mut self, other: &Self) {
        self.published += other.published;
        self.not_counted += other.not_counted;
        self.no_quantity += other.no_quantity;
    }

    /// All stand at the header, whose columns they are about.
    pub(super) fn notes(&self) -> impl Iterator<Item = ImportNote> {
        [
            (
                self.published,
                "published",
                "new products whose status the file does not give: they are published",
            ),
            (
                self.not_counted,
                "not_counted",
                "variants that the file does not count: their stock is not counted, and they can always be bought",
            ),
            (
                self.no_quantity,
                "no_quantity",
                "new variants are counted, but the file gives no quantity: there are none of them until you set one",
            ),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, code, what)| note(1, false, code, format!("{count} {what}")))
    }
}

/// A refused product is a note; what is no fault of the file ends the import.
pub(super) fn refusal(line: u64, error: CatalogError) -> Result<ImportNote, CatalogError> {
    match &error {
        CatalogError::Unavailable(_) | CatalogError::Internal(_) => Err(error),
        CatalogError::Invalid(fields) => {
            let detail: Vec<String> = fields
                .iter()
                .take(5)
                .map(|f| format!("{}: {}", f.pointer, f.detail))
                .collect();
            Ok(note(line, true, error.code(), detail.join("; ")))
        }
        other => Ok(note(line, true, other.code(), other.to_string())),
    }
}

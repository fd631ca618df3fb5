//! What the report of an import tells.

use std::sync::Arc;

use feira_kernel::ModuleError;

use crate::{
    CatalogError, ImportNote,
    field_codes::{NO_QUANTITY, NOT_COUNTED, PUBLISHED},
    import::{Headers, Imported, Notes, note},
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
                PUBLISHED,
                "new products whose status the file does not give: they are published",
            ),
            (
                self.not_counted,
                NOT_COUNTED,
                "variants that the file does not count: their stock is not counted, and they can always be bought",
            ),
            (
                self.no_quantity,
                NO_QUANTITY,
                "new variants are counted, but the file gives no quantity: there are none of them until you set one",
            ),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, code, what)| note(1, false, code, format!("{count} {what}")))
    }
}

/// Where the fields of a product, or of one row of it, stand in the file.
pub(super) struct Places {
    line: u64,
    rows: Vec<u64>,
    headers: Arc<Headers>,
}

impl Places {
    pub(super) fn of(imported: &Imported) -> Self {
        Self {
            rows: imported.variants.iter().map(|row| row.line).collect(),
            ..Self::of_row(imported, imported.line)
        }
    }

    pub(super) fn of_row(imported: &Imported, line: u64) -> Self {
        Self {
            line,
            rows: Vec::new(),
            headers: imported.headers.clone(),
        }
    }

    /// A refused product is a note of its first fault, which tells of the others; what is no fault of
    /// the file ends the import.
    pub(super) fn refusal(&self, error: CatalogError) -> Result<ImportNote, CatalogError> {
        let refused = |line, column, code: &str, detail| ImportNote {
            line,
            column,
            refused: true,
            code: code.to_owned(),
            detail,
        };
        match &error {
            CatalogError::Unavailable(_) | CatalogError::Internal(_) => Err(error),
            CatalogError::Invalid(fields) => {
                let place = |pointer: &str| self.headers.place(self.line, &self.rows, pointer);
                let Some((first, others)) = fields.split_first() else {
                    return Ok(refused(self.line, None, error.code(), error.to_string()));
                };
                let mut detail = first.detail.clone();
                for other in others.iter().take(4) {
                    let (line, column) = place(&other.pointer);
                    let column = column
                        .map(|column| format!(", {column}"))
                        .unwrap_or_default();
                    detail += &format!("; line {line}{column}: {}", other.detail);
                }
                let (line, column) = place(&first.pointer);
                Ok(refused(line, column, &first.code, detail))
            }
            other => Ok(refused(self.line, None, other.code(), other.to_string())),
        }
    }
}

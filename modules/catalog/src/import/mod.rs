//! Reading other shops' product files: pure, from bytes to products and notes.

mod html;
mod shopify;

use feira_kernel::Currency;

use crate::{CatalogError, ImportFormat, ImportNote, NewProduct};

const MAX_BYTES: usize = 20 * 1024 * 1024;

/// One product of a file, as if its seller had typed it.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    /// Where it starts in the file.
    pub(crate) line: u64,
    /// With its key; the category is still to be found by `kind`.
    pub(crate) product: NewProduct,
    pub(crate) kind: Option<String>,
    /// Per variant, whether the file says how many there are.
    pub(crate) counted: Vec<bool>,
}

#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) products: Vec<Imported>,
    pub(crate) notes: Vec<ImportNote>,
}

/// Prices without a currency are in the store's. A file that is no such CSV is `BadImport`.
pub(crate) fn parse(
    format: ImportFormat,
    file: &[u8],
    currency: Currency,
) -> Result<Parsed, CatalogError> {
    if file.len() > MAX_BYTES {
        return Err(CatalogError::BadImport("at most 20 MiB".to_owned()));
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = std::str::from_utf8(file)
        .map_err(|_| CatalogError::BadImport("it is not UTF-8 text".to_owned()))?;
    match format {
        ImportFormat::Shopify => shopify::parse(text, currency),
    }
}

pub(crate) fn note(line: u64, refused: bool, code: &str, detail: impl Into<String>) -> ImportNote {
    ImportNote {
        line,
        refused,
        code: code.to_owned(),
        detail: detail.into(),
    }
}

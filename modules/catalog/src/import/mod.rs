//! Reading other shops' product files: pure, from bytes to what their columns say, and notes.

mod html;
mod notes;
mod shopify;
mod sku;

use feira_kernel::{Currency, Money, text};

use crate::{CatalogError, ImportFormat, ImportNote, OptionValue, ProductStatus};

pub(crate) use notes::Notes;
pub(crate) use sku::{made_up, told_apart};

const MAX_BYTES: usize = 20 * 1024 * 1024;

/// What a file says of one product. `None` is what it does not say: the column is absent, or
/// empty where nothing can be cleared (name, status, SKU, price, quantity). An inner `None` is an
/// empty column, which clears.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    /// Where it starts in the file.
    pub(crate) line: u64,
    /// The product's key in its store.
    pub(crate) key: String,
    pub(crate) handle: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    /// The file's type of product; the category is still to be found by it.
    pub(crate) kind: Option<Option<String>>,
    pub(crate) brand: Option<Option<String>>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) status: Option<ProductStatus>,
    /// At least one.
    pub(crate) variants: Vec<ImportedVariant>,
}

#[derive(Debug, Clone)]
pub(crate) struct ImportedVariant {
    pub(crate) line: u64,
    pub(crate) options: Option<Vec<OptionValue>>,
    pub(crate) sku: Option<String>,
    pub(crate) price: Option<Money>,
    pub(crate) compare_at: Option<Option<Money>>,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) barcode: Option<Option<String>>,
    pub(crate) stock: ImportedStock,
    /// The row fills no column of a variant, so it may be about the product alone.
    pub(crate) bare: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ImportedStock {
    /// Whether the file has a column for quantities.
    pub(crate) column: bool,
    /// Below zero where more was sold than there was.
    pub(crate) quantity: Option<i32>,
    /// Whether somebody counts it.
    pub(crate) tracked: Option<bool>,
    /// Whether it is sold on when there is none.
    pub(crate) oversell: Option<bool>,
}

#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) products: Vec<Imported>,
    pub(crate) notes: Notes,
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
    // Before anything is compared: handles, SKUs and options are found again by what is kept.
    let text = text::line(text);
    match format {
        ImportFormat::Shopify => shopify::parse(&text, currency),
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

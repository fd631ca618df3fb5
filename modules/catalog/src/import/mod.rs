//! Reading other shops' product files: pure, from bytes to what their columns say, and notes.

mod html;
mod notes;
mod shopify;
mod sku;

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    sync::Arc,
};

use feira_files::csv_text;
use feira_kernel::{Currency, FieldCode, Money};

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
    pub(crate) headers: Arc<Headers>,
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
    /// Not below zero.
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
    /// By the key of a product the one that 0.3.0 gave it, which cleaned no handles, where that is another.
    pub(crate) earlier_keys: BTreeMap<String, String>,
    pub(crate) notes: Notes,
}

/// By the name of a field (of an option: by `option1`, `option2` and so on) how the file calls its
/// column.
#[derive(Debug, Default)]
pub(crate) struct Headers(pub(crate) HashMap<&'static str, String>);

impl Headers {
    pub(crate) fn of(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }

    /// The place of a JSON pointer into a product whose rows these are, or into one of them.
    pub(crate) fn place(&self, line: u64, rows: &[u64], pointer: &str) -> (u64, Option<String>) {
        let mut names = pointer.split('/').skip(1).peekable();
        let mut line = line;
        if names.next_if_eq(&"variants").is_some() {
            let row = names.next().and_then(|row| row.parse::<usize>().ok());
            line = row.and_then(|row| rows.get(row).copied()).unwrap_or(line);
        }
        let field = names.next().unwrap_or_default();
        let column = match field {
            "options" => {
                let option = names.next().and_then(|option| option.parse::<u32>().ok());
                self.of(&format!("option{}", option.unwrap_or(0) + 1))
            }
            other => self.of(other),
        };
        (line, column)
    }
}

/// Prices without a currency are in the store's. A file that is no such CSV is `BadImport`.
pub(crate) fn parse(
    format: ImportFormat,
    file: &[u8],
    currency: Currency,
) -> Result<Parsed, CatalogError> {
    if file.len() > MAX_BYTES {
        return Err(bad("at most 20 MiB"));
    }
    // Before anything is compared: handles, SKUs and options are found again by what is kept.
    let raw = csv_text::decode(file).map_err(bad)?;
    let text = feira_kernel::text::line(&raw);
    match format {
        ImportFormat::Shopify => shopify::parse(&text, &raw, currency),
    }
}

fn bad(error: impl Display) -> CatalogError {
    CatalogError::BadImport(error.to_string())
}

/// Of a whole row, or of what the file does not have.
pub(crate) fn note(
    line: u64,
    refused: bool,
    code: FieldCode,
    detail: impl Into<String>,
) -> ImportNote {
    ImportNote {
        line,
        column: None,
        refused,
        code: code.as_str().to_owned(),
        detail: detail.into(),
    }
}

impl ImportNote {
    /// The same of one column of the row.
    pub(crate) fn at(mut self, column: impl Into<Option<String>>) -> Self {
        self.column = column.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_a_line_and_a_column() {
        let names = [
            ("name", "Title"),
            ("sku", "SKU"),
            ("option2", "Option2 value"),
        ];
        let headers = Headers(names.map(|(field, name)| (field, name.to_owned())).into());
        for (pointer, line, column) in [
            ("/name", 4, Some("Title")),
            ("/sku", 4, Some("SKU")),
            ("/variants/1/sku", 6, Some("SKU")),
            ("/variants/0/options/1/value", 4, Some("Option2 value")),
            ("/variants/9/options", 4, None),
            ("/variants", 4, None),
            ("", 4, None),
        ] {
            let place = headers.place(4, &[4, 6], pointer);
            assert_eq!(place, (line, column.map(str::to_owned)), "{pointer}");
        }
    }
}

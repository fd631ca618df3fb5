//! What is said and answered of an import.

use feira_kernel::id;
use serde::{Deserialize, Serialize};

id! {
    /// One file that was imported, or tried.
    ImportId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// The product CSV that Shopify exports, and its newer template.
    Shopify,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportRequest {
    pub format: ImportFormat,
    pub dry_run: bool,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub file: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// By which its notes are asked for.
    pub id: ImportId,
    #[serde(default)]
    pub dry_run: bool,
    pub products_created: u32,
    pub products_updated: u32,
    pub variants: u32,
    /// Products or rows that were left out.
    pub refused: u32,
    /// What was not taken, or taken with a change: refusals first, the commonest of each first.
    pub notes: Vec<ImportNotes>,
}

/// All notes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNotes {
    /// One of the module's `NOTE_CODES`, or the code of a field or an error.
    pub code: String,
    /// Whether the products or rows were left out.
    pub refused: bool,
    pub count: u32,
    /// The first five by line; `import_notes` gives the rest.
    pub first: Vec<ImportNote>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// Line of the file, from 1 (the header), which stands for what the file does not say.
    pub line: u64,
    /// The column as the file calls it; none for a whole row.
    pub column: Option<String>,
    /// Whether the product or row of this line was left out.
    pub refused: bool,
    pub code: String,
    pub detail: String,
}

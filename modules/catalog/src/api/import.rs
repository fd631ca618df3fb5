//! What is said and answered of an import.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// The product CSV that Shopify exports.
    Shopify,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportRequest {
    pub format: ImportFormat,
    pub dry_run: bool,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub file: Vec<u8>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub products_created: u32,
    pub products_updated: u32,
    pub variants: u32,
    /// How many notes are of products or rows that were left out, told or not.
    #[serde(default)]
    pub refused: u32,
    /// What was not taken, or taken with a change, by line of the file; at line 1, once each,
    /// what the file does not say and was assumed. Of each code the first 200 (fewer if that
    /// would be more than 1,000 in all), of which the last one tells how many more there are.
    pub notes: Vec<ImportNote>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// Line of the file, from 1 (the header).
    pub line: u64,
    /// Whether the product of this line was left out.
    pub refused: bool,
    pub code: String,
    pub detail: String,
}

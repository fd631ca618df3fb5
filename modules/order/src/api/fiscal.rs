use feira_kernel::Time;
use serde::{Deserialize, Serialize};

/// What the store gave out for the tax office and the buyer: in Brazil a nota fiscal, told by its access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiscalDocument {
    /// 44 digits.
    pub key: String,
    /// As the key says them.
    pub series: u32,
    pub number: u32,
    /// Of its file, if there is one: `application/xml` or `application/pdf`.
    pub media_type: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewFiscalDocument {
    /// 44 digits; spaces between them do not count.
    pub key: String,
    /// XML or PDF, at most 1 MiB; empty if there is none.
    #[serde(with = "feira_kernel::base64_bytes")]
    pub file: Vec<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FiscalFile {
    pub key: String,
    pub media_type: String,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub bytes: Vec<u8>,
}

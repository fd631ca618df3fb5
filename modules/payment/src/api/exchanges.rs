use feira_kernel::Time;
use serde::{Deserialize, Serialize};

/// One exchange with a provider, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub kind: String,
    pub gateway_id: Option<String>,
    pub outcome: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
    /// What was asked and answered, a line each: method, path and status, with the names and values that tell no
    /// secret and nobody's data. None where nobody was asked, and once it was erased.
    pub texts: Option<ExchangeTexts>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeTexts {
    pub request: String,
    pub response: String,
}

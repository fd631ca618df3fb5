//! The words of a charge's row: how it is paid, and what became of it.

use serde::Deserialize;

feira_kernel::text_enum! {
    /// How a charge is paid.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Method {
        Pix = "pix",
        Card = "card",
    }
}

feira_kernel::text_enum! {
    /// What became of a charge.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ChargeStatus {
        Pending = "pending",
        Captured = "captured",
        Declined = "declined",
        Cancelled = "cancelled",
    }
}

//! The words of a charge's row, how it is paid and what became of it, and of a dispute's.

use serde::{Deserialize, Serialize};

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

feira_kernel::text_enum! {
    /// How the payer asks for it back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum DisputeKind {
        Chargeback = "chargeback",
        Med = "med",
    }
}

feira_kernel::text_enum! {
    /// What became of a dispute.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum DisputeStatus {
        /// The payer's bank only asks: no money moves.
        Inquiry = "inquiry",
        Open = "open",
        Answered = "answered",
        Won = "won",
        Lost = "lost",
    }
}

feira_kernel::text_enum! {
    /// Who bears the interest of instalments: the payer beside the amount, or its payee out of it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum InterestBearer {
        Payer = "payer",
        Merchant = "merchant",
    }
}

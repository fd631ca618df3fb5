use feira_kernel::{Actor, Money, StoreId, Time};
use serde::{Deserialize, Serialize};

use super::{NextAction, PartReference, Reference};

feira_kernel::text_enum! {
    /// What became of a leg; what has ended stays as it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum LegStatus {
        /// Agreed upon, and not paid yet.
        Open = "open",
        /// The store has the money.
        Paid = "paid",
        /// Nobody will pay it.
        Unpaid = "unpaid",
    }
}

fn nothing() -> NextAction {
    NextAction::None {}
}

/// What a buyer pays to one store itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLeg {
    pub store: StoreId,
    pub part: PartReference,
    /// What the store gets; the commission of it is owed to the marketplace.
    pub amount: Money,
    pub status: LegStatus,
    /// What its payer does for it, while it is open: its own code, account or chat. Nothing of what is paid on
    /// delivery.
    #[serde(default = "nothing")]
    pub next_action: NextAction,
    /// By which the store's bank tells of it: the txid of a PIX, else what its payer reads.
    #[serde(default)]
    pub statement: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub paid_at: Option<Time>,
    /// Where its store sees what is paid, if its payer sends her that in a chat: whoever made the payment says so, to
    /// the payer alone.
    #[serde(default)]
    pub page: Option<String>,
}

/// What became of a leg, as somebody says who knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SettleLeg {
    pub reference: Reference,
    pub part: PartReference,
    /// Whether its store has the money; else it will never be paid.
    pub paid: bool,
    /// Also where the leg was given up before: what came too late is recorded, to be given back.
    #[serde(default)]
    pub late: bool,
    /// Who says so: for the log of acts.
    pub by: Actor,
    /// What she wrote beside, at most 500 characters.
    pub note: Option<String>,
}

/// What somebody wrote who said what became of a leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegNote {
    pub part: PartReference,
    pub note: String,
}

use feira_kernel::{StoreId, Time, Versions, id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ProductId, StockPolicy, VariantId};

id! {
    /// The caller's key of a hold: the checkout's id.
    ReservationKey,
}

feira_kernel::text_enum! {
    /// Why a quantity changed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum MovementReason {
        /// The quantity that a variant started with.
        Initial = "initial",
        Restock = "restock",
        Adjustment = "adjustment",
        Import = "import",
        Reserved = "reserved",
        Released = "released",
        Expired = "expired",
        OrderPlaced = "order_placed",
        OrderCancelled = "order_cancelled",
        Returned = "returned",
    }
}

/// One change of a variant's stock; the sum of all is the stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    pub id: Uuid,
    pub variant: VariantId,
    pub on_hand_change: i64,
    pub reserved_change: i64,
    pub reason: MovementReason,
    /// What caused it: a reservation, an order, an import.
    pub reference: Option<String>,
    pub note: Option<String>,
    /// `user:<id>` or `system:<module>`.
    pub actor: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Adjustment {
    pub variant: VariantId,
    pub change: StockChange,
    /// Of the stock that was seen by who counted; an addition needs to have seen none.
    #[serde(default)]
    pub expected_version: Option<Versions>,
    /// `Restock` or `Adjustment`.
    pub reason: MovementReason,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockChange {
    /// Add to, or take from, what is on hand.
    By(i64),
    /// A count: on hand becomes this, the movement is the difference.
    To(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    pub variant: VariantId,
    /// Below zero where more was sold than there was.
    pub on_hand: i64,
    pub reserved: u32,
    /// How the variant is counted.
    #[serde(default)]
    pub stock_policy: StockPolicy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLine {
    pub variant: VariantId,
    /// At least 1; lines of one variant are summed.
    pub quantity: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReservationRequest {
    pub key: ReservationKey,
    pub lines: Vec<StockLine>,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ReservationState {
        Active = "active",
        Committed = "committed",
        Released = "released",
        Expired = "expired",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub key: ReservationKey,
    /// All that was asked for, also what is not counted and so not held.
    pub lines: Vec<StockLine>,
    pub state: ReservationState,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Restock {
    /// Unique per cause; repeating it changes nothing.
    pub key: Uuid,
    /// The sale that is undone: what was not counted in it does not come back. Without it the
    /// variants' policies of today decide.
    pub reservation: Option<ReservationKey>,
    pub lines: Vec<StockLine>,
    pub reason: MovementReason,
    pub reference: String,
}

/// What is short of what is counted, and how much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub variant: VariantId,
    pub requested: u32,
    pub available: u32,
}

/// A sale took a variant's availability to its threshold or below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLow {
    pub variant: VariantId,
    pub product: ProductId,
    pub store: StoreId,
    /// The stock row's version.
    pub version: i64,
    pub available: u32,
}

feira_kernel::event!(StockLow, variant, "catalog.stock_low.v1");

use feira_kernel::Time;
use serde::{Deserialize, Serialize};

use super::StoreOrderId;

feira_kernel::text_enum! {
    /// For the buyer, derived by one pure function from the payment and the store orders.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum OrderStatus {
        /// Waiting for the payment.
        Pending = "pending",
        Confirmed = "confirmed",
        PartiallyShipped = "partially_shipped",
        Shipped = "shipped",
        PartiallyDelivered = "partially_delivered",
        Delivered = "delivered",
        Completed = "completed",
        Cancelled = "cancelled",
        Refunded = "refunded",
    }
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Fulfilment {
        Pending = "pending",
        Accepted = "accepted",
        Packed = "packed",
        Shipped = "shipped",
        Delivered = "delivered",
        Returned = "returned",
        Cancelled = "cancelled",
    }
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Settlement {
        Unpaid = "unpaid",
        /// To be paid to the store when it is handed over.
        OnDelivery = "on_delivery",
        Paid = "paid",
        PartiallyRefunded = "partially_refunded",
        Refunded = "refunded",
    }
}

/// What a buyer can do with an order; each is a command of the trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuyerAction {
    Cancel,
    ConfirmDelivery,
}

/// What a seller can do with a store order; each is a command of the trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SellerAction {
    Accept,
    Ship,
    Deliver,
    /// The buyer paid on delivery.
    Collect,
    /// She did not, and will not: the goods are back.
    GiveUp,
}

/// What changed: the order's status, or something of a store order. At first it comes from nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "axis", rename_all = "snake_case")]
pub enum StateChange {
    Status {
        from: Option<OrderStatus>,
        to: OrderStatus,
    },
    Fulfilment {
        from: Option<Fulfilment>,
        to: Fulfilment,
    },
    Settlement {
        from: Option<Settlement>,
        to: Settlement,
    },
    Completion {
        from: Option<Completion>,
        to: Completion,
    },
}

/// A store order's return window is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    Completed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The store order that changed; `None` for the order as a whole.
    pub store_order: Option<StoreOrderId>,
    #[serde(flatten)]
    pub change: StateChange,
    pub actor: String,
    pub reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

use feira_cart::Totals;
use feira_kernel::{Money, Time};
use serde::{Deserialize, Serialize};

use super::{Fulfilment, OrderId, OrderStatus, Settlement, StoreOrderId};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OrderFilter {
    pub status: Option<OrderStatus>,
    /// The order's number or that of a part of it, in any form; the buyer's e-mail address; words of the
    /// recipient's name; the recipient's phone.
    pub q: Option<String>,
    /// Those of which a part is paid and lacks a fiscal document.
    #[serde(default)]
    pub undocumented: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    pub id: OrderId,
    pub number: String,
    pub status: OrderStatus,
    pub total: Money,
    pub stores: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub placed_at: Time,
}

/// What an order is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderNumber {
    pub id: OrderId,
    pub number: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StoreOrderFilter {
    pub fulfilment: Option<Fulfilment>,
    pub settlement: Option<Settlement>,
    /// As in [`OrderFilter::q`], among the store's own.
    pub q: Option<String>,
    /// Those that are paid and lack a fiscal document.
    #[serde(default)]
    pub undocumented: bool,
    /// Those that their store may send: paid, or to be paid on delivery.
    #[serde(default)]
    pub secured: bool,
    /// Placed on this day of the store's, such as `2026-03-17`, or later.
    #[serde(default)]
    pub from: Option<String>,
    /// On this day or before.
    #[serde(default)]
    pub to: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerOrderSummary {
    pub id: StoreOrderId,
    pub number: String,
    pub fulfilment: Fulfilment,
    pub settlement: Settlement,
    pub total: Money,
    pub units: u32,
    pub recipient: String,
    #[serde(with = "time::serde::rfc3339")]
    pub placed_at: Time,
    pub totals: Totals,
    /// As agreed at the sale, as in [`SellerOrder`].
    pub commission: Money,
    pub earning: Money,
    #[serde(with = "time::serde::rfc3339::option")]
    pub return_window_ends_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<Time>,
    pub documented: bool,
    /// As in [`SellerOrder`].
    pub lacks_document: bool,
}

/// How people call a store's part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreOrderNumber {
    pub id: StoreOrderId,
    pub number: String,
}

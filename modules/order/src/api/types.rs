use feira_cart::{CartId, Released, Totals};
use feira_catalog::{ImageRef, OptionValue, ProductId, VariantId};
use feira_kernel::{Money, StoreId, Time, UserId};
use feira_payment::{Method, Payment, PaymentLeg};
use feira_store::Address;
use serde::{Deserialize, Serialize};

use super::{
    FiscalDocument, Fulfilment, HistoryEntry, OrderId, OrderRefund, OrderStatus, Settlement,
    ShipmentId, StoreOrderId,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The caller's `Idempotency-Key`, 1 to 255 characters.
    pub key: String,
    pub cart: CartId,
    /// Required of a guest; of a person her account's is used.
    pub email: Option<String>,
    pub shipping_address: Address,
    pub billing_address: Option<Address>,
    pub method: Method,
    /// What the buyer saw; another total is refused, never charged.
    pub expected_total: Money,
    /// For messages to a guest: `en` or `pt-BR`.
    pub locale: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Placed {
    pub order: Order,
    pub payment: Payment,
    /// For a guest: opens the order. The same at every repeat.
    pub order_token: Option<String>,
}

/// For messages: the order, and the token that opens it without signing in, which is for its buyer only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderForMessage {
    pub order: Order,
    pub order_token: Option<String>,
    /// Of one that was cancelled: the parts whose stores were told to expect the buyer's money themselves, by any
    /// attempt to pay.
    #[serde(default)]
    pub expected: Vec<StoreOrderId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    /// Readable, not a key to anything.
    pub number: String,
    pub user: Option<UserId>,
    pub email: String,
    pub locale: String,
    pub status: OrderStatus,
    pub totals: Totals,
    pub shipping_address: Address,
    pub billing_address: Address,
    pub store_orders: Vec<StoreOrder>,
    pub history: Vec<HistoryEntry>,
    pub cart: CartId,
    /// Of an order that ended unpaid, once its cart is released: in which cart the lines went on,
    /// and what was done to each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Released>,
    pub payment: Option<Payment>,
    /// Captured payments that came beside the one that confirmed it, and are here again, or still: each goes back
    /// by `RefundOf::Payment`. To operators only.
    #[serde(default)]
    pub beside: Vec<Payment>,
    /// Oldest first, at most 100; none of its cancel.
    #[serde(default)]
    pub refunds: Vec<OrderRefund>,
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub placed_at: Time,
    /// Until when it can be paid.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreOrder {
    pub id: StoreOrderId,
    pub number: String,
    pub store: StoreId,
    pub store_name: String,
    pub fulfilment: Fulfilment,
    pub settlement: Settlement,
    pub lines: Vec<OrderLine>,
    pub totals: Totals,
    pub shipping_method: String,
    pub shipments: Vec<Shipment>,
    /// After it the earning is payable; set at delivery.
    #[serde(with = "time::serde::rfc3339::option")]
    pub return_window_ends_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_document: Option<FiscalDocument>,
}

/// All copies of what was offered at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub variant: VariantId,
    pub product: ProductId,
    pub title: String,
    pub sku: String,
    pub options: Vec<OptionValue>,
    pub image: Option<ImageRef>,
    pub quantity: u32,
    pub unit_price: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    pub id: ShipmentId,
    pub carrier: String,
    pub tracking_number: String,
    #[serde(with = "time::serde::rfc3339")]
    pub shipped_at: Time,
}

/// A buyer who was to pay on delivery did not, and the goods are back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCollected {
    /// Whether they can be sold again.
    pub restock: bool,
    /// For the history, at most 500 characters.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShipment {
    pub carrier: String,
    pub tracking_number: String,
}

/// A store order with what only the seller sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerOrder {
    pub store_order: StoreOrder,
    pub order_number: String,
    pub buyer_email: String,
    pub shipping_address: Address,
    /// As agreed at the sale; what became of it payment knows ([`StoreOrder::earns`]).
    pub commission: Money,
    /// Total less commission.
    pub earning: Money,
    /// Its earning is not released before there is a fiscal document, and there is none.
    #[serde(default)]
    pub lacks_document: bool,
    /// Of this store order, oldest first, at most 100.
    #[serde(default)]
    pub refunds: Vec<OrderRefund>,
    /// What its buyer pays the store itself before anything is sold, while the order waits for that: the store says when
    /// it has the money.
    #[serde(default)]
    pub leg: Option<PaymentLeg>,
    pub history: Vec<HistoryEntry>,
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub placed_at: Time,
}

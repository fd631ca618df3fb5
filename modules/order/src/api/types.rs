use feira_cart::{CartId, Released, Totals};
use feira_catalog::{ImageRef, OptionValue, ProductId, VariantId};
use feira_kernel::{Money, StoreId, Time, UserId, id};
use feira_payment::{Method, Payment, PaymentLeg};
use feira_store::Address;
use serde::{Deserialize, Serialize};

use super::OrderRefund;

id! {
    OrderId,
    /// One seller's part of an order.
    StoreOrderId,
    /// A resumable checkout; also the key of its stock reservation.
    CheckoutId,
    ShipmentId,
}

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
}

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

/// How people call a store's part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreOrderNumber {
    pub id: StoreOrderId,
    pub number: String,
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

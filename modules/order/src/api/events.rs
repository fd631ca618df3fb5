use feira_kernel::{Money, StoreId, UserId};
use serde::{Deserialize, Serialize};

use super::{OrderId, OrderRefundId, StoreOrderId};

macro_rules! order_event {
    ($(#[$meta:meta])* $name:ident = $wire:literal { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub order: OrderId,
            pub version: i64,
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        feira_kernel::event!($name, order, $wire);
    };
}

/// A store's part, as events carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreOrderRef {
    pub store_order: StoreOrderId,
    pub store: StoreId,
}

order_event! {
    /// An order exists and waits for its payment.
    OrderPlaced = "order.placed.v1" { user: Option<UserId>, parts: Vec<StoreOrderRef> }
}
order_event! {
    /// An attempt to pay waits for the payer, who has been told how: by a code, or an address.
    PaymentAwaited = "order.payment_awaited.v1" {
        user: Option<UserId>,
        attempt: i32,
        /// The parts whose stores she pays themselves, and which say when they have the money.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to_stores: Vec<StoreOrderRef>,
    }
}
order_event! {
    /// Paid, and its stock is committed: sellers may send these parts, which are all that were paid.
    OrderConfirmed = "order.confirmed.v1" { user: Option<UserId>, parts: Vec<StoreOrderRef> }
}
order_event! {
    /// Ended before anything was sent; `reason` is a code such as `expired` or `buyer`.
    OrderCancelled = "order.cancelled.v1" { user: Option<UserId>, parts: Vec<StoreOrderRef>, reason: String }
}
order_event! {
    /// A store sent its part.
    StoreOrderShipped = "order.store_order_shipped.v1" { user: Option<UserId>, part: StoreOrderRef }
}
order_event! {
    /// A store's part arrived.
    StoreOrderDelivered = "order.store_order_delivered.v1" { user: Option<UserId>, part: StoreOrderRef }
}
/// A store's part of what went back, as events carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedPart {
    pub store_order: StoreOrderId,
    pub store: StoreId,
    pub amount: Money,
}

order_event! {
    /// Money of it went back to the buyer, beside its cancel.
    OrderRefunded = "order.refunded.v1" {
        user: Option<UserId>,
        refund: OrderRefundId,
        amount: Money,
        parts: Vec<RefundedPart>,
        /// Whether an operator gave it back, and no seller.
        by_operator: bool,
    }
}
order_event! {
    /// The return window of a store's part is over: its earning is payable.
    StoreOrderCompleted = "order.store_order_completed.v1" { user: Option<UserId>, part: StoreOrderRef }
}

use feira_kernel::{Money, Time, id};
use feira_payment::{BorneBy, PaymentId, RefundId};
use serde::{Deserialize, Serialize};

use super::{OrderId, StoreOrderId};

id! {
    /// What is given back at once of an order; also the key under which payment is asked.
    OrderRefundId,
}

feira_kernel::text_enum! {
    /// Why money goes back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RefundReason {
        NotReceived = "not_received",
        Damaged = "damaged",
        NotAsDescribed = "not_as_described",
        OutOfStock = "out_of_stock",
        BuyerRegret = "buyer_regret",
        PaidTooMuch = "paid_too_much",
        Goodwill = "goodwill",
        Other = "other",
    }
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum OrderRefundState {
        /// Written down; payment was not asked, or its answer is not known.
        Requested = "requested",
        /// Payment has it, and its provider has not made it yet.
        Asked = "asked",
        Completed = "completed",
        /// Refused, or it came back after it was completed: nothing of it is given back.
        Failed = "failed",
    }
}

feira_kernel::text_enum! {
    /// Why nothing was given back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case", from = "String")]
    pub enum RefundFailure {
        /// The provider refused it, for good.
        Refused = "refused",
        /// It was made, and the payer's bank sent it back.
        CameBack = "came_back",
        /// It was to be sent by hand, and nobody will.
        Withdrawn = "withdrawn",
        /// More than is left of the payment.
        TooLarge = "too_large",
        /// The provider gives a payment back as a whole only.
        WholeOnly = "whole_only",
        /// The provider gives nothing back after so long.
        TooLate = "too_late",
        /// A dispute keeps the money back.
        Disputed = "disputed",
        /// Its stores were paid themselves.
        PaidToStores = "paid_to_stores",
        /// There is nothing of that payment to give back.
        NotPossible = "not_possible",
    } else {
        "payment.refund_too_large" => TooLarge,
        "payment.refund_whole_only" => WholeOnly,
        "payment.refund_too_late" => TooLate,
        "payment.disputed" => Disputed,
        "payment.paid_to_stores" => PaidToStores,
        _ => NotPossible,
    }
}

/// Of what money is given back. Lines of a store order will be another of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum RefundOf {
    /// Divided among its store orders by what each has left.
    Order(OrderId),
    StoreOrder(StoreOrderId),
    /// The store order, if it is of this order.
    PartOf(OrderId, StoreOrderId),
    /// A payment of the order that came beside the one that confirmed it, and whose refund came back: it settles
    /// nothing, and each side gives back what it got, whoever is said to bear it. Of the one that confirmed it: as
    /// `Order`.
    Payment(OrderId, PaymentId),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    pub of: RefundOf,
    /// All that is left of it, if none is said.
    pub amount: Option<Money>,
    pub reason: RefundReason,
    /// For those who see to it, at most 500 characters; buyers do not read it.
    pub note: Option<String>,
    pub borne_by: BorneBy,
}

/// A refund of an order, by an operator or a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefund {
    pub id: OrderRefundId,
    pub order: OrderId,
    /// To a seller, of her part.
    pub amount: Money,
    pub borne_by: BorneBy,
    pub reason: RefundReason,
    pub note: Option<String>,
    pub state: OrderRefundState,
    /// Of a failed one.
    pub failure: Option<RefundFailure>,
    /// Of a completed one: under which the provider, or the bank that sent it, knows it; not told to the buyer.
    #[serde(default)]
    pub reference: Option<String>,
    pub parts: Vec<OrderRefundPart>,
    /// What payment made of it, once it was asked: by which somebody says that it was sent.
    #[serde(default)]
    pub made: Option<RefundId>,
    /// Who asked for it, as in the history; empty to the buyer.
    pub actor: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundPart {
    pub store_order: StoreOrderId,
    pub amount: Money,
}

/// What a refund would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundPreview {
    /// What the buyer gets.
    pub amount: Money,
    /// What can still be given back afterwards, of what was named.
    pub left: Money,
    pub parts: Vec<OrderRefundPartPreview>,
    /// Who bears what the payment's provider takes for it beside, and how much that is, if it is known before.
    pub fee_borne_by: BorneBy,
    #[serde(default)]
    pub fee: Option<Money>,
}

/// What is given back of one store order is the sum of `commission`, `earning` and `promotion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundPartPreview {
    pub store_order: StoreOrderId,
    pub number: String,
    pub store_name: String,
    pub amount: Money,
    /// What the marketplace gives back of its commission.
    pub commission: Money,
    /// What the store loses.
    pub earning: Money,
    /// What the marketplace bears beside.
    pub promotion: Money,
    /// What the store then still earns by it; negative where it bore more than it had.
    pub earning_left: Money,
    pub left: Money,
}

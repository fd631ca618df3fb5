use feira_order::{OrderRefund, OrderRefundPart};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView, Timestamp,
    words::{BorneBy, RefundFailure, RefundReason, RefundState},
};

/// Money that went back, or goes back, of an order, beside its cancel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderRefundView {
    id: Uuid,
    /// To a seller, of her part.
    amount: MoneyView,
    state: RefundState,
    reason: RefundReason,
    store_orders: Vec<OrderRefundPartView>,
    /// Who bears it; not told to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    borne_by: Option<BorneBy>,
    /// What who gave it back wrote; not told to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Of a failed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<RefundFailure>,
    /// Of a completed one: under which the provider, or the bank that sent it, knows it; not told to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Once it is asked for, by which its store says that it was sent where it was paid itself; not told to the
    /// buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<Uuid>,
    created_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderRefundPartView {
    store_order_id: Uuid,
    amount: MoneyView,
}

impl From<OrderRefund> for OrderRefundView {
    fn from(r: OrderRefund) -> Self {
        // Whoever does not read who gave it back is the buyer.
        let inside = !r.actor.is_empty();
        let part = |part: OrderRefundPart| OrderRefundPartView {
            store_order_id: part.store_order.0,
            amount: part.amount.into(),
        };
        Self {
            id: r.id.0,
            amount: r.amount.into(),
            state: r.state.into(),
            reason: r.reason.into(),
            store_orders: r.parts.into_iter().map(part).collect(),
            borne_by: inside.then(|| r.borne_by.into()),
            note: r.note,
            failure: r.failure.map(RefundFailure::from),
            reference: r.reference.filter(|_| inside),
            refund_id: r.made.filter(|_| inside).map(|made| made.0),
            created_at: r.created_at.into(),
        }
    }
}

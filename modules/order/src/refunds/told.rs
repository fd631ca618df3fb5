//! What payment is asked of a refund, and how its answers are told.

use feira_kernel::Money;
use feira_payment::{BorneBy, PartReference, PaymentError, RefundPart, RefundPreview};

use super::draft::Divided;
use crate::{
    Order, OrderError, OrderRefundPartPreview, OrderRefundPreview, StoreOrderId, neighbours,
    status::Illegal,
};

pub(super) fn asked_parts(parts: &[(StoreOrderId, Money)]) -> Vec<RefundPart> {
    let part = |(id, amount): &(StoreOrderId, Money)| RefundPart {
        part: PartReference::new(id.0),
        amount: *amount,
    };
    parts.iter().map(part).collect()
}

/// Of a payment that came beside the one of the order the sale came to nothing: each side gives back its own.
pub(super) fn borne_by(said: BorneBy, beside: bool) -> Option<BorneBy> {
    (!beside).then_some(said)
}

/// What payment does not give back now, as this module tells it.
pub(super) fn refused(error: PaymentError, left: Money) -> OrderError {
    match error {
        PaymentError::RefundTooLarge => OrderError::RefundTooLarge { left },
        PaymentError::IllegalMove(status) => Illegal::new(status.as_str(), "refunded").into(),
        other => neighbours::payment(other),
    }
}

pub(super) fn preview_of(
    order: &Order,
    divided: &Divided,
    told: &RefundPreview,
) -> Result<OrderRefundPreview, OrderError> {
    let parts = told.parts.iter().map(|part| {
        let mut all = order.store_orders.iter();
        let of = all.find(|of| of.id.0 == part.part.0);
        let of = of.ok_or_else(|| OrderError::Internal("a part of another order".to_owned()))?;
        Ok(OrderRefundPartPreview {
            store_order: of.id,
            number: of.number.clone(),
            store_name: of.store_name.clone(),
            amount: part.amount,
            commission: part.commission,
            earning: part.earning,
            promotion: part.promotion,
            earning_left: part.earning_left,
            left: part.left,
        })
    });
    Ok(OrderRefundPreview {
        amount: told.amount,
        left: divided.left.checked_sub(divided.amount)?,
        fee_borne_by: told.fee_borne_by,
        fee: told.fee,
        parts: parts.collect::<Result<_, OrderError>>()?,
    })
}

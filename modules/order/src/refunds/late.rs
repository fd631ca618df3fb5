//! What came after its part was cancelled beside others, and went back: no refund of ours, which its buyer is told of all
//! the same.

use feira_kernel::outbox;
use feira_payment::{LegStatus, PaymentError, PaymentId, Refund, RefundId};

use crate::{
    Fulfilment, OrderError, OrderId, OrderRefundId, OrderRefunded, RefundedPart, Settlement,
    entities::store_order,
    neighbours::{self, legs_before, parts_of_legs},
    service::{
        Service,
        change::{self, HistoryNote},
    },
};

/// For the history.
const REASON: &str = "paid_too_late";

impl Service {
    /// The payment of a confirmed order says that this refund is completed. Told twice, it is one mail: that has the
    /// refund's name.
    pub(super) async fn late_is_back(
        &self,
        payment: PaymentId,
        refund: RefundId,
    ) -> Result<(), OrderError> {
        let paid = self.payment_by_id(payment).await?;
        let key = self.refund_key(payment).await?;
        for part in parts_of_legs(legs_before(&paid), LegStatus::Paid) {
            let row = self.part_of(part).await?;
            let row = row.filter(|row| {
                (row.fulfilment, row.settlement) == (Fulfilment::Cancelled, Settlement::Unpaid)
            });
            let Some(row) = row else { continue };
            // Asked for before, it is the same one.
            match self.refund_leg(payment, key, part).await {
                Ok(back) if back.id == refund => self.tell_late(row, back).await?,
                Ok(_) | Err(PaymentError::RefundTooLarge) => {}
                Err(error) => return Err(neighbours::payment(error)),
            }
        }
        Ok(())
    }

    async fn tell_late(&self, row: store_order::Model, back: Refund) -> Result<(), OrderError> {
        let id: OrderId = row.order_id;
        let input = (self.env.clone(), row, back);
        self.env
            .pool
            .transaction(input, move |tx, (env, row, back)| {
                Box::pin(async move {
                    let order = change::lock(tx, id).await?;
                    let order = order.ok_or(OrderError::NotFound)?;
                    let note = HistoryNote::order(Some(REASON));
                    let version = change::save(tx, &env, &order, 1, &note).await?;
                    let told = OrderRefunded {
                        order: id,
                        version,
                        user: order.user,
                        refund: OrderRefundId(back.id.0),
                        amount: back.amount,
                        parts: vec![RefundedPart {
                            store_order: row.id,
                            store: row.store_id,
                            amount: back.amount,
                        }],
                        by_operator: false,
                    };
                    outbox::publish(tx, &env, &told).await?;
                    Ok(())
                })
            })
            .await
    }
}

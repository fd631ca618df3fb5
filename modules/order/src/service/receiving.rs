//! What buyers pay to stores themselves before anything is sold: by PIX, by a transfer, as is agreed upon in a chat. Its
//! seller, or an operator, says that she has the money, or that it will not come.
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | key | order: that it was used | nothing | whoever says it again |
//! | settle the leg | payment: the commission is owed; with the last one `payment.captured` | nothing | the event, or a repeat |
//! | go on | as of any checkout | nothing | the event, the sweeper at `expires_at` |
//!
//! What came after its part was cancelled is said the same way: payment records it, and a refund is asked for that its
//! store has to send; the event, or a repeat, goes on with that.
//!
//! Nothing of it is written here before the last leg has ended: until then the order waits, its parts are unpaid, and
//! what a store has is known by its leg. So neither a sale nor a refund knows a third state.

use feira_kernel::{Actor, IdempotencyKey};
use feira_payment::{
    LegStatus, PartReference, PaymentError, PaymentId, PaymentLeg, Reference, SettleLeg,
};

use super::{Service, change};
use crate::{
    Fulfilment, OrderError, OrderId, SellerAction, SellerOrder, Settlement, StoreOrderId,
    access::SELF,
    checkout::Cause,
    entities::store_order,
    neighbours::{self, legs_before, payment_outcome},
    status::{CheckoutState, Illegal},
};

/// Whether it waits for its money, or did when it ended: payment says whether its store is paid itself.
pub(super) fn is_paid_before(row: &store_order::Model) -> bool {
    let waits = matches!(row.fulfilment, Fulfilment::Pending | Fulfilment::Cancelled);
    row.settlement == Settlement::Unpaid && waits
}

impl SellerOrder {
    /// What its seller may do now.
    pub fn allowed(&self) -> Vec<SellerAction> {
        let mut allowed = self.store_order.allowed();
        let ended = self.store_order.fulfilment == Fulfilment::Cancelled;
        match self.leg.as_ref().map(|leg| leg.status) {
            Some(LegStatus::Open) => {
                allowed.extend([SellerAction::Collect, SellerAction::GiveUp]);
            }
            // It may come yet, and is sent back then.
            Some(LegStatus::Unpaid) if ended => allowed.push(SellerAction::Collect),
            _ => {}
        }
        allowed
    }
}

impl Service {
    /// Said again it changes nothing; what was said otherwise, or comes too late, is refused.
    pub(super) async fn say_received(
        &self,
        actor: &Actor,
        row: &store_order::Model,
        (paid, note): (bool, Option<String>),
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let (order, part) = (row.order_id, row.id);
        let to = if paid { "paid" } else { "not_collected" };
        if self.awaited_leg(order, part).await?.is_none() {
            // The marketplace takes its money.
            return Err(Illegal::new(row.settlement.as_str(), to).into());
        }
        let keyed = IdempotencyKey::of(key, actor);
        let used: Result<(), OrderError> = self
            .env
            .pool
            .transaction((self.env.clone(), keyed), move |tx, (env, keyed)| {
                Box::pin(async move {
                    change::lock_once(tx, &env, order, keyed.as_ref()).await?;
                    Ok(())
                })
            })
            .await;
        used?;
        let settle = SettleLeg {
            reference: Reference::new(order.0),
            part: PartReference::new(part.0),
            paid,
            late: paid && row.fulfilment == Fulfilment::Cancelled,
            by: actor.clone(),
            note,
        };
        let settled = self.deps.payments.settle_leg(&SELF, settle).await;
        let payment = settled.map_err(|error| match error {
            PaymentError::NotFound => Illegal::new(row.settlement.as_str(), to).into(),
            other => neighbours::payment(other),
        })?;
        if paid && row.fulfilment == Fulfilment::Cancelled {
            self.came_late(row, payment.id).await?;
        } else if payment_outcome(&payment).is_secured() {
            let cause = Cause {
                payment: Some(payment.id),
                event: None,
            };
            self.advance(order, cause).await?;
        }
        let told = self.seller_order(part, row.store_id).await?;
        told.ok_or(OrderError::NotFound)
    }

    /// What a store has of a part that was cancelled goes back: of one that was not paid beside others by itself, else
    /// as all that was paid for an order that is not.
    pub(crate) async fn came_late(
        &self,
        row: &store_order::Model,
        payment: PaymentId,
    ) -> Result<(), OrderError> {
        if row.fulfilment != Fulfilment::Cancelled || row.settlement != Settlement::Unpaid {
            return Ok(());
        }
        let order = row.order_id;
        let at = self.progress(order).await?.ok_or(OrderError::NotFound)?;
        match at.state {
            CheckoutState::Confirmed if at.payment == Some(payment) => {
                let key = self.refund_key(payment).await?;
                let asked = self.refund_leg(payment, key, row.id).await;
                match asked {
                    Ok(_) | Err(PaymentError::RefundTooLarge) => Ok(()),
                    Err(error) => Err(neighbours::payment(error)),
                }
            }
            CheckoutState::Cancelled => {
                let cause = Cause {
                    payment: Some(payment),
                    event: None,
                };
                self.advance(order, cause).await.map(|_| ())
            }
            // The sweeper gives all of it back.
            _ => Ok(()),
        }
    }

    /// What its buyer pays the store itself, while the order waits for it, or was to.
    pub(super) async fn awaited_leg(
        &self,
        order: OrderId,
        part: StoreOrderId,
    ) -> Result<Option<PaymentLeg>, OrderError> {
        let payment = self.leading_payment(order).await?;
        let legs = payment.as_ref().map_or(&[][..], legs_before);
        Ok(legs.iter().find(|leg| leg.part.0 == part.0).cloned())
    }
}

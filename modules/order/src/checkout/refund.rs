//! Refunds all that is left of a payment; one that was refused, or left something, is followed by another under the
//! next derived key.

use feira_kernel::{
    db::{self, Find},
    values,
};
use feira_payment::{
    LegStatus, NewRefund, PartReference, Payment, PaymentError, PaymentId, Reference, Refund,
    RefundStatus,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use time::Duration;
use uuid::Uuid;

use super::{MoneyBack, Progress, step};
use crate::{
    CheckoutId, OrderError, OrderId, StoreOrderId,
    access::SELF,
    entities::{
        checkout::{self, Column},
        refused_refund,
    },
    keys,
    neighbours::{self, PaymentOutcome, parts_of_legs, payment_outcome},
    service::Service,
    status::CheckoutState,
};

/// A quarter of an hour: what waits for an event that comes again is asked for before that is given up.
const MOST_DOUBLINGS: i32 = 6;

impl Service {
    /// Refuses to end a paid order of which payment knows that the money cannot go back. What is
    /// paid while this is asked was paid just now.
    pub(crate) async fn refundable(&self, order: OrderId) -> Result<(), OrderError> {
        let paid: Option<CheckoutId> = checkout::Entity::find()
            .filter(Column::OrderId.eq(order))
            .filter(Column::State.eq(CheckoutState::Confirmed))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        if paid.is_none() {
            return Ok(());
        }
        let reference = Reference::new(order.0);
        let can = self.deps.payments.refundable(&SELF, reference).await;
        can.map_err(neighbours::payment)
    }

    /// Asks once for all that is left. A refund that is not made yet, or refunds that ran before, are waited for: payment tells of
    /// them. A refused one is `Unavailable`, so that the sweeper comes again and asks for a new one,
    /// because a refused one stays refused. What the provider cannot
    /// give back by its own word is asked for again like the rest, until it can or somebody has ended it.
    pub(super) async fn refund_whole(
        &self,
        at: &Progress,
        payment: PaymentId,
    ) -> Result<MoneyBack, OrderError> {
        if self.refunds_run(at.order, payment).await? {
            return Ok(MoneyBack::Waits);
        }
        let key = self.refund_key(payment).await?;
        let refund = NewRefund {
            rest_of: None,
            key,
            payment,
            // All that is left, which payment knows under its lock.
            parts: Vec::new(),
            reason: "cancelled".to_owned(),
            borne_by: None,
        };
        let points = ["checkout.refund.before", "checkout.refund.after"];
        let refund = step(points, self.deps.payments.refund(&SELF, refund)).await;
        let refund = refund.map_err(neighbours::payment);
        if let Err(error @ OrderError::RefundNotPossible(_)) = &refund {
            tracing::error!(order = %at.order, %payment, %error, "an order has ended and its provider keeps the money; somebody must give it back");
        }
        let refund = refund?;
        match refund.status {
            RefundStatus::Completed => self.all_is_back(at, payment, key).await,
            RefundStatus::Pending => Ok(MoneyBack::Waits),
            // Whoever did not take it once does not take it the next time.
            RefundStatus::Failed if refund.withdrawn || refund.came_back => {
                tracing::error!(order = %at.order, %payment, "an order has ended, and its refund came back, or nobody will send it; somebody must give it back in another way");
                Ok(MoneyBack::Kept)
            }
            RefundStatus::Failed => {
                tracing::error!(order = %at.order, %payment, "a refund was refused; another one will be asked for");
                self.under_next_key(at, payment, key).await?;
                let text = format!("the refund of payment {payment} was refused");
                Err(OrderError::Unavailable(text))
            }
        }
    }

    /// The same of what stores were paid themselves, which each gives back itself: a refund for each that has
    /// something left, under a key of the payment's and its part.
    pub(super) async fn refund_legs(
        &self,
        at: &Progress,
        payment: &Payment,
    ) -> Result<MoneyBack, OrderError> {
        if self.refunds_run(at.order, payment.id).await? {
            return Ok(MoneyBack::Waits);
        }
        let key = self.refund_key(payment.id).await?;
        let (mut waits, mut kept) = (false, false);
        for part in parts_of_legs(&payment.legs, LegStatus::Paid) {
            match self.refund_leg(payment.id, key, part).await {
                // It went back before.
                Err(PaymentError::RefundTooLarge) => {}
                Err(error) => return Err(neighbours::payment(error)),
                Ok(refund) => match refund.status {
                    RefundStatus::Completed => {}
                    RefundStatus::Pending => waits = true,
                    RefundStatus::Failed if refund.withdrawn || refund.came_back => kept = true,
                    RefundStatus::Failed => {
                        self.under_next_key(at, payment.id, key).await?;
                        let text = format!("a refund of payment {} was refused", payment.id);
                        return Err(OrderError::Unavailable(text));
                    }
                },
            }
        }
        match (waits, kept) {
            (true, _) => Ok(MoneyBack::Waits),
            (false, true) => Ok(MoneyBack::Kept),
            (false, false) => self.all_is_back(at, payment.id, key).await,
        }
    }

    /// All that is left of one leg, by its store.
    pub(crate) async fn refund_leg(
        &self,
        payment: PaymentId,
        key: Uuid,
        part: StoreOrderId,
    ) -> Result<Refund, PaymentError> {
        let refund = NewRefund {
            key: keys::refund_of_part(key, part),
            payment,
            parts: Vec::new(),
            rest_of: Some(PartReference::new(part.0)),
            reason: "cancelled".to_owned(),
            borne_by: None,
        };
        let points = ["checkout.refund.before", "checkout.refund.after"];
        step(points, self.deps.payments.refund(&SELF, refund)).await
    }

    /// Of what was all that was left more is left now if another refund failed, or came back, since: that is
    /// asked for under the next key.
    async fn all_is_back(
        &self,
        at: &Progress,
        payment: PaymentId,
        key: Uuid,
    ) -> Result<MoneyBack, OrderError> {
        let now = self.payment_by_id(payment).await?;
        if payment_outcome(&now) == PaymentOutcome::Returned {
            return Ok(MoneyBack::Returned);
        }
        self.under_next_key(at, payment, key).await?;
        let text = format!("more of payment {payment} is to be given back than was");
        Err(OrderError::Unavailable(text))
    }

    pub(crate) async fn refund_key(&self, payment: PaymentId) -> Result<Uuid, OrderError> {
        let refused = refused_refund::Entity::find_by_id(payment)
            .row(self.env.pool.read())
            .await?;
        Ok(refused.map_or_else(|| keys::refund(payment), |row| row.next_key))
    }

    /// Whether one was refused a short while ago, the longer the more were.
    pub(crate) async fn refused_lately(&self, payment: PaymentId) -> Result<bool, OrderError> {
        let refused = refused_refund::Entity::find_by_id(payment)
            .row(self.env.pool.write())
            .await?;
        let now = self.env.now();
        let pause = |times: i32| Duration::seconds(15_i64 << times.clamp(0, MOST_DOUBLINGS));
        Ok(refused.is_some_and(|row| now < row.updated_at + pause(row.times)))
    }

    /// Idempotent: concurrent callers derive the same next key.
    async fn under_next_key(
        &self,
        at: &Progress,
        payment: PaymentId,
        key: Uuid,
    ) -> Result<(), OrderError> {
        db::exec(
            self.env.pool.write(),
            include_str!("../sql/refuse_refund.sql"),
            values![
                payment,
                at.order,
                keys::next_refund(key),
                key,
                self.env.now()
            ],
        )
        .await?;
        Ok(())
    }
}

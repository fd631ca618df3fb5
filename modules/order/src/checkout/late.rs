//! Payments that arrive after the order was confirmed or cancelled.

use feira_kernel::{Money, StoreId, UserId, db::Find};
use feira_payment::{Acceptance, Method, Payment, PaymentId, Reference};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Cause, MoneyBack, Next, Progress};
use crate::{
    CheckoutId, OrderError, OrderId,
    access::SELF,
    entities::checkout::{self, Column},
    neighbours::{self, PaymentOutcome, payment_outcome},
    service::Service,
    status::CheckoutState,
};

impl Service {
    /// Cancels or refunds every payment but the one that confirmed the order.
    pub(super) async fn settle_late(
        &self,
        at: &Progress,
        cause: Cause,
    ) -> Result<Next, OrderError> {
        let Some(id) = cause.payment else {
            return Ok(Next::Done(None));
        };
        if at.state == CheckoutState::Confirmed && at.payment == Some(id) {
            self.end_others(at, id).await?;
            return Ok(Next::Done(None));
        }
        let payment = self.payment_by_id(id).await?;
        // One that waits for somebody is told of by an event.
        let to_stores = !payment.legs.is_empty();
        let returned = self.return_money(at, payment).await? == MoneyBack::Returned;
        if returned {
            tracing::warn!(order = %at.order, payment = %id, "a payment without an order to pay went back");
        }
        if returned && at.state == CheckoutState::Cancelled {
            self.cancelled(at.order, (true, to_stores)).await?;
        }
        Ok(Next::Done(None))
    }

    /// Whether this payment confirmed the order and was its only attempt: nothing is left to do.
    pub(crate) async fn is_confirmed_by(
        &self,
        order: OrderId,
        payment: PaymentId,
    ) -> Result<bool, OrderError> {
        let found: Option<CheckoutId> = checkout::Entity::find()
            .filter(Column::OrderId.eq(order))
            .filter(Column::State.eq(CheckoutState::Confirmed))
            .filter(Column::PaymentId.eq(payment))
            .filter(Column::Attempt.eq(1))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        Ok(found.is_some())
    }

    /// The payment that confirmed the order, if one did.
    pub(crate) async fn paid_with(&self, order: OrderId) -> Result<Option<PaymentId>, OrderError> {
        let found: Option<Option<PaymentId>> = checkout::Entity::find()
            .filter(Column::OrderId.eq(order))
            .select_only()
            .column(Column::PaymentId)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        Ok(found.flatten())
    }

    /// Whether it is a payment that came beside the one that confirmed the order: all of it goes back, and it
    /// settles nothing.
    pub(crate) async fn is_beside(
        &self,
        order: OrderId,
        payment: PaymentId,
    ) -> Result<bool, OrderError> {
        let paid = self.paid_with(order).await?;
        Ok(paid.is_some_and(|paid| paid != payment))
    }

    /// An older attempt was captured while a newer one is open: cancel the newer one. If that fails,
    /// the redelivered event tries again.
    async fn end_others(&self, at: &Progress, paid: PaymentId) -> Result<(), OrderError> {
        if at.attempt == 1 {
            return Ok(());
        }
        for other in self.attempts(at.order).await? {
            if other.id != paid && payment_outcome(&other) == PaymentOutcome::Open {
                self.return_money(at, other).await?;
            }
        }
        Ok(())
    }

    /// Whether a payment could be started at all, and how it would be taken.
    pub(super) async fn payable(
        &self,
        method: &Method,
        total: Money,
        stores: Vec<StoreId>,
        payer: Option<UserId>,
    ) -> Result<Acceptance, OrderError> {
        let payments = &self.deps.payments;
        let accepts = payments.accepts(&SELF, method.clone(), total, stores, payer);
        accepts.await.map_err(neighbours::payment)
    }

    pub(crate) async fn payment_by_id(&self, id: PaymentId) -> Result<Payment, OrderError> {
        let payment = self.deps.payments.payment(&SELF, id).await;
        payment.map_err(neighbours::payment)
    }

    /// The newest attempt of an order, and others that are open or were captured.
    pub(crate) async fn attempts(&self, order: OrderId) -> Result<Vec<Payment>, OrderError> {
        let references = vec![Reference::new(order.0)];
        let found = self.deps.payments.by_references(&SELF, references).await;
        found.map_err(neighbours::payment)
    }

    /// The attempt to show: the captured one, else a refunded one, else the newest.
    pub(crate) async fn leading_payment(
        &self,
        order: OrderId,
    ) -> Result<Option<Payment>, OrderError> {
        Ok(leading(self.attempts(order).await?))
    }
}

/// Of the newest attempt first, and others, the one to show.
pub(crate) fn leading(attempts: Vec<Payment>) -> Option<Payment> {
    let attempts = attempts.into_iter();
    attempts.min_by_key(|payment| match payment_outcome(payment) {
        PaymentOutcome::Captured | PaymentOutcome::Agreed => 0,
        PaymentOutcome::Returned => 1,
        PaymentOutcome::Open | PaymentOutcome::Over => 2,
    })
}

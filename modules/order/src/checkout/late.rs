//! Payments that reach an order which has already ended, either way.

use feira_payment::{Payment, PaymentId, Reference};

use super::{Cause, Next, Progress, State};
use crate::{
    OrderError, OrderId,
    neighbours::{self, ORDER},
    service::Service,
};

impl Service {
    /// A confirmed order keeps the payment that confirmed it, a cancelled one keeps none: any
    /// other is ended, or refunded.
    pub(super) async fn settle_late(
        &self,
        at: &Progress,
        cause: Cause,
    ) -> Result<Next, OrderError> {
        let Some(id) = cause.payment else {
            return Ok(Next::Rest(None));
        };
        if at.state == State::Confirmed && at.payment == Some(id) {
            return Ok(Next::Rest(None));
        }
        let payment = self.payment_by_id(id).await?;
        let returned = self.return_money(at, payment).await?;
        if returned {
            tracing::warn!(order = %at.order, payment = %id, "a payment without an order to pay went back");
        }
        if returned && at.state == State::Cancelled {
            self.cancelled(at.order, true).await?;
        }
        Ok(Next::Rest(None))
    }

    pub(crate) async fn payment_by_id(&self, id: PaymentId) -> Result<Payment, OrderError> {
        let payment = self.deps.payments.payment(&ORDER, id).await;
        payment.map_err(neighbours::payment)
    }

    /// The newest attempt of an order.
    pub(crate) async fn newest_payment(
        &self,
        order: OrderId,
    ) -> Result<Option<Payment>, OrderError> {
        let references = vec![Reference::new(order.0)];
        let found = self.deps.payments.by_references(&ORDER, references).await;
        Ok(found.map_err(neighbours::payment)?.pop())
    }
}

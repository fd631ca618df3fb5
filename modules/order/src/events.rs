//! Reactions to `payment`, and to this module's own events where a module below must learn of them.
//!
//! An event of a payment only wakes the checkout, which reads the payment and decides by its own state:
//! events may come twice, in any order, or before our own commit.

use feira_kernel::{
    Subscription,
    outbox::{Envelope, Event},
};
use feira_payment::{
    PartReference, PaymentCaptured, PaymentFailed, PaymentId, Reference, ReleaseEarning,
};

use crate::{
    OrderError, OrderId, StoreOrderCompleted, access::SELF, checkout::Cause, neighbours,
    service::Service,
};

const CAPTURED: &str = "order.payment_captured";
const FAILED: &str = "order.payment_failed";
const RELEASE: &str = "order.release_earning";

pub(crate) fn subscriptions(service: &Service) -> Vec<Subscription> {
    let [captured, failed, release] = [service.clone(), service.clone(), service.clone()];
    vec![
        Subscription::new(
            CAPTURED,
            "payment",
            &[PaymentCaptured::NAME],
            move |envelope: Envelope| {
                let service = captured.clone();
                async move {
                    let event: PaymentCaptured = envelope.decode().map_err(unreadable)?;
                    let cause = (CAPTURED, envelope.id);
                    service
                        .payment_changed(event.reference, event.payment, cause)
                        .await
                }
            },
        ),
        Subscription::new(
            FAILED,
            "payment",
            &[PaymentFailed::NAME],
            move |envelope: Envelope| {
                let service = failed.clone();
                async move {
                    let event: PaymentFailed = envelope.decode().map_err(unreadable)?;
                    let cause = (FAILED, envelope.id);
                    service
                        .payment_changed(event.reference, event.payment, cause)
                        .await
                }
            },
        ),
        Subscription::new(
            RELEASE,
            "order",
            &[StoreOrderCompleted::NAME],
            move |envelope: Envelope| {
                let service = release.clone();
                async move { service.release_earning(envelope).await }
            },
        ),
    ]
}

fn unreadable(error: impl std::fmt::Display) -> OrderError {
    OrderError::Internal(error.to_string())
}

impl Service {
    async fn payment_changed(
        &self,
        reference: Reference,
        payment: PaymentId,
        event: (&'static str, uuid::Uuid),
    ) -> Result<(), OrderError> {
        let order = OrderId(reference.0);
        // The usual case for cards: the request itself confirmed the order.
        if self.is_confirmed_by(order, payment).await? {
            return Ok(());
        }
        let cause = Cause {
            payment: Some(payment),
            event: Some(event),
        };
        match self.advance(order, cause).await {
            Ok(_) => Ok(()),
            Err(OrderError::NotFound) if self.owner_of(order).await?.is_none() => {
                tracing::warn!(%reference, %payment, "a payment of nothing that this module knows");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The return window of a store's part is over: its earning is payable. Keyed by the event.
    async fn release_earning(&self, envelope: Envelope) -> Result<(), OrderError> {
        let event: StoreOrderCompleted = envelope.decode().map_err(unreadable)?;
        let release = ReleaseEarning {
            key: envelope.id,
            reference: Reference::new(event.order.0),
            part: PartReference::new(event.part.store_order.0),
        };
        let released = self.deps.payments.release_earning(&SELF, release).await;
        released.map_err(neighbours::payment)
    }
}

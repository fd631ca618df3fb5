//! Reactions to `payment`, and to this module's own events where a module below must learn of them.
//!
//! An event of a payment only wakes the checkout, which reads the payment and decides by its own state:
//! events may come twice, in any order, or before our own commit.

use feira_kernel::{
    Subscription,
    outbox::{Envelope, Event},
};
use feira_payment::{
    PaymentCaptured, PaymentDisputeClosed, PaymentFailed, PaymentId, PaymentLegSettled,
    PaymentRefundFailed, PaymentRefunded, Reference,
};

use crate::{
    OrderError, OrderId, StoreOrderCompleted, StoreOrderId,
    checkout::Cause,
    refunds::RefundTold,
    service::{Service, change::HistoryNote},
};

const CAPTURED: &str = "order.payment_captured";
const FAILED: &str = "order.payment_failed";
const REFUNDED: &str = "order.payment_refunded";
const DISPUTE_CLOSED: &str = "order.dispute_closed";
const LEG_SETTLED: &str = "order.payment_leg_settled";
const RELEASE: &str = "order.release_earning";

pub(crate) fn subscriptions(service: &Service) -> Vec<Subscription> {
    let [captured, failed, refunded, disputed, release, legs] = [(); 6].map(|()| service.clone());
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
            REFUNDED,
            "payment",
            &[PaymentRefunded::NAME, PaymentRefundFailed::NAME],
            move |envelope: Envelope| {
                let service = refunded.clone();
                async move { service.told_of_refund(envelope).await }
            },
        ),
        Subscription::new(
            DISPUTE_CLOSED,
            "payment",
            &[PaymentDisputeClosed::NAME],
            move |envelope: Envelope| {
                let service = disputed.clone();
                async move { service.dispute_closed(envelope).await }
            },
        ),
        Subscription::new(
            LEG_SETTLED,
            "payment",
            &[PaymentLegSettled::NAME],
            move |envelope: Envelope| {
                let service = legs.clone();
                async move { service.told_of_leg(envelope).await }
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
    async fn told_of_leg(&self, envelope: Envelope) -> Result<(), OrderError> {
        let event: PaymentLegSettled = envelope.decode().map_err(unreadable)?;
        let (order, part) = (OrderId(event.reference.0), StoreOrderId(event.part.0));
        let note = HistoryNote::order(None);
        self.leg_settled(order, part, event.paid, note).await?;
        match self.part_of(part).await? {
            Some(row) if event.paid && row.order_id == order => {
                self.came_late(&row, event.payment).await
            }
            _ => Ok(()),
        }
    }

    async fn told_of_refund(&self, envelope: Envelope) -> Result<(), OrderError> {
        let (reference, payment, refund, told) = if envelope.name == PaymentRefundFailed::NAME {
            let event: PaymentRefundFailed = envelope.decode().map_err(unreadable)?;
            let told = match event.came_back {
                true => RefundTold::CameBack,
                false => RefundTold::Failed,
            };
            (event.reference, event.payment, event.refund, told)
        } else {
            let event: PaymentRefunded = envelope.decode().map_err(unreadable)?;
            let told = RefundTold::Completed;
            (event.reference, event.payment, event.refund, told)
        };
        self.refund_changed(reference, payment, refund, told).await
    }

    async fn dispute_closed(&self, envelope: Envelope) -> Result<(), OrderError> {
        let event: PaymentDisputeClosed = envelope.decode().map_err(unreadable)?;
        // Won, it was perhaps lost before.
        self.money_lost(OrderId(event.reference.0), event.payment)
            .await
    }

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

    /// The return window of a store's part is over: its earning is payable, or waits for the fiscal
    /// document. Keyed by the event.
    async fn release_earning(&self, envelope: Envelope) -> Result<(), OrderError> {
        let event: StoreOrderCompleted = envelope.decode().map_err(unreadable)?;
        let part = event.part.store_order;
        if self.settings.document_before_payout && self.hold_earning(part).await? {
            return Ok(());
        }
        self.release_part(envelope.id, event.order, part).await
    }
}

//! Refunds a whole payment; a refused refund is tried again under the next derived key.

use feira_kernel::{
    db::{self, Find},
    values,
};
use feira_payment::{NewRefund, PaymentId, RefundPart, RefundStatus};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{Progress, step};
use crate::{
    OrderError, access::SELF, entities::refused_refund, keys, neighbours, service::Service,
};

impl Service {
    /// Asks once. A pending or refused refund is `Unavailable`, so that the sweeper comes again; after a
    /// refusal it asks for a new refund, because a refused one stays refused.
    pub(super) async fn refund_whole(
        &self,
        at: &Progress,
        payment: PaymentId,
    ) -> Result<bool, OrderError> {
        let key = self.refund_key(payment).await?;
        let parts = at.parts.iter().map(|split| RefundPart {
            part: split.part,
            amount: split.amount,
        });
        let refund = NewRefund {
            key,
            payment,
            parts: parts.collect(),
            reason: "cancelled".to_owned(),
        };
        let points = ["checkout.refund.before", "checkout.refund.after"];
        let refund = step(points, self.deps.payments.refund(&SELF, refund)).await;
        let text = match refund.map_err(neighbours::payment)?.status {
            RefundStatus::Completed => return Ok(true),
            RefundStatus::Pending => format!("the refund of payment {payment} is not done yet"),
            RefundStatus::Failed => {
                tracing::error!(order = %at.order, %payment, "a refund was refused; another one will be asked for");
                self.refused(at, payment, key).await?;
                format!("the refund of payment {payment} was refused")
            }
        };
        Err(OrderError::Unavailable(text))
    }

    async fn refund_key(&self, payment: PaymentId) -> Result<Uuid, OrderError> {
        let refused = refused_refund::Entity::find_by_id(payment)
            .row(self.env.pool.read())
            .await?;
        Ok(refused.map_or_else(|| keys::refund(payment), |row| row.next_key))
    }

    /// Idempotent: concurrent callers derive the same next key.
    async fn refused(
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

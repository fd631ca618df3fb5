//! Refunds a whole payment; a refused refund is tried again under the next derived key.

use feira_kernel::{
    db::{self, Find},
    values,
};
use feira_payment::{NewRefund, PaymentId, Reference, RefundPart, RefundStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Progress, step};
use crate::{
    CheckoutId, OrderError, OrderId,
    access::SELF,
    entities::{
        checkout::{self, Column},
        refused_refund,
    },
    keys, neighbours,
    service::Service,
    status::CheckoutState,
};

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

    /// Asks once. A pending or refused refund is `Unavailable`, so that the sweeper comes again; after a
    /// refusal it asks for a new refund, because a refused one stays refused. What the provider cannot
    /// give back by its own word is asked for again like the rest, until it can or somebody has ended it.
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
        let refund = refund.map_err(neighbours::payment);
        if let Err(error @ OrderError::RefundNotPossible(_)) = &refund {
            tracing::error!(order = %at.order, %payment, %error, "an order has ended and its provider keeps the money; somebody must give it back");
        }
        let text = match refund?.status {
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

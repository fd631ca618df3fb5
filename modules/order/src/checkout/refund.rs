//! Refunds all that is left of a payment; a refused refund is tried again under the next derived key.

use feira_kernel::{
    db::{self, Find},
    values,
};
use feira_payment::{NewRefund, PaymentError, PaymentId, Reference, RefundStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use time::Duration;
use uuid::Uuid;

use super::{MoneyBack, Progress, step};
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

    /// Asks once. A refund that is not made yet, or refunds that ran before, are waited for: payment tells of
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
        let left = self.left_of_parts(at, payment).await?;
        let parts = left.into_iter().filter(|part| part.amount.is_positive());
        let refund = NewRefund {
            key,
            payment,
            parts: parts.collect(),
            reason: "cancelled".to_owned(),
            borne_by: None,
        };
        let points = ["checkout.refund.before", "checkout.refund.after"];
        let refund = step(points, self.deps.payments.refund(&SELF, refund)).await;
        if matches!(refund, Err(PaymentError::KeyReused)) {
            // It failed for an amount of which a dispute took a part since; what is left is asked for anew,
            // and payment gives back no more than that.
            self.refused(at, payment, key).await?;
            let text = format!("less than before is left of payment {payment}");
            return Err(OrderError::Unavailable(text));
        }
        let refund = refund.map_err(neighbours::payment);
        if let Err(error @ OrderError::RefundNotPossible(_)) = &refund {
            tracing::error!(order = %at.order, %payment, %error, "an order has ended and its provider keeps the money; somebody must give it back");
        }
        match refund?.status {
            RefundStatus::Completed => Ok(MoneyBack::Returned),
            RefundStatus::Pending => Ok(MoneyBack::Waits),
            RefundStatus::Failed => {
                tracing::error!(order = %at.order, %payment, "a refund was refused; another one will be asked for");
                self.refused(at, payment, key).await?;
                let text = format!("the refund of payment {payment} was refused");
                Err(OrderError::Unavailable(text))
            }
        }
    }

    async fn refund_key(&self, payment: PaymentId) -> Result<Uuid, OrderError> {
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

//! What payment tells of refunds: those of this module's rows, and those of a cancel.

use feira_kernel::db::Find;
use feira_payment::{PaymentId, Reference, RefundId};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::{MOST, OPEN, given};
use crate::{
    OrderError, OrderId, Settlement,
    checkout::Cause,
    entities::refund::{self, Column},
    neighbours::{PaymentOutcome, payment_outcome},
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::{CheckoutState, MoneyStep},
};

/// What payment told of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundTold {
    Completed,
    Failed,
    /// It was completed before.
    CameBack,
}

impl Service {
    /// A refund of the payment was completed or has failed; of what failed a lost dispute may have taken more.
    pub(crate) async fn refund_changed(
        &self,
        reference: Reference,
        payment: PaymentId,
        refund: RefundId,
        told: RefundTold,
    ) -> Result<(), OrderError> {
        let order = OrderId(reference.0);
        let Some(at) = self.progress(order).await? else {
            tracing::warn!(%reference, %payment, "a refund of nothing that this module knows");
            return Ok(());
        };
        for row in self.refunds_to_look_at(order, refund).await? {
            self.advance_refund(row.id).await?;
        }
        if told != RefundTold::Completed && at.payment == Some(payment) {
            self.money_lost(order, payment).await?;
        }
        // Looked at, each knows its name at payment.
        let known = self.refunds_to_look_at(order, refund).await?;
        let own = known.iter().any(|row| row.refund_id == Some(refund));
        let cause = Cause {
            payment: Some(payment),
            event: None,
        };
        match at.state {
            // Asked for again at once it may be refused at once, and that is told again: the sweeper comes,
            // later each time.
            CheckoutState::Cancelling if told != RefundTold::Completed && !own => Ok(()),
            CheckoutState::Cancelling => {
                // Whatever it lacks, the sweeper goes on.
                if let Err(error) = self.advance(order, cause).await {
                    tracing::info!(%order, %error, "a cancelled order is not given back yet");
                }
                Ok(())
            }
            _ if own => Ok(()),
            _ if told == RefundTold::CameBack && at.payment.is_some_and(|paid| paid != payment) => {
                tracing::error!(%order, %payment, "the refund of a payment beside the one of its order came back; somebody must give it back again");
                Ok(())
            }
            CheckoutState::Cancelled => match told {
                RefundTold::Completed => self.advance(order, cause).await.map(|_| ()),
                RefundTold::Failed => self.ask_anew(order, payment).await,
                RefundTold::CameBack => self.cancel_came_back(order, payment).await,
            },
            // Of a payment that came beside the one that confirmed the order.
            CheckoutState::Confirmed
                if told == RefundTold::Failed && at.payment != Some(payment) =>
            {
                self.ask_anew(order, payment).await
            }
            CheckoutState::Confirmed
                if told == RefundTold::Completed && at.payment == Some(payment) =>
            {
                self.late_is_back(payment, refund).await
            }
            CheckoutState::Paying | CheckoutState::Awaiting | CheckoutState::Confirmed => Ok(()),
        }
    }

    /// A refund of what no order needs has failed, and no sweeper looks: the event comes again until it went
    /// back, and not at once.
    async fn ask_anew(&self, order: OrderId, payment: PaymentId) -> Result<(), OrderError> {
        if self.refused_lately(payment).await? {
            let text = format!("the refund of payment {payment} is asked for again later");
            return Err(OrderError::Unavailable(text));
        }
        let cause = Cause {
            payment: Some(payment),
            event: None,
        };
        self.advance(order, cause).await.map(|_| ())
    }

    /// Refunds of the order that run, and that which payment calls so.
    async fn refunds_to_look_at(
        &self,
        order: OrderId,
        refund: RefundId,
    ) -> Result<Vec<refund::Model>, OrderError> {
        let told = Condition::any()
            .add(Column::State.is_in(OPEN))
            .add(Column::RefundId.eq(refund));
        let rows = refund::Entity::find()
            .filter(Column::OrderId.eq(order))
            .filter(told)
            .limit(MOST)
            .rows(self.env.pool.write())
            .await?;
        Ok(rows)
    }

    /// Whether refunds of the payment still run, once each was looked at.
    pub(crate) async fn refunds_run(
        &self,
        order: OrderId,
        payment: PaymentId,
    ) -> Result<bool, OrderError> {
        let open = || {
            refund::Entity::find()
                .filter(Column::OrderId.eq(order))
                .filter(Column::PaymentId.eq(payment))
                .filter(Column::State.is_in(OPEN))
                .limit(MOST)
        };
        for row in open().rows(self.env.pool.read()).await? {
            self.advance_refund(row.id).await?;
        }
        // Read from where they were written.
        Ok(open().row(self.env.pool.write()).await?.is_some())
    }

    /// The refund of a cancelled order came back: nothing asks for it again by itself, because whoever did not
    /// take it once does not take it the next time.
    async fn cancel_came_back(&self, order: OrderId, payment: PaymentId) -> Result<(), OrderError> {
        let now = self.payment_by_id(payment).await?;
        if payment_outcome(&now) != PaymentOutcome::Captured {
            return Ok(());
        }
        tracing::error!(%order, %payment, "the refund of a cancelled order came back; somebody must give it back in another way");
        let input = (self.env.clone(), order, payment);
        self.env
            .pool
            .transaction(input, |tx, (env, order, payment)| {
                Box::pin(async move {
                    let order = change::lock(tx, order).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    let given = given(&**tx, order.id, payment).await?;
                    let mut changed = false;
                    for part in &mut order.parts {
                        if part.state.settlement != Settlement::Refunded {
                            continue;
                        }
                        let done = given.completed(part.id);
                        if done >= part.total {
                            continue;
                        }
                        part.settle(match done > Decimal::ZERO {
                            true => MoneyStep::ReturnPart,
                            false => MoneyStep::ReturnAll,
                        })?;
                        changed = true;
                    }
                    if changed {
                        let note = HistoryNote::order(Some("refund_came_back"));
                        change::save(tx, &env, &order, 1, &note).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

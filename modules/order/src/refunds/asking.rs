//! Asks payment for a refund, and again until it has an outcome.

use feira_kernel::db::{Change, Find};
use feira_payment::{NewRefund, PaymentError, Refund, RefundId, RefundStatus};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Loaded, OPEN, later, load,
    told::{asked_parts, borne_by},
};
use crate::{
    OrderError, OrderRefundId, OrderRefundState, RefundFailure,
    access::SELF,
    checkout::step,
    entities::refund::{self, Column},
    neighbours,
    service::Service,
};

/// Of one run of the job; the rest is due at the next.
const BATCH: u64 = 100;

impl Service {
    /// Does what payment's answer says; asked again it changes nothing. One that is not known stays due.
    pub(crate) async fn advance_refund(&self, id: OrderRefundId) -> Result<(), OrderError> {
        let loaded = load(self.env.pool.read(), id).await?;
        if loaded.row.state == OrderRefundState::Failed {
            return Ok(());
        }
        let beside = self
            .is_beside(loaded.row.order_id, loaded.row.payment_id)
            .await?;
        let asked = NewRefund {
            rest_of: None,
            key: id.0,
            payment: loaded.row.payment_id,
            parts: asked_parts(&loaded.parts),
            reason: loaded.row.reason.as_str().to_owned(),
            borne_by: borne_by(loaded.row.borne_by, beside),
        };
        let points = ["refund.ask.before", "refund.ask.after"];
        match step(points, self.deps.payments.refund(&SELF, asked)).await {
            Ok(refund) => self.refund_answered(loaded, &refund).await,
            // It was set aside there before, or never will be.
            Err(
                refused @ (PaymentError::RefundTooLarge
                | PaymentError::RefundWholeOnly
                | PaymentError::RefundTooLate
                | PaymentError::Disputed
                | PaymentError::PaidToStores
                | PaymentError::IllegalMove(_)
                | PaymentError::Invalid(_)
                | PaymentError::NotFound
                | PaymentError::KeyReused),
            ) if loaded.is_open() => {
                tracing::error!(refund = %id, order = %loaded.row.order_id, error = %refused, "a refund cannot be made");
                self.fail_refund(&loaded, impossible(&refused), None).await
            }
            Err(error) => Err(neighbours::payment(error)),
        }
    }

    async fn refund_answered(&self, loaded: Loaded, refund: &Refund) -> Result<(), OrderError> {
        match refund.status {
            RefundStatus::Completed => self.settle_refund(&loaded, refund).await,
            RefundStatus::Pending => self.refund_asked(&loaded, refund.id).await,
            RefundStatus::Failed if refund.came_back => {
                self.refund_came_back(&loaded, refund).await
            }
            RefundStatus::Failed if refund.withdrawn => {
                let withdrawn = RefundFailure::Withdrawn;
                self.fail_refund(&loaded, withdrawn, Some(refund)).await
            }
            RefundStatus::Failed => {
                let refused = RefundFailure::Refused;
                self.fail_refund(&loaded, refused, Some(refund)).await
            }
        }
    }

    async fn refund_asked(&self, loaded: &Loaded, made: RefundId) -> Result<(), OrderError> {
        let now = self.env.now();
        let asked = refund::ActiveModel {
            state: Set(OrderRefundState::Asked),
            refund_id: Set(Some(made)),
            due_at: Set(Some(later(now, loaded.row.tries))),
            updated_at: Set(now),
            ..Default::default()
        };
        refund::Entity::update_many()
            .set(asked)
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .filter(Column::Id.eq(loaded.row.id))
            .filter(Column::State.is_in(OPEN))
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// What the job does: a failure is logged, and tried again later.
    pub(crate) async fn advance_refunds(&self) -> Result<(), OrderError> {
        let now = self.env.now();
        let due = refund::Entity::find()
            .filter(Column::DueAt.lte(now))
            .order_by_asc(Column::DueAt)
            .limit(BATCH)
            .rows(self.env.pool.read())
            .await?;
        for row in due {
            let Err(error) = self.advance_refund(row.id).await else {
                continue;
            };
            tracing::warn!(refund = %row.id, tries = row.tries, %error, "a refund could not go on; it is tried again");
            let postponed = refund::ActiveModel {
                due_at: Set(Some(later(now, row.tries))),
                updated_at: Set(now),
                ..Default::default()
            };
            refund::Entity::update_many()
                .set(postponed)
                .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
                .filter(Column::Id.eq(row.id))
                .filter(Column::DueAt.lte(now))
                .run(self.env.pool.write())
                .await?;
        }
        Ok(())
    }
}

fn impossible(refused: &PaymentError) -> RefundFailure {
    match refused {
        PaymentError::RefundTooLarge => RefundFailure::TooLarge,
        PaymentError::RefundWholeOnly => RefundFailure::WholeOnly,
        PaymentError::RefundTooLate => RefundFailure::TooLate,
        PaymentError::Disputed => RefundFailure::Disputed,
        PaymentError::PaidToStores => RefundFailure::PaidToStores,
        _ => RefundFailure::NotPossible,
    }
}

//! What a provider gives back, by its own word.

use feira_kernel::{Money, db::Find};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::{Service, rows};
use crate::{
    MethodKind, PaymentError, PaymentStatus, Reference,
    entities::payment::{self, Column},
};

/// Captured attempts of one reference that are asked about; more than one is rare.
const MOST_ATTEMPTS: u64 = 100;

impl Service {
    /// Whether all that is kept of a reference can go back. What was never captured can.
    pub(super) async fn can_go_back(&self, reference: Reference) -> Result<(), PaymentError> {
        // Of which a store may have been paid itself.
        let agreed = Condition::all()
            .add(Column::Status.eq(PaymentStatus::Authorized))
            .add(Column::Method.eq(MethodKind::CashOnDelivery));
        let captured = payment::Entity::find()
            .filter(Column::Reference.eq(reference.0))
            .filter(
                Condition::any()
                    .add(Column::CapturedAt.is_not_null())
                    .add(agreed),
            )
            .limit(MOST_ATTEMPTS)
            .rows(self.env.pool.read())
            .await?;
        for payment in &captured {
            let left = rows::money(
                payment.amount - payment.refunded - payment.uncollected,
                &payment.currency,
            )?;
            if payment.status == PaymentStatus::Disputed {
                return Err(PaymentError::Disputed);
            }
            if left.is_positive() {
                self.can_give_back(payment, left)?;
            }
        }
        Ok(())
    }

    /// Whether the payment's provider says that it can.
    pub(super) fn can_give_back(
        &self,
        payment: &payment::Model,
        total: Money,
    ) -> Result<(), PaymentError> {
        let provider = self.provider(&payment.gateway)?;
        let can = provider.capabilities();
        if !can.partial_refunds && total != rows::money(payment.amount, &payment.currency)? {
            return Err(PaymentError::RefundWholeOnly);
        }
        let captured_at = payment.captured_at;
        if captured_at.is_some_and(|at| !can.refunds_what_came(at, self.env.now())) {
            return Err(PaymentError::RefundTooLate);
        }
        Ok(())
    }
}

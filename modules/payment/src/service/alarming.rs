//! A charge that is not what was asked for, or not what it was.

use feira_kernel::{
    db::{self, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    Service,
    rows::{self, Exchanged, PaymentRow},
    settling::unavailable,
};
use crate::{
    PaymentError, PaymentId, RefundStatus,
    entities::refund::{Column, Entity},
    provider::{self, Charge, Failure, RefundFact},
};

/// The newest refunds of one payment, of those that are looked at again.
const REFUNDS: u64 = 20;

impl Service {
    /// What the provider says must be what was asked; else it pays nothing.
    pub(super) fn differs(
        &self,
        row: &PaymentRow,
        charge: &Charge,
    ) -> Result<Option<String>, PaymentError> {
        let wrong = if charge.payment != Some(row.id) {
            Some("is another payment's".to_owned())
        } else if charge.amount != row.amount()? {
            Some(format!("is over {}, not {}", charge.amount, row.amount()?))
        } else if charge.payee != self.provider(&row.gateway)?.payee() {
            Some("has another payee".to_owned())
        } else {
            row.underpaid(charge)?
        };
        Ok(wrong)
    }

    /// Looks whether the money of completed refunds came back, while the books say that the buyer has it.
    pub(super) async fn look_at_refunds(&self, row: &PaymentRow) -> Result<(), PaymentError> {
        let Some(charge) = &row.transaction_id else {
            return Ok(());
        };
        let provider = self.provider(&row.gateway)?;
        let made = Entity::find()
            .filter(Column::PaymentId.eq(row.id))
            .filter(Column::Status.eq(RefundStatus::Completed))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(REFUNDS);
        for refund in made.rows(self.env.pool.read()).await? {
            let now = provider.refund_now(charge, refund.id);
            match provider::by(self.settings.charge_deadline, now).await {
                Ok(now) if now.fact == RefundFact::Failed => {
                    let (id, amount) = (now.gateway_id, now.amount);
                    let wrong = format!("has back {amount} of its refund {id}; the buyer has not");
                    // Of another amount nobody knows what it is.
                    if amount == rows::money(refund.amount, &refund.currency)? {
                        self.come_back(row.id, refund.id, id).await?;
                    }
                    self.alarm(row.id, charge, &wrong).await?;
                }
                Ok(_) | Err(Failure::NotFound) => {}
                Err(Failure::NotSupported) => break,
                Err(failure) => return Err(unavailable(failure)),
            }
        }
        Ok(())
    }

    /// Writes down, once, what somebody must look at.
    pub(super) async fn alarm(
        &self,
        payment: PaymentId,
        charge: &str,
        wrong: &str,
    ) -> Result<(), PaymentError> {
        tracing::error!(%payment, charge, wrong, "a charge is not as it should be; somebody must look at it");
        let message = format!("charge {charge} {wrong}");
        let fresh = db::exec(
            self.env.pool.write(),
            include_str!("../sql/log_once.sql"),
            values![self.env.uuid(), payment, message.clone(), self.env.now()],
        )
        .await?;
        if fresh == 0 {
            return Ok(());
        }
        let exchange = Exchanged {
            kind: "mismatch",
            gateway_id: Some(charge),
            outcome: message,
        };
        rows::exchanged(self.env.pool.write(), &self.env, payment, exchange).await
    }
}

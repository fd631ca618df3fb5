//! A charge that is not what was asked for, or not what it was.

use feira_kernel::{db, values};

use super::{
    Service,
    rows::{self, Exchanged, PaymentRow},
};
use crate::{
    PaymentError, PaymentId,
    provider::Charge,
    sentences::{ANOTHER_AMOUNT, ANOTHER_PAYEE, ANOTHER_PAYMENT, Said},
};

impl Service {
    /// What the provider says must be what was asked; else it pays nothing.
    pub(super) fn differs(
        &self,
        row: &PaymentRow,
        charge: &Charge,
    ) -> Result<Option<Said>, PaymentError> {
        let wrong = if charge.payment != Some(row.id) {
            Some(ANOTHER_PAYMENT.into())
        } else if charge.amount != row.amount()? {
            Some(ANOTHER_AMOUNT.of(&[&charge.amount, &row.amount()?]))
        } else if charge.payee != self.provider(&row.gateway)?.payee() {
            Some(ANOTHER_PAYEE.into())
        } else {
            row.underpaid(charge)?
        };
        Ok(wrong)
    }

    /// Writes down, once, what somebody must look at.
    pub(super) async fn alarm(
        &self,
        payment: PaymentId,
        charge: &str,
        wrong: impl Into<Said>,
    ) -> Result<(), PaymentError> {
        let wrong = wrong.into();
        let wrong = wrong.as_str();
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

//! Taking what a provider has only authorized, from a payer who was in time.

use super::{Service, rows::PaymentRow};
use crate::{
    PaymentError,
    provider::{self, Charge, Fact, Failure},
};

impl Service {
    /// The charge as it is once that is done. If it is not known to be, it waits, and is looked at again.
    pub(super) async fn captured_in_time(
        &self,
        row: &PaymentRow,
        charge: Charge,
    ) -> Result<Charge, PaymentError> {
        let in_time = row.is_live() && self.env.now() < row.expires_at;
        let wanted = charge.fact == Fact::Authorized && in_time;
        if !wanted || self.differs(row, &charge)?.is_some() {
            return Ok(charge);
        }
        let capture = self.provider(&row.gateway)?.capture(&charge.id);
        match provider::by(self.settings.charge_deadline, capture).await {
            Ok(captured) => Ok(captured),
            Err(Failure::NotSupported) => Ok(charge),
            Err(failure) => {
                tracing::warn!(payment = %row.id, %failure, "what was authorized could not be captured; it will be tried again");
                Ok(Charge {
                    fact: Fact::Waiting,
                    ..charge
                })
            }
        }
    }
}

//! What is done about a charge before it is applied: what is only authorized is taken from a payer who was
//! in time, and what was declined is closed, because some providers let the payer try the same one again.

use super::{Service, rows::PaymentRow};
use crate::{
    PaymentError,
    provider::{self, Charge, Fact, Failure},
};

impl Service {
    /// The charge as it is once that is done. If it is not known to be, it waits, and is looked at again.
    pub(super) async fn seen_to(
        &self,
        row: &PaymentRow,
        charge: Charge,
    ) -> Result<Charge, PaymentError> {
        if !row.is_live() || self.differs(row, &charge)?.is_some() {
            return Ok(charge);
        }
        let provider = self.provider(&row.gateway)?;
        let deadline = self.settings.charge_deadline;
        let changed = match charge.fact {
            // What is paid on delivery nobody takes.
            Fact::Authorized if row.has_legs() => return Ok(charge),
            Fact::Authorized if self.env.now() < row.expires_at => {
                provider::by(deadline, provider.capture(&charge.id)).await
            }
            Fact::Declined(_) if provider.capabilities().voids => {
                provider::by(deadline, provider.cancel(&charge.id)).await
            }
            _ => return Ok(charge),
        };
        self.note(provider.name(), &changed).await;
        match changed {
            // Only from a decline, whose reason the closed one does not tell.
            Ok(closed) if closed.fact == Fact::Cancelled && charge.fact != Fact::Authorized => {
                Ok(charge)
            }
            Ok(changed) => Ok(changed),
            Err(Failure::NotSupported) => Ok(charge),
            Err(failure) => {
                tracing::warn!(payment = %row.id, %failure, "a charge could not be captured or closed; it will be tried again");
                Ok(Charge {
                    fact: Fact::Waiting,
                    ..charge
                })
            }
        }
    }
}

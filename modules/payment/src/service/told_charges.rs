//! The charge that a notification names, as its provider says when it is asked.

use std::sync::Arc;

use super::{
    Service, settling,
    webhooks::{MAX_ATTEMPTS, Received},
};
use crate::{
    PaymentError,
    provider::{self, Charge, Failure, Lookup, Provider},
};

impl Service {
    /// As it is now, or why nobody goes on looking for it.
    pub(super) async fn charge_of(
        &self,
        provider: &Arc<dyn Provider>,
        event: &Received,
        goes_on: bool,
    ) -> Result<Result<Charge, String>, PaymentError> {
        let lookup = Lookup::Charge(event.charge_id.clone());
        let found = provider::by(self.settings.charge_deadline, provider.fetch(&lookup)).await;
        self.note(provider.name(), &found).await;
        let last = event.attempts >= MAX_ATTEMPTS;
        match found {
            Ok(charge) => Ok(Ok(charge)),
            // One that is disputed may be there later: nobody else looks for its dispute.
            Err(Failure::NotFound) if last || !provider.tells_of_disputes(&event.kind) => {
                Ok(Err("no such charge".to_owned()))
            }
            // Nobody else looks for a dispute that was not told of before, or soon for a refund that came back.
            Err(failure) if last && !goes_on => Ok(Err(failure.to_string())),
            Err(failure) => Err(settling::unavailable(failure)),
        }
    }
}

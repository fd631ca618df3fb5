//! Looking for intents and refunds, by their ids or by our marks.

use feira_kernel::Time;

use super::{
    StripeProvider,
    settled::BOOKED_OF_EACH,
    wire::{CHARGE, Intent, Listed, PAYMENT, REFUND, Refund},
};
use crate::{
    PaymentId, RefundId,
    provider::{Charge, Failure, http::path_part},
};

/// Such are the ids of intents.
const INTENT: &str = "pi_";
/// When, from the time of its key, an intent is looked for: most are made at once, and none when the key
/// may be forgotten.
const SOON: time::Duration = time::Duration::minutes(10);
const LAST: time::Duration = time::Duration::hours(25);
/// So far may its clock and ours be apart.
pub(super) const APART: time::Duration = time::Duration::minutes(5);

impl StripeProvider {
    pub(super) async fn by_id(&self, id: &str) -> Result<Charge, Failure> {
        if !id.starts_with(INTENT) {
            return Err(Failure::NotFound);
        }
        let path = format!("payment_intents/{}", path_part(id)?);
        let request = self.api.get(&path, &[("expand[]", CHARGE.to_owned())])?;
        self.api.told::<Intent>(request).await?.read()
    }

    /// Among those that were made when the key was: its search lags behind, its list does not. What is listed tells
    /// less than the intent itself.
    pub(super) async fn by_key(&self, key: PaymentId, until: Time) -> Result<Charge, Failure> {
        let made = key.0.get_timestamp().ok_or(Failure::NotFound)?.to_unix().0;
        let value = key.to_string();
        let after = |by: time::Duration| made.saturating_add_signed(by.whole_seconds());
        let last = u64::try_from((until + APART).unix_timestamp()).unwrap_or_default();
        let windows = [
            (after(-APART), after(SOON)),
            (after(SOON), after(LAST).min(last)),
        ];
        for (from, to) in windows.into_iter().filter(|(from, to)| from <= to) {
            let between = [
                ("created[gte]", from.to_string()),
                ("created[lte]", to.to_string()),
            ];
            let mark = (PAYMENT, value.as_str());
            let found: Option<Intent> = self.api.find("payment_intents", &between, mark).await?;
            if let Some(intent) = found {
                return self.by_id(intent.id()).await;
            }
        }
        Err(Failure::NotFound)
    }

    pub(super) async fn made_refund(
        &self,
        charge_id: &str,
        refund: RefundId,
    ) -> Result<Option<Refund>, Failure> {
        let of_charge = [
            ("payment_intent", charge_id.to_owned()),
            ("expand[]", BOOKED_OF_EACH.to_owned()),
        ];
        let key = refund.to_string();
        let mark = (REFUND, key.as_str());
        self.api.find("refunds", &of_charge, mark).await
    }

    /// Asks for a change of an intent, which can only be made once and therefore needs no key: one that
    /// is refused is as it is.
    pub(super) async fn change(&self, id: &str, what: &str) -> Result<Charge, Failure> {
        let path = format!("payment_intents/{}/{what}", path_part(id)?);
        let request = self.api.post(&path, &[])?;
        match self.api.told::<Intent>(request).await {
            Ok(intent) => intent.read(),
            Err(Failure::Refused(_)) => self.by_id(id).await,
            Err(failure) => Err(failure),
        }
    }
}

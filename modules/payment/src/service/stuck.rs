//! What goes on only when somebody has seen to it: payments and refunds whose provider is configured
//! no more, and refunds whose key it has forgotten.

use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;

use super::Service;
use crate::{PaymentError, Stuck, provider::Provider};

#[derive(FromQueryResult)]
struct Waiting {
    gateway: String,
    unconfigured: i64,
    forgotten: i64,
}

impl Service {
    pub(super) async fn waiting_for_somebody(&self) -> Result<Vec<Stuck>, PaymentError> {
        self.providers.refresh().await?;
        let all = self.providers.all();
        let known = all.iter().map(|one| {
            if one.capabilities().refunds_found {
                return Time::UNIX_EPOCH;
            }
            self.keys_known_from(&**one)
        });
        let known: Vec<Time> = known.collect();
        let names: Vec<String> = all.iter().map(|one| one.name().to_owned()).collect();
        let found: Vec<Waiting> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/stuck.sql"),
            values![names, known],
        )
        .await?;
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        let told = found.into_iter().map(|waiting| Stuck {
            provider: waiting.gateway,
            unconfigured: count(waiting.unconfigured),
            forgotten: count(waiting.forgotten),
        });
        Ok(told.collect())
    }

    /// Tells the operator by the log how many wait, and for whom.
    pub(crate) async fn tell_stuck(&self) -> Result<(), PaymentError> {
        for stuck in self.waiting_for_somebody().await? {
            let Stuck {
                provider,
                unconfigured,
                forgotten,
            } = stuck;
            tracing::error!(
                provider,
                unconfigured,
                forgotten,
                "payments and refunds wait for a provider that is not configured, or refunds whose key it has forgotten"
            );
        }
        Ok(())
    }

    /// Whether a call that begins now, or after one that takes its time, finds the key of what was
    /// first asked for then.
    pub(super) fn knows_key(&self, provider: &dyn Provider, asked_at: Time) -> bool {
        asked_at > self.keys_known_from(provider)
    }

    fn keys_known_from(&self, provider: &dyn Provider) -> Time {
        let two_calls = 2 * self.settings.charge_deadline;
        let can = provider.capabilities();
        can.keys_known_from(self.env.now(), two_calls)
    }
}

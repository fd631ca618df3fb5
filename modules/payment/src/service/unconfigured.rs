//! Payments whose provider is configured no more: nobody looks at them until it is again.

use feira_kernel::{db, values};
use sea_orm::FromQueryResult;

use super::Service;
use crate::{PaymentError, Unconfigured};

/// Often enough to be seen in a log, and no flood.
pub(super) const EVERY: time::Duration = time::Duration::minutes(10);

#[derive(FromQueryResult)]
struct Waiting {
    gateway: String,
    waiting: i64,
}

impl Service {
    pub(super) async fn waiting_unconfigured(&self) -> Result<Vec<Unconfigured>, PaymentError> {
        let found: Vec<Waiting> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/unconfigured_payments.sql"),
            values![self.providers.names()],
        )
        .await?;
        let told = |Waiting { gateway, waiting }| Unconfigured {
            provider: gateway,
            waiting: u64::try_from(waiting).unwrap_or_default(),
        };
        Ok(found.into_iter().map(told).collect())
    }

    /// Tells the operator by the log how many wait, and for whom.
    pub(super) async fn tell_unconfigured(&self) -> Result<(), PaymentError> {
        for Unconfigured { provider, waiting } in self.waiting_unconfigured().await? {
            tracing::error!(
                provider,
                waiting,
                "payments and refunds wait for a provider that is not configured"
            );
        }
        Ok(())
    }
}

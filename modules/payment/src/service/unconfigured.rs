//! Payments whose provider is configured no more: nobody looks at them until it is again.

use feira_kernel::{db, values};
use sea_orm::FromQueryResult;

use super::Service;
use crate::PaymentError;

#[derive(FromQueryResult)]
struct Waiting {
    gateway: String,
    waiting: i64,
}

impl Service {
    /// Tells the operator by the log how many wait, and for whom.
    pub(crate) async fn tell_unconfigured(&self) -> Result<(), PaymentError> {
        let found: Vec<Waiting> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/unconfigured_payments.sql"),
            values![self.providers.names()],
        )
        .await?;
        for Waiting { gateway, waiting } in found {
            tracing::error!(
                provider = gateway,
                waiting,
                "payments and refunds wait for a provider that is not configured"
            );
        }
        Ok(())
    }
}

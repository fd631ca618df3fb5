//! What may be done, and by whom.

use feira_kernel::{Actor, IdempotencyKey};

use super::{Service, giving_up::Ending, rows};
use crate::{
    NewRefund, Payment, PaymentError, PaymentId, Payout, PayoutId, ProviderWebhook, Refund,
    ReleaseEarning, SettleLeg, StartPayment, access,
};

impl Service {
    pub(crate) async fn start(
        &self,
        actor: &Actor,
        start: StartPayment,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        self.begin(start).await
    }

    pub(crate) async fn cancel(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        let row = self.end(id).await?;
        self.with_legs(row).await
    }

    pub(crate) async fn cancel_unpaid(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        let row = rows::payment(&self.env, id).await?;
        let row = match row.has_legs() {
            true => self.end_legs(id, Ending::UNPAID).await?,
            false => self.end(id).await?,
        };
        self.with_legs(row).await
    }

    pub(crate) async fn refund(
        &self,
        actor: &Actor,
        refund: NewRefund,
    ) -> Result<Refund, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        self.give_back(refund).await
    }

    pub(crate) async fn settle_leg(
        &self,
        actor: &Actor,
        settle: SettleLeg,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.say_leg(settle).await
    }

    pub(crate) async fn release_earning(
        &self,
        actor: &Actor,
        release: ReleaseEarning,
    ) -> Result<(), PaymentError> {
        access::order(actor)?;
        self.release(release).await
    }

    pub(crate) async fn provider_webhook(
        &self,
        actor: &Actor,
        webhook: ProviderWebhook,
    ) -> Result<(), PaymentError> {
        access::gateway(actor)?;
        self.providers.refresh().await?;
        self.notified(webhook).await
    }

    pub(crate) async fn run_payouts(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<Vec<Payout>, PaymentError> {
        access::manage_payouts(actor).or_else(|_| access::upkeep(actor))?;
        self.pay_out(actor, None, IdempotencyKey::of(key, actor))
            .await
    }

    pub(crate) async fn mark_payout_paid(
        &self,
        actor: &Actor,
        payout: PayoutId,
        reference: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Payout, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.mark_paid(actor, payout, reference, keyed).await
    }

    pub(crate) async fn poll(&self, actor: &Actor) -> Result<u32, PaymentError> {
        access::upkeep(actor)?;
        self.poll_due().await
    }
}

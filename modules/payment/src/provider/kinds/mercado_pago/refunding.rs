//! Giving back, and what became of that: by its key for a day, then by what was told of it.

use feira_kernel::{Currency, Money};
use reqwest::Method;

use super::{MercadoPagoProvider, number, request::NewRefund, wire::Refund};
use crate::{
    RefundId,
    provider::{Failure, RefundAnswer, RefundFact, RefundFee},
};

impl MercadoPagoProvider {
    pub(super) async fn give_back(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        let path = format!("payments/{}/refunds", number(charge_id)?);
        let body = NewRefund::new(amount)?;
        let key = refund.to_string();
        let request = self.api.send(Method::POST, &path, &key, &body);
        let reason = match self.api.ask::<Refund>(request).await {
            Ok(made) => {
                let made = made.read(amount.currency())?;
                if made.amount != amount {
                    let why = "the key was used for another refund";
                    return Err(Failure::Refused(why.to_owned()));
                }
                if made.fact != RefundFact::Waiting {
                    return self.with_fee(charge_id, made).await;
                }
                // Under its key it is answered what the first try was. One that cannot be looked up is told all the
                // same, so that it is when the key is forgotten.
                let (told, currency) = (&made.gateway_id, amount.currency());
                return Ok(self
                    .returned(charge_id, told, currency)
                    .await
                    .unwrap_or(made));
            }
            Err(Failure::Refused(reason)) => reason,
            Err(failure) => return Err(failure),
        };
        let left = self.payment(charge_id).await?.left()?;
        if left.is_some_and(|left| left.minor() < amount.minor()) {
            return Err(Failure::GivenBack);
        }
        Err(Failure::Refused(reason))
    }

    /// What became since of one that it told of.
    pub(super) async fn returned(
        &self,
        id: &str,
        told: &str,
        currency: Currency,
    ) -> Result<RefundAnswer, Failure> {
        let path = format!("payments/{}/refunds/{}", number(id)?, number(told)?);
        let now: Refund = self.api.ask(self.api.get(&path)).await?;
        self.with_fee(id, now.read(currency)?).await
    }

    async fn with_fee(&self, id: &str, now: RefundAnswer) -> Result<RefundAnswer, Failure> {
        if now.fact != RefundFact::Completed {
            return Ok(now);
        }
        let back = self.payment(id).await?.fee_given_back()?;
        let fee = back.map(RefundFee::BackInAll);
        Ok(RefundAnswer { fee, ..now })
    }
}

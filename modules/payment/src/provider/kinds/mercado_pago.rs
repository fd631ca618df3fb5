//! Mercado Pago: one payment by PIX or card, all of it to the marketplace's account.

mod amounts;
mod api;
mod disputes;
mod fees;
mod instalments;
mod refunding;
mod request;
mod settings;
mod signing;
#[cfg(test)]
mod tests;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Currency, Env, Money, Time};
use reqwest::Method;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    InstalmentPlan, MethodKind, PaymentId, ProviderWebhook, RefundId, StartError,
    provider::{
        AskedRefund, CanDivide, Capabilities, Charge, DisputesBegin, Failure, Fee, Hint, HintError,
        Limits, Lookup, NewCharge, Plans, Provider, RefundAnswer, TellsFees, ToldDispute,
        http::own,
    },
    validate,
};
use api::Api;
use instalments::Told;
use request::{Cancelling, Capturing, NewPayment};
use settings::AMOUNT;
pub use settings::MercadoPagoSettings;
pub(super) use settings::{FIELDS, check, settings};
use wire::{Found, Payment, Webhook};

pub(crate) struct MercadoPagoProvider {
    name: String,
    capabilities: Capabilities,
    api: Api,
    settings: MercadoPagoSettings,
    env: Env,
}

impl MercadoPagoProvider {
    pub(crate) fn new(
        name: String,
        settings: MercadoPagoSettings,
        env: Env,
    ) -> Result<Self, StartError> {
        settings.check()?;
        // The card's bank decides on interest.
        let plans = match settings.instalment_plans {
            Some(_) => Plans::Likely,
            None => Plans::Untold,
        };
        let capabilities = Capabilities {
            takes: Some(settings.takes.iter().copied().flat_map(taken).collect()),
            refund_window: Some(settings.refund_window),
            keys_kept: Some(settings.keys_kept),
            instalments: CanDivide::new(settings.instalments, &settings.instalment_least, plans),
            // A refund bears no mark of ours.
            refunds_found: false,
            refunds_cost: true,
            disputes: DisputesBegin::Told,
            ..Capabilities::all()
        };
        Ok(Self {
            api: Api::new(&name, &settings)?,
            name,
            capabilities,
            settings,
            env,
        })
    }

    async fn payment(&self, id: &str) -> Result<Payment, Failure> {
        let path = format!("payments/{}", number(id)?);
        self.api.ask(self.api.get(&path)).await
    }

    /// With a test account's key in production a payment looks paid, and no money came.
    fn read(&self, payment: &Payment) -> Result<Charge, Failure> {
        if self.settings.live && payment.is_for_trying() {
            return Err(Failure::Misconfigured(format!(
                "payments.providers.{}.api_key: it is of an account for tests (live_mode is false), with which no money moves; production needs another",
                self.name
            )));
        }
        payment.read()
    }

    async fn by_id(&self, id: &str) -> Result<Charge, Failure> {
        self.read(&self.payment(id).await?)
    }

    /// The newest that bears the payment's id. What is found tells less than the payment itself.
    async fn by_key(&self, key: PaymentId) -> Result<Charge, Failure> {
        let path =
            format!("payments/search?external_reference={key}&sort=date_created&criteria=desc");
        let found: Found = self.api.ask(self.api.get(&path)).await?;
        let newest = found.results.first().ok_or(Failure::NotFound)?;
        own(self.by_id(&newest.id.text()).await?, key)
    }

    /// Asks for a change of a payment, which can only be made once: one that is refused is as it is.
    /// An answer that was kept under a key would say how it was before.
    async fn change(&self, id: &str, body: &(impl Serialize + Sync)) -> Result<Charge, Failure> {
        let path = format!("payments/{}", number(id)?);
        let key = self.env.uuid().to_string();
        let request = self.api.send(Method::PUT, &path, &key, body);
        match self.api.ask::<Payment>(request).await {
            Ok(payment) => self.read(&payment),
            Err(Failure::Refused(_)) => self.by_id(id).await,
            Err(failure) => Err(failure),
        }
    }
}

/// By card in any currency, by PIX where that is paid.
fn taken(least: Money) -> Vec<(MethodKind, Limits)> {
    let limits = |method| {
        let carried = validate::limits(method, least.currency())?;
        let most = carried.most;
        Some((method, Limits { least, most }))
    };
    let pix = limits(MethodKind::Pix).filter(|_| least.currency() == Currency::BRL);
    pix.into_iter().chain(limits(MethodKind::Card)).collect()
}

/// Such are the ids of payments and refunds, which stand in paths.
fn number(id: &str) -> Result<&str, Failure> {
    let digits = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    if digits {
        Ok(id)
    } else {
        Err(Failure::NotFound)
    }
}

#[async_trait]
impl Provider for MercadoPagoProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        &self.settings.account
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let (method, currency) = (charge.method.kind(), charge.amount.currency());
        let limits = self.capabilities.limits(method, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, charge.amount).map_err(|_| Failure::NotSupported)?;
        self.capabilities.divides(charge)?;
        let body = NewPayment::new(charge, &self.settings)?;
        let key = charge.id.to_string();
        let request = self.api.send(Method::POST, "payments", &key, &body);
        match self.api.ask::<Payment>(request).await {
            Ok(payment) => own(self.read(&payment)?, charge.id),
            // What is to be charged is not there.
            Err(Failure::NotFound) => Err(Failure::Refused("no such card token".to_owned())),
            Err(failure) => Err(failure),
        }
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => self.by_id(id).await,
            Lookup::Key(key, _) => self.by_key(*key).await,
        }
    }

    async fn capture(&self, charge_id: &str) -> Result<Charge, Failure> {
        self.change(charge_id, &Capturing::default()).await
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        self.change(charge_id, &Cancelling::default()).await
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        self.give_back(charge_id, refund, amount).await
    }

    async fn refund_now(&self, asked: &AskedRefund) -> Result<RefundAnswer, Failure> {
        let told = asked.told.as_deref().ok_or(Failure::NotSupported)?;
        let currency = asked.amount.currency();
        self.returned(&asked.charge, told, currency).await
    }

    async fn plans(&self, amount: Money) -> Result<Vec<InstalmentPlan>, Failure> {
        let path = self.settings.instalment_plans.as_deref();
        let path = path.ok_or(Failure::NotSupported)?;
        let path = path.replace(AMOUNT, &amount.amount().to_string());
        let told: Vec<Told> = self.api.ask(self.api.get(&path)).await?;
        instalments::read(&told, amount)
    }

    fn tells_fees(&self) -> TellsFees {
        TellsFees::Always
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        self.payment(charge_id).await?.fee()
    }

    /// A payment that was never asked for is looked for.
    async fn check(&self) -> Result<(), Failure> {
        match self.by_key(PaymentId(Uuid::nil())).await {
            Ok(_) | Err(Failure::NotFound) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    async fn disputes(
        &self,
        charge_id: &str,
        named: &[String],
    ) -> Result<Vec<ToldDispute>, Failure> {
        self.told_disputes(charge_id, named).await
    }

    /// It tells of payments only.
    fn may_tell_of_disputes(&self) -> bool {
        true
    }

    /// The body is not signed, but for the id in it; and of other things than payments nothing is kept.
    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
        let webhook = serde_json::from_slice::<Webhook>(&told.body);
        let id = webhook.as_ref().ok().and_then(Webhook::about);
        let id = id.unwrap_or_default();
        let signed = signing::signed(&told.headers, &id, &self.settings.webhook_secrets, now);
        let signed = signed.ok_or(HintError::Signature)?;
        let webhook = webhook.map_err(|e| HintError::Unreadable(e.to_string()))?;
        if !webhook.is_payment() {
            return Ok(Vec::new());
        }
        let hint = Hint {
            event_id: format!("{id}:{signed}"),
            kind: webhook.kind(),
            charge_id: id,
        };
        let fits = |text: &str| !text.is_empty() && text.len() <= 128;
        if fits(&hint.event_id) && fits(&hint.kind) && number(&hint.charge_id).is_ok() {
            Ok(vec![hint])
        } else {
            Err(HintError::Unreadable("an id is missing".to_owned()))
        }
    }
}

//! Stripe: a payment is a PaymentIntent by card, made and confirmed in one call.

mod amounts;
mod api;
mod disputes;
mod looking;
mod paying;
mod saving;
mod settings;
mod settled;
#[cfg(test)]
mod tests;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Money, Time, db::Secret};
use serde::de::IgnoredAny;

use crate::{
    MethodKind, ProviderWebhook, RefundId, StartError,
    provider::{
        AskedRefund, CanDivide, Capabilities, Charge, DisputesBegin, Failure, Fee, Hint, HintError,
        Limits, Lookup, NewCharge, NewSetup, Plans, Provider, RefundAnswer, SentEvidence, Setup,
        TellsFees, ToldDispute,
        http::{own, path_part},
        paying::PaysStores,
    },
    signature, validate,
};
use api::{Api, Pair};
pub(super) use settings::{FIELDS, check, settings};
pub use settings::{StripeConnect, StripeSettings};
use settled::{BOOKED, SETTLED, Settled};
use wire::{Event, Intent, PAYEE, Refund};

const SIGNATURE: &str = "stripe-signature";
/// How long a key is kept at least.
const KEYS_KEPT: time::Duration = time::Duration::hours(24);

pub(crate) struct StripeProvider {
    name: String,
    capabilities: Capabilities,
    api: Api,
    settings: StripeSettings,
}

impl StripeProvider {
    pub(crate) fn new(name: String, settings: StripeSettings) -> Result<Self, StartError> {
        if settings.secret_key.len() < 16 {
            return Err(StartError::ShortSecret("the provider's secret key"));
        }
        let secrets = &settings.webhook_secrets;
        if secrets.is_empty() || secrets.iter().any(|secret| secret.len() < 32) {
            return Err(StartError::ShortSecret("a webhook secret"));
        }
        let takes = settings.takes.iter().map(|&least| {
            let unknown = StartError::Currency(least.currency());
            let most = amounts::most(least.currency()).ok_or(unknown);
            most.map(|most| (MethodKind::Card, Limits { least, most }))
        });
        let capabilities = Capabilities {
            takes: Some(takes.collect::<Result<_, StartError>>()?),
            keys_kept: Some(KEYS_KEPT),
            disputes: DisputesBegin::Told,
            evidence: true,
            returns_told: true,
            refunds_cost: true,
            instalments: CanDivide::new(
                settings.instalments,
                &settings.instalment_least,
                // It tells a card's plans once it knows the card, and of no interest.
                Plans::Untold,
            ),
            saved_cards: true,
            pays_stores: settings.connect.is_some(),
            ..Capabilities::all()
        };
        Ok(Self {
            api: Api::new(&name, &settings)?,
            name,
            capabilities,
            settings,
        })
    }

    /// Confirmed at once, so that one call charges; the same of a charge whenever it is asked for.
    fn intent(&self, charge: &NewCharge, paid_with: Vec<Pair>) -> Result<Vec<Pair>, Failure> {
        let capture = if self.settings.manual_capture {
            "manual"
        } else {
            "automatic"
        };
        let currency = charge.amount.currency().code().to_ascii_lowercase();
        let mut form = vec![
            ("amount", amounts::write(charge.amount)?.to_string()),
            ("currency", currency),
            ("payment_method_types[]", "card".to_owned()),
            ("capture_method", capture.to_owned()),
            ("confirm", "true".to_owned()),
            ("metadata[feira_payment]", charge.id.to_string()),
            ("metadata[feira_reference]", charge.description.clone()),
        ];
        form.extend(paid_with);
        if let Some(divided) = charge.divided {
            form.extend(plan(divided.count));
        }
        if let Some(url) = &self.settings.return_url {
            form.push(("return_url", url.clone()));
        }
        Ok(form)
    }
}

/// The intent is confirmed as it is made, which is when it may name its plan.
fn plan(count: u8) -> [Pair; 4] {
    [
        (
            "payment_method_options[card][installments][enabled]",
            "true".to_owned(),
        ),
        (
            "payment_method_options[card][installments][plan][type]",
            "fixed_count".to_owned(),
        ),
        (
            "payment_method_options[card][installments][plan][interval]",
            "month".to_owned(),
        ),
        (
            "payment_method_options[card][installments][plan][count]",
            count.to_string(),
        ),
    ]
}

#[async_trait]
impl Provider for StripeProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        PAYEE
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let paid_with = saving::paid_with(&charge.method)?;
        let currency = charge.amount.currency();
        let limits = self.capabilities.limits(MethodKind::Card, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, charge.amount).map_err(|_| Failure::NotSupported)?;
        self.capabilities.divides(charge)?;
        let form = self.intent(charge, paid_with)?;
        let request = self.api.post("payment_intents", &form)?;
        let request = request.header("idempotency-key", charge.id.to_string());
        let mut fault = match self.api.ask::<Intent>(request).await? {
            Ok(intent) => return own(intent.read()?, charge.id),
            Err(fault) => fault,
        };
        let declined = fault.error.payment_intent.take();
        if let Some(intent) = declined.filter(|_| fault.is_declined()) {
            return own(intent.read_declined(&fault.error)?, charge.id);
        }
        let failure = self.api.failure(&fault);
        if fault.is_reused_key() {
            // Settings may have changed since it was made.
            let known = self.by_key(charge.id, charge.expires_at).await;
            return match known {
                Ok(known) if known.amount == charge.amount => Ok(known),
                Ok(_) | Err(Failure::NotFound) => Err(failure),
                Err(unknown) => Err(unknown),
            };
        }
        Err(match failure {
            // What is to be charged is not there.
            Failure::NotFound => Failure::Refused("no such payment method".to_owned()),
            failure => failure,
        })
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => self.by_id(id).await,
            Lookup::Key(key, until) => self.by_key(*key, *until).await,
        }
    }

    async fn capture(&self, charge_id: &str) -> Result<Charge, Failure> {
        self.change(charge_id, "capture").await
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        self.change(charge_id, "cancel").await
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        // Under its key it is answered what the first try was, and that for a day: what became of it
        // since is asked for.
        if let Some(known) = self.made_refund(charge_id, refund).await? {
            let known = known.read()?;
            if known.amount != amount {
                let why = "the key was used for another refund";
                return Err(Failure::Refused(why.to_owned()));
            }
            return Ok(known);
        }
        let key = refund.to_string();
        let form = [
            ("payment_intent", charge_id.to_owned()),
            ("amount", amounts::write(amount)?.to_string()),
            ("metadata[feira_refund]", key.clone()),
            ("expand[]", BOOKED.to_owned()),
        ];
        let request = self.api.post("refunds", &form)?;
        let request = request.header("idempotency-key", key);
        match self.api.ask::<Refund>(request).await? {
            Ok(refund) => refund.read(),
            Err(fault) if fault.is_given_back() => Err(Failure::GivenBack),
            Err(fault) => Err(self.api.failure(&fault)),
        }
    }

    /// Days later, the payer's bank may not take it.
    async fn refund_now(&self, asked: &AskedRefund) -> Result<RefundAnswer, Failure> {
        let made = self.made_refund(&asked.charge, asked.id).await?;
        made.ok_or(Failure::NotFound)?.read()
    }

    async fn setup(&self, new: &NewSetup) -> Result<Setup, Failure> {
        self.begin_setup(new).await
    }

    async fn setup_now(&self, id: &Secret) -> Result<Setup, Failure> {
        self.made_setup(id).await
    }

    async fn forget(&self, token: &Secret) -> Result<(), Failure> {
        self.detach(token).await
    }

    fn paying(&self) -> Option<&dyn PaysStores> {
        self.settings
            .connect
            .as_ref()
            .map(|_| self as &dyn PaysStores)
    }

    fn tells_of_accounts(&self, kind: &str) -> bool {
        self.settings.connect.is_some() && kind.starts_with("account.")
    }

    fn tells_of_transfers(&self, kind: &str) -> bool {
        self.settings.connect.is_some() && kind == "transfer.reversed"
    }

    async fn check(&self) -> Result<(), Failure> {
        let request = self.api.get("balance", &[])?;
        self.api.told::<IgnoredAny>(request).await.map(|_| ())
    }

    fn tells_fees(&self) -> TellsFees {
        TellsFees::Always
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        let path = format!("payment_intents/{}", path_part(charge_id)?);
        let request = self.api.get(&path, &[("expand[]", SETTLED.to_owned())])?;
        self.api.told::<Settled>(request).await?.fee()
    }

    async fn disputes(&self, charge_id: &str, _: &[String]) -> Result<Vec<ToldDispute>, Failure> {
        disputes::of_charge(&self.api, charge_id).await
    }

    async fn send_evidence(
        &self,
        dispute_id: &str,
        evidence: &[SentEvidence],
    ) -> Result<(), Failure> {
        disputes::answer(&self.api, dispute_id, evidence).await
    }

    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
        let ProviderWebhook { headers, body, .. } = told;
        let secrets = &self.settings.webhook_secrets;
        if !signature::signs(headers, SIGNATURE, body, secrets, now) {
            return Err(HintError::Signature);
        }
        let event: Event =
            serde_json::from_slice(body).map_err(|e| HintError::Unreadable(e.to_string()))?;
        let (event_id, kind) = (event.id.clone(), event.kind.clone());
        let charge_id = event.about();
        let fits = |text: &str| !text.is_empty() && text.len() <= 128;
        if !(fits(&event_id) && fits(&kind) && fits(&charge_id)) {
            return Err(HintError::Unreadable("an id is missing".to_owned()));
        }
        Ok(vec![Hint {
            event_id,
            kind,
            charge_id,
        }])
    }
}

mod disputes;
mod paying;
mod saving;
mod settings;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Money, Time, db::Secret};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{
    InstalmentPlan, ProviderWebhook, RefundId, StartError,
    provider::{
        CanDivide, Capabilities, Charge, DisputesBegin, Failure, Fee, Hint, HintError, Lookup,
        NewCharge, NewSetup, Plans, Provider, RefundAnswer, SentEvidence, Setup, TellsFees,
        ToldDispute,
        http::{self, broken, own, path_part},
        paying::PaysStores,
    },
    signature,
};
use disputes::{Answer, DisputeList};
use saving::{SetupAnswer, SetupRequest};
pub use settings::SandboxSettings;
pub(super) use settings::{FIELDS, check, settings};
use wire::{ChargeAnswer, ChargeRequest, EventBody, PlanList, RefundBody, RefundRequest};

/// The adapter of the built-in simulated provider: it knows it by HTTP alone, as any other.
pub(crate) struct SandboxProvider {
    name: String,
    capabilities: Capabilities,
    http: reqwest::Client,
    settings: SandboxSettings,
}

impl SandboxProvider {
    pub(crate) fn new(name: String, settings: SandboxSettings) -> Result<Self, StartError> {
        if settings.api_key.len() < 16 {
            return Err(StartError::ShortSecret("the provider's api key"));
        }
        if settings.webhook_secrets.is_empty()
            || settings.webhook_secrets.iter().any(|s| s.len() < 32)
        {
            return Err(StartError::ShortSecret("a webhook secret"));
        }
        Ok(Self {
            name,
            capabilities: Capabilities {
                disputes: DisputesBegin::Told,
                evidence: true,
                saved_cards: true,
                instalments: CanDivide::new(
                    settings.instalments,
                    &settings.instalment_least,
                    Plans::Binding,
                ),
                pays_stores: true,
                ..Capabilities::all()
            },
            http: http::built(http::client(settings.timeout))?,
            settings,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.settings.base_url.trim_end_matches('/');
        self.http
            .request(method, format!("{base}/v1/{path}"))
            .bearer_auth(&self.settings.api_key)
    }
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let (status, body) = http::exchange(request).await?;
    // Its refusals are JSON: a page is of something between here and there, which knows nothing of charges.
    let its_own = serde_json::from_slice::<IgnoredAny>(&body).is_ok();
    if !its_own && !status.is_success() {
        return Err(http::answered(status));
    }
    match status {
        StatusCode::NOT_FOUND => Err(Failure::NotFound),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Failure::Misconfigured(format!("answered {status}")))
        }
        // Only for now: too many requests, still running.
        StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Err(http::answered(status))
        }
        status if status.is_client_error() => Err(Failure::Refused(format!("answered {status}"))),
        status if !status.is_success() => Err(http::answered(status)),
        _ => serde_json::from_slice(&body).map_err(|e| broken(&e.to_string())),
    }
}

#[async_trait]
impl Provider for SandboxProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        &self.settings.payee
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        self.capabilities.divides(charge)?;
        let request = self
            .request(Method::POST, "charges")
            .header("idempotency-key", charge.id.to_string())
            .json(&ChargeRequest::new(charge)?);
        own(send::<ChargeAnswer>(request).await?.read()?, charge.id)
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => {
                let request = self.request(Method::GET, &format!("charges/{}", path_part(id)?));
                send::<ChargeAnswer>(request).await?.read()
            }
            Lookup::Key(key, _) => {
                let path = format!("charges?idempotency_key={key}");
                let request = self.request(Method::GET, &path);
                own(send::<ChargeAnswer>(request).await?.read()?, *key)
            }
        }
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        let path = format!("charges/{}/cancel", path_part(charge_id)?);
        let request = self.request(Method::POST, &path);
        send::<ChargeAnswer>(request).await?.read()
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        let path = format!("charges/{}/refunds", path_part(charge_id)?);
        let request = self
            .request(Method::POST, &path)
            .header("idempotency-key", refund.to_string())
            .json(&RefundRequest {
                amount: amount.minor(),
            });
        send::<RefundBody>(request).await?.read()
    }

    async fn plans(&self, amount: Money) -> Result<Vec<InstalmentPlan>, Failure> {
        let (minor, currency) = (amount.minor(), amount.currency().code());
        let path = format!("instalments?amount={minor}&currency={currency}");
        let request = self.request(Method::GET, &path);
        send::<PlanList>(request).await?.read(amount)
    }

    /// It takes nothing but interest.
    fn tells_fees(&self) -> TellsFees {
        TellsFees::Financed
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        let request = self.request(Method::GET, &format!("charges/{}", path_part(charge_id)?));
        send::<ChargeAnswer>(request).await?.fee()
    }

    async fn setup(&self, new: &NewSetup) -> Result<Setup, Failure> {
        let request = self
            .request(Method::POST, "setups")
            .header("idempotency-key", new.id.to_string())
            .json(&SetupRequest { user: new.user });
        send::<SetupAnswer>(request).await?.read()
    }

    async fn setup_now(&self, id: &Secret) -> Result<Setup, Failure> {
        let request = self.request(Method::GET, &format!("setups/{}", path_part(&id.0)?));
        send::<SetupAnswer>(request).await?.read()
    }

    async fn forget(&self, token: &Secret) -> Result<(), Failure> {
        let path = format!("cards/{}/forget", path_part(&token.0)?);
        let request = self.request(Method::POST, &path);
        send::<IgnoredAny>(request).await.map(|_| ())
    }

    fn paying(&self) -> Option<&dyn PaysStores> {
        Some(self)
    }

    fn tells_of_accounts(&self, kind: &str) -> bool {
        kind.starts_with("account.")
    }

    /// A charge that was never made is not found by who has the right key.
    async fn check(&self) -> Result<(), Failure> {
        let request = self.request(Method::GET, "charges/none");
        let (status, _) = http::exchange(request).await?;
        match status {
            StatusCode::NOT_FOUND => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(Failure::Misconfigured(format!("answered {status}")))
            }
            status => Err(http::answered(status)),
        }
    }

    async fn disputes(&self, charge_id: &str, _: &[String]) -> Result<Vec<ToldDispute>, Failure> {
        let path = format!("charges/{}/disputes", path_part(charge_id)?);
        let request = self.request(Method::GET, &path);
        send::<DisputeList>(request).await?.read()
    }

    async fn send_evidence(
        &self,
        dispute_id: &str,
        evidence: &[SentEvidence],
    ) -> Result<(), Failure> {
        let path = format!("disputes/{}/evidence", path_part(dispute_id)?);
        let answer = Answer::new(evidence);
        let request = self.request(Method::POST, &path).json(&answer);
        send::<IgnoredAny>(request).await.map(|_| ())
    }

    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
        let ProviderWebhook { headers, body, .. } = told;
        let secrets = &self.settings.webhook_secrets;
        if !signature::signs(headers, signature::HEADER, body, secrets, now) {
            return Err(HintError::Signature);
        }
        let event: EventBody =
            serde_json::from_slice(body).map_err(|e| HintError::Unreadable(e.to_string()))?;
        let fits = |text: &str| !text.is_empty() && text.len() <= 128;
        if !(fits(&event.id) && fits(&event.kind) && fits(&event.charge_id)) {
            return Err(HintError::Unreadable("an id is missing".to_owned()));
        }
        Ok(vec![Hint {
            event_id: event.id,
            kind: event.kind,
            charge_id: event.charge_id,
        }])
    }
}

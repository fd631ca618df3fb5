//! How the simulated provider is reached.

use std::time::Duration;

use feira_kernel::Money;

use crate::provider::{
    checks::{divides, long, rotating, site},
    config::ProviderConfig,
    fields::{Field, FieldForm as F, INSTALMENT_LEAST, INSTALMENTS, Installation, Refusal},
};

/// The marketplace's account there.
const PAYEE: &str = "feira";

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::new("url", F::Address),
    Field::required("api_key", F::Secret),
    Field::required("webhook_secret", F::Secret),
    Field::new("webhook_secret_previous", F::Secret),
    // It has them without being told, so that they can be tried.
    INSTALMENTS.or("12"),
    INSTALMENT_LEAST,
];

/// How the built-in simulated provider is reached.
#[derive(Clone)]
pub struct SandboxSettings {
    /// Where its routes are: `http://127.0.0.1:8080/sandbox`.
    pub base_url: String,
    /// At least 16 bytes.
    pub api_key: String,
    /// At least one, each at least 32 bytes; several during a rotation.
    pub webhook_secrets: Vec<String>,
    /// Whom every charge must name as its payee.
    pub payee: String,
    /// The greatest count of instalments in which its cards can pay, 1 if at once, and what each is at least.
    pub instalments: u8,
    pub instalment_least: Vec<Money>,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

impl std::fmt::Debug for SandboxSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxSettings")
            .field("base_url", &self.base_url)
            .field("payee", &self.payee)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

pub(in crate::provider::kinds) fn check(config: &ProviderConfig) -> Result<(), Refusal> {
    site(config, "url")?;
    divides(config)?;
    rotating(config, "webhook_secret", long)?;
    long(config, "api_key")
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<SandboxSettings, Refusal> {
    let (instalments, instalment_least) = divides(config)?;
    let base = match config.text("url") {
        "" => at.sandbox_url.as_str(),
        url => url,
    };
    Ok(SandboxSettings {
        instalments,
        instalment_least,
        base_url: format!("{}/sandbox", base.trim_end_matches('/')),
        api_key: config.secret("api_key").to_owned(),
        webhook_secrets: config.rotating("webhook_secret"),
        payee: PAYEE.to_owned(),
        timeout: at.timeout,
    })
}

//! How the simulated provider is reached.

use std::time::Duration;

use crate::provider::{
    checks::{long, site},
    config::ProviderConfig,
    fields::{Field, FieldForm as F, Installation, Refusal},
};

/// The marketplace's account there.
const PAYEE: &str = "feira";

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::new("url", F::Address),
    Field::required("api_key", F::Secret),
    Field::required("webhook_secret", F::Secret),
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
    long(config, "webhook_secret")?;
    long(config, "api_key")
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> SandboxSettings {
    let base = match config.text("url") {
        "" => at.sandbox_url.as_str(),
        url => url,
    };
    SandboxSettings {
        base_url: format!("{}/sandbox", base.trim_end_matches('/')),
        api_key: config.secret("api_key").to_owned(),
        webhook_secrets: vec![config.secret("webhook_secret").to_owned()],
        payee: PAYEE.to_owned(),
        timeout: at.timeout,
    }
}

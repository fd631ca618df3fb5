//! How Stripe is reached: its keys say what they are, and whether money moves with them.

use std::time::Duration;

use feira_kernel::Money;

use crate::{
    field_codes::{KEY_KIND, TEST_KEY},
    provider::{
        checks::{divides, least_amounts, long, private_site, rotating, site},
        config::ProviderConfig,
        fields::{
            Field, FieldForm as F, INSTALMENT_LEAST, INSTALMENTS, Installation, Refusal, refuse,
        },
    },
};

/// Its own address.
const OWN: &str = "https://api.stripe.com";

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::required("api_key", F::Secret),
    Field::required("webhook_secret", F::Secret),
    Field::new("webhook_secret_previous", F::Secret),
    Field::required("takes", F::List),
    Field::new("capture", F::Choice(&["automatic", "manual"])).or("automatic"),
    INSTALMENTS,
    INSTALMENT_LEAST,
    Field::new("return_url", F::Line),
    Field::new("connect", F::Choice(&["no", "yes"])).or("no"),
    Field::new("connect_losses", F::Choice(&["application", "stripe"])).or("application"),
    Field::new("connect_dashboard", F::Choice(&["express", "full", "none"])).or("express"),
    Field::new("connect_webhook_secret", F::Secret),
    Field::new("connect_webhook_secret_previous", F::Secret),
    Field::new("url", F::Address),
];

/// How Stripe, or what plays it, is reached.
#[derive(Clone)]
pub struct StripeSettings {
    /// `https://api.stripe.com`.
    pub base_url: String,
    /// Secret or restricted.
    pub secret_key: String,
    /// At least one, each at least 32 bytes.
    pub webhook_secrets: Vec<String>,
    /// The least amount of each currency in which it takes payments: they are the account's.
    pub takes: Vec<Money>,
    /// The greatest count of instalments in which its cards can pay, 1 if at once, and what each is at least.
    pub instalments: u8,
    pub instalment_least: Vec<Money>,
    /// Whether a card is only authorized first, and charged when its payer was in time.
    pub manual_capture: bool,
    /// Where payers come back who were sent away to confirm; without it they are not sent, and their
    /// own program confirms with the client secret.
    pub return_url: Option<String>,
    /// How stores' accounts are opened there; without it they have none.
    pub connect: Option<StripeConnect>,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

/// What an account of a store is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeConnect {
    /// Who bears what an account owes and cannot pay: `application`, the marketplace, or `stripe`.
    pub losses: String,
    /// Which pages of Stripe its holder has: `express`, `full` or `none`.
    pub dashboard: String,
}

impl std::fmt::Debug for StripeSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StripeSettings")
            .field("base_url", &self.base_url)
            .field("takes", &self.takes)
            .field("manual_capture", &self.manual_capture)
            .field("return_url", &self.return_url)
            .field("connect", &self.connect)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

pub(in crate::provider::kinds) fn check(
    config: &ProviderConfig,
    production: bool,
) -> Result<(), Refusal> {
    private_site(config, "url")?;
    let api_key = config.secret("api_key");
    if !["sk_", "rk_"].iter().any(|kind| api_key.starts_with(kind)) {
        let why = "must be a secret key (sk_...) or a restricted one (rk_...)";
        return refuse("api_key", KEY_KIND, why);
    }
    let test = ["sk_test_", "rk_test_"];
    if production && test.iter().any(|kind| api_key.starts_with(kind)) {
        let why = "is a key of test mode, in which no money moves; production needs a live one";
        return refuse("api_key", TEST_KEY, why);
    }
    long(config, "api_key")?;
    rotating(config, "webhook_secret", signing)?;
    rotating(
        config,
        "connect_webhook_secret",
        |config, field| match config.secret(field) {
            "" => Ok(()),
            _ => signing(config, field),
        },
    )?;
    site(config, "return_url")?;
    divides(config)?;
    least_amounts(config).map(|_| ())
}

fn signing(config: &ProviderConfig, field: &str) -> Result<(), Refusal> {
    if !config.secret(field).starts_with("whsec_") {
        let why = "must be the signing secret of an endpoint (whsec_...)";
        return refuse(field, KEY_KIND, why);
    }
    long(config, field)
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<StripeSettings, Refusal> {
    let return_url = Some(config.text("return_url")).filter(|url| !url.is_empty());
    let (instalments, instalment_least) = divides(config)?;
    Ok(StripeSettings {
        base_url: match config.text("url") {
            "" => OWN.to_owned(),
            url => url.to_owned(),
        },
        secret_key: config.secret("api_key").to_owned(),
        webhook_secrets: webhook_secrets(config),
        takes: least_amounts(config)?,
        instalments,
        instalment_least,
        manual_capture: config.text("capture") == "manual",
        return_url: return_url.map(str::to_owned),
        connect: (config.text("connect") == "yes").then(|| StripeConnect {
            losses: config.text("connect_losses").to_owned(),
            dashboard: config.text("connect_dashboard").to_owned(),
        }),
        timeout: at.timeout,
    })
}

/// Stripe tells of the account and of connected ones by two endpoints, each with a secret of its own.
fn webhook_secrets(config: &ProviderConfig) -> Vec<String> {
    let both = ["webhook_secret", "connect_webhook_secret"];
    both.map(|name| config.rotating(name)).concat()
}

//! How Woovi is reached, and by which keys its notifications are known.

use std::time::Duration;

use crate::{
    StartError,
    field_codes::TEST_KEY,
    provider::{
        checks::{count, in_address, is_hosted_at, long, private_site, rotating, words},
        config::ProviderConfig,
        fields::{Field, FieldForm as F, Installation, Refusal, refuse},
    },
};

/// Its own address.
const OWN: &str = "https://api.woovi.com";
/// Where no money moves.
const SANDBOX: &str = "woovi-sandbox.com";
/// More days than anybody gives money back after.
const MOST_DAYS: u32 = 3_650;

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::required("api_key", F::Secret),
    Field::new("pix_key", F::Line),
    Field::new("webhook_key", F::Pem),
    Field::new("webhook_secret", F::Secret),
    Field::new("webhook_secret_previous", F::Secret),
    // As long as any PIX may go back.
    Field::new("refund_days", F::Line).or("90"),
    Field::new("url", F::Address),
    // What Woovi's published library does not say.
    Field::new("disputes", F::Choice(&["told", "by_hand"])).or("told"),
    Field::new("dispute_path", F::Line).or("dispute"),
    Field::new("dispute_won", F::Line).or("REJECTED CANCELED"),
    Field::new("dispute_lost", F::Line).or("ACCEPTED"),
    Field::new("splits", F::Choice(&["no", "yes"])).or("no"),
    Field::new("split_refunds", F::Choice(&["marketplace", "accounts"])).or("marketplace"),
];

/// How Woovi, or what plays it, is reached.
#[derive(Clone)]
pub struct WooviSettings {
    /// `https://api.woovi.com`.
    pub base_url: String,
    /// Of an application of the account that is paid.
    pub app_id: String,
    /// PEM of the public keys that sign notifications, or the path of a file with it; empty: that which
    /// Woovi publishes.
    pub webhook_key: String,
    /// In the path of notifications, at least 32 bytes; empty: there is nothing in it. Woovi signs for others,
    /// too, who could have it tell here of what is theirs.
    pub webhook_token: String,
    /// Paths with it are taken, too; as long, or empty.
    pub webhook_token_previous: String,
    /// The PIX key that is paid; empty: whichever the account has.
    pub pix_key: String,
    /// How long what was paid can go back.
    pub refund_window: time::Duration,
    /// Whether Woovi tells of disputes; else an operator does.
    pub tells_disputes: bool,
    /// Where they are, below `/api/v1/`, and the words in which they end: any other one keeps the money back.
    pub dispute_path: String,
    pub dispute_won: Vec<String>,
    pub dispute_lost: Vec<String>,
    /// Whether charges are split to sub-accounts of the stores that have one.
    pub splits: bool,
    /// Whether a refund of what was split takes each store's part out of its sub-account; else all of it is out of the
    /// marketplace's account.
    pub accounts_refund: bool,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

impl std::fmt::Debug for WooviSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WooviSettings")
            .field("base_url", &self.base_url)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl WooviSettings {
    pub(super) fn check(&self) -> Result<(), StartError> {
        if self.app_id.len() < 16 {
            return Err(StartError::ShortSecret("the provider's AppID"));
        }
        Ok(())
    }
}

pub(in crate::provider::kinds) fn check(
    config: &ProviderConfig,
    production: bool,
) -> Result<(), Refusal> {
    private_site(config, "url")?;
    if production && is_hosted_at(config, SANDBOX) {
        let why = "is Woovi's sandbox, in which no money moves; production needs the live one";
        return refuse("url", TEST_KEY, why);
    }
    long(config, "api_key")?;
    rotating(config, "webhook_secret", |config, field| {
        match config.secret(field) {
            "" => return Ok(()),
            _ => long(config, field)?,
        }
        in_address(config, field)
    })?;
    count(config, "refund_days", MOST_DAYS).map(|_| ())
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<WooviSettings, Refusal> {
    Ok(WooviSettings {
        base_url: match config.text("url") {
            "" => OWN.to_owned(),
            url => url.to_owned(),
        },
        app_id: config.secret("api_key").to_owned(),
        webhook_key: config.text("webhook_key").to_owned(),
        webhook_token: config.secret("webhook_secret").to_owned(),
        webhook_token_previous: config.secret("webhook_secret_previous").to_owned(),
        pix_key: config.text("pix_key").to_owned(),
        refund_window: time::Duration::days(count(config, "refund_days", MOST_DAYS)?.into()),
        tells_disputes: config.text("disputes") != "by_hand",
        dispute_path: config.text("dispute_path").trim().to_owned(),
        dispute_won: words(config, "dispute_won"),
        dispute_lost: words(config, "dispute_lost"),
        splits: config.text("splits") == "yes",
        accounts_refund: config.text("split_refunds") == "accounts",
        timeout: at.timeout,
    })
}

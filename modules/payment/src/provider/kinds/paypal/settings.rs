//! How PayPal is reached, and where it sends payers.

use std::time::Duration;

use feira_kernel::Money;

use super::amounts;
use crate::{
    StartError, TokenRequest,
    field_codes::{LEAST_AMOUNTS, TEST_KEY},
    provider::{
        checks::{count, is_hosted_at, least_amounts, long, private_site, site, words},
        config::ProviderConfig,
        fields::{Field, FieldForm as F, Installation, Refusal, refuse},
        tokens::TokenSource,
    },
};

/// Its own address.
const OWN: &str = "https://api-m.paypal.com";
/// Hosts at which no money moves.
const SANDBOX: &str = ".sandbox.paypal.com";
/// More days than anybody gives money back after.
const MOST_DAYS: u32 = 3_650;

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::required("client_id", F::Line),
    Field::required("client_secret", F::Secret),
    Field::required("account", F::Line),
    Field::required("takes", F::List),
    Field::required("return_url", F::Line),
    Field::new("cancel_url", F::Line),
    Field::required("webhook_id", F::Line),
    Field::new("capture", F::Choice(&["automatic", "manual"])).or("automatic"),
    Field::new("refund_days", F::Line).or("180"),
    // What PayPal's published libraries do not say.
    Field::new("inquiries", F::Choice(&["held", "noted"])).or("held"),
    Field::new("dispute_outcome", F::Line).or("outcome_code"),
    Field::new("dispute_won", F::Line)
        .or("RESOLVED_SELLER_FAVOUR RESOLVED_WITH_PAYOUT CANCELED_BY_BUYER DENIED"),
    Field::new("dispute_lost", F::Line).or("RESOLVED_BUYER_FAVOUR ACCEPTED"),
    Field::new("url", F::Address),
];

/// How PayPal, or what plays it, is reached.
#[derive(Clone)]
pub struct PaypalSettings {
    /// `https://api-m.paypal.com`.
    pub base_url: String,
    pub client_id: String,
    pub client_secret: String,
    /// The merchant id of the account that is paid, which is the client's.
    pub account: String,
    /// The least amount of each currency in which it takes payments.
    pub takes: Vec<Money>,
    /// Whether what is approved is authorized first, and then captured.
    pub authorize: bool,
    /// Where payers come back who approved it, and who did not.
    pub return_url: String,
    pub cancel_url: String,
    /// Of the webhook that tells of payments, by which PayPal vouches for what it told.
    pub webhook_id: String,
    /// How long what was paid can go back.
    pub refund_window: time::Duration,
    /// Whether money is kept back while a buyer only asks.
    pub holds_inquiries: bool,
    /// The name of what a resolved dispute says of its end, and the words of that: any other one keeps the money
    /// back.
    pub dispute_outcome: String,
    pub dispute_won: Vec<String>,
    pub dispute_lost: Vec<String>,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

impl std::fmt::Debug for PaypalSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PaypalSettings")
            .field("base_url", &self.base_url)
            .field("account", &self.account)
            .field("takes", &self.takes)
            .field("authorize", &self.authorize)
            .field("return_url", &self.return_url)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl PaypalSettings {
    pub(super) fn check(&self) -> Result<(), StartError> {
        if self.client_secret.len() < 16 {
            return Err(StartError::ShortSecret("the provider's client secret"));
        }
        for (field, text) in [
            ("client_id", &self.client_id),
            ("account", &self.account),
            ("return_url", &self.return_url),
            ("cancel_url", &self.cancel_url),
            ("webhook_id", &self.webhook_id),
        ] {
            if text.trim().is_empty() {
                return Err(StartError::Unusable(field, "it is empty".to_owned()));
            }
        }
        for least in &self.takes {
            let written = amounts::write(*least);
            written.map_err(|e| StartError::Unusable("takes", e.to_string()))?;
        }
        Ok(())
    }

    pub(super) fn base(&self) -> &str {
        self.base_url.trim_end_matches('/')
    }

    pub(super) fn tokens(&self) -> TokenSource {
        TokenSource {
            url: format!("{}/v1/oauth2/token", self.base()),
            request: TokenRequest::Basic,
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            scopes: String::new(),
        }
    }
}

pub(in crate::provider::kinds) fn check(
    config: &ProviderConfig,
    production: bool,
) -> Result<(), Refusal> {
    private_site(config, "url")?;
    if production && is_hosted_at(config, SANDBOX) {
        let why = "is PayPal's sandbox, in which no money moves; production needs the live one";
        return refuse("url", TEST_KEY, why);
    }
    long(config, "client_secret")?;
    site(config, "return_url")?;
    site(config, "cancel_url")?;
    count(config, "refund_days", MOST_DAYS)?;
    for least in least_amounts(config)? {
        if let Err(error) = amounts::write(least) {
            return refuse("takes", LEAST_AMOUNTS, format!("holds {least}: {error}"));
        }
    }
    Ok(())
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<PaypalSettings, Refusal> {
    let return_url = config.text("return_url");
    Ok(PaypalSettings {
        base_url: match config.text("url") {
            "" => OWN.to_owned(),
            url => url.to_owned(),
        },
        client_id: config.text("client_id").to_owned(),
        client_secret: config.secret("client_secret").to_owned(),
        account: config.text("account").to_owned(),
        takes: least_amounts(config)?,
        authorize: config.text("capture") == "manual",
        return_url: return_url.to_owned(),
        cancel_url: match config.text("cancel_url") {
            "" => return_url.to_owned(),
            url => url.to_owned(),
        },
        webhook_id: config.text("webhook_id").to_owned(),
        refund_window: time::Duration::days(count(config, "refund_days", MOST_DAYS)?.into()),
        holds_inquiries: config.text("inquiries") != "noted",
        dispute_outcome: config.text("dispute_outcome").trim().to_owned(),
        dispute_won: words(config, "dispute_won"),
        dispute_lost: words(config, "dispute_lost"),
        timeout: at.timeout,
    })
}

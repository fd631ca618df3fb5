//! How Mercado Pago is reached, and what it is told beside the charge.

use std::time::Duration;

use feira_kernel::{
    Money,
    validate::{EMAIL, ascii_email},
};

use crate::{
    StartError,
    field_codes::{ACCOUNT, ADDRESS, TEST_KEY},
    provider::{
        checks::{count, divides, least_amounts, long, private_site, rotating},
        config::ProviderConfig,
        fields::{
            Field, FieldForm as F, INSTALMENT_LEAST, INSTALMENTS, Installation, Refusal, refuse,
        },
    },
};

/// Its own address.
const OWN: &str = "https://api.mercadopago.com";
/// The field of where plans are told, and what stands there for the amount.
const PLANS: &str = "instalment_plans";
pub(super) const AMOUNT: &str = "{amount}";
/// Such are access tokens with which no money moves.
const TEST: &str = "TEST-";
/// As long as a payment may wait, in minutes; as a key may be known, in hours; and more days than anybody
/// gives money back after.
const MOST_MINUTES: u32 = 10_080;
const MOST_HOURS: u32 = 87_600;
const MOST_DAYS: u32 = 3_650;

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::required("api_key", F::Secret),
    Field::required("webhook_secret", F::Secret),
    Field::new("webhook_secret_previous", F::Secret),
    Field::required("account", F::Line),
    Field::required("takes", F::List),
    Field::required("payer_email", F::Line),
    INSTALMENTS,
    INSTALMENT_LEAST,
    // What is published of its API has none for it: its own program in the browser asks for a card's plans.
    Field::new(PLANS, F::Line),
    Field::new("capture", F::Choice(&["automatic", "manual"])).or("automatic"),
    // The shortest time of a PIX that it is said to take, and a little for the way.
    Field::new("pix_minutes", F::Line).or("31"),
    Field::new("keys_hours", F::Line).or("24"),
    Field::new("refund_days", F::Line).or("180"),
    Field::new("url", F::Address),
];

/// How Mercado Pago, or what plays it, is reached.
#[derive(Clone)]
pub struct MercadoPagoSettings {
    /// `https://api.mercadopago.com`.
    pub base_url: String,
    pub access_token: String,
    /// Whether only what moves money is taken: a payment of an account for tests is none.
    pub live: bool,
    /// At least one, each at least 32 bytes.
    pub webhook_secrets: Vec<String>,
    /// The number of the account that is paid, which is the access token's.
    pub account: String,
    /// The least amount of each currency in which it takes payments.
    pub takes: Vec<Money>,
    /// The greatest count of instalments in which its cards can pay, 1 if at once, and what each is at least.
    pub instalments: u8,
    pub instalment_least: Vec<Money>,
    /// What follows `/v1/` where it tells plans for an amount, which stands where `{amount}` does.
    pub instalment_plans: Option<String>,
    /// Whether a card is only authorized first, and charged when its payer was in time.
    pub manual_capture: bool,
    /// Of each payment: an address is demanded, and the order's buyer is not known here.
    pub payer_email: String,
    /// The shortest time for a PIX that is taken: one of less is ended by a cancel.
    pub pix_lasts: time::Duration,
    /// How long a key of a call is known.
    pub keys_kept: time::Duration,
    /// How long what was paid can go back.
    pub refund_window: time::Duration,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

impl std::fmt::Debug for MercadoPagoSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MercadoPagoSettings")
            .field("base_url", &self.base_url)
            .field("account", &self.account)
            .field("takes", &self.takes)
            .field("manual_capture", &self.manual_capture)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl MercadoPagoSettings {
    pub(super) fn check(&self) -> Result<(), StartError> {
        if self.access_token.len() < 16 {
            return Err(StartError::ShortSecret("the provider's access token"));
        }
        let secrets = &self.webhook_secrets;
        if secrets.is_empty() || secrets.iter().any(|secret| secret.len() < 32) {
            return Err(StartError::ShortSecret("a webhook secret"));
        }
        for (field, text) in [
            ("account", &self.account),
            ("payer_email", &self.payer_email),
        ] {
            if text.trim().is_empty() {
                return Err(StartError::Unusable(field, "it is empty".to_owned()));
            }
        }
        Ok(())
    }
}

pub(in crate::provider::kinds) fn check(
    config: &ProviderConfig,
    production: bool,
) -> Result<(), Refusal> {
    private_site(config, "url")?;
    if production && config.secret("api_key").starts_with(TEST) {
        let why =
            "is an access token for tests, with which no money moves; production needs another";
        return refuse("api_key", TEST_KEY, why);
    }
    long(config, "api_key")?;
    rotating(config, "webhook_secret", long)?;
    if !config.text("account").bytes().all(|b| b.is_ascii_digit()) {
        let why = "must be the number of the account that is paid (user id), digits only";
        return refuse("account", ACCOUNT, why);
    }
    if ascii_email(config.text("payer_email")).is_none() {
        let why = "must be an e-mail address: Mercado Pago demands one of each payer";
        return refuse("payer_email", EMAIL, why);
    }
    count(config, "pix_minutes", MOST_MINUTES)?;
    count(config, "keys_hours", MOST_HOURS)?;
    count(config, "refund_days", MOST_DAYS)?;
    let path = config.text(PLANS);
    if !path.is_empty() && !is_path(path) {
        let why = "must be what follows /v1/ in the address at which plans are told, with {amount} in its place";
        return refuse(PLANS, ADDRESS, why);
    }
    divides(config)?;
    least_amounts(config).map(|_| ())
}

fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/?&=_-.{}".contains(c);
    text.contains(AMOUNT)
        && !text.starts_with('/')
        && !text.contains("..")
        && text.chars().all(plain)
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<MercadoPagoSettings, Refusal> {
    let (instalments, instalment_least) = divides(config)?;
    Ok(MercadoPagoSettings {
        live: at.production,
        base_url: match config.text("url") {
            "" => OWN.to_owned(),
            url => url.to_owned(),
        },
        access_token: config.secret("api_key").to_owned(),
        webhook_secrets: config.rotating("webhook_secret"),
        account: config.text("account").to_owned(),
        takes: least_amounts(config)?,
        instalments,
        instalment_least,
        instalment_plans: Some(config.text(PLANS))
            .filter(|path| !path.is_empty())
            .map(str::to_owned),
        manual_capture: config.text("capture") == "manual",
        payer_email: ascii_email(config.text("payer_email")).unwrap_or_default(),
        pix_lasts: time::Duration::minutes(count(config, "pix_minutes", MOST_MINUTES)?.into()),
        keys_kept: time::Duration::hours(count(config, "keys_hours", MOST_HOURS)?.into()),
        refund_window: time::Duration::days(count(config, "refund_days", MOST_DAYS)?.into()),
        timeout: at.timeout,
    })
}

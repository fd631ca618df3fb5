//! Where the money of payments by hand is paid to.

use feira_kernel::Currency;

use crate::{
    PayeeKind,
    field_codes::{PIX_CITY, PIX_KEY, PIX_NAME, TOO_MUCH_TEXT, WHATSAPP},
    pix_account::{PixAccount, PixAccountError},
    provider::{
        config::ProviderConfig,
        fields::{Field, FieldForm as F, Installation, Refusal, refuse},
    },
    whatsapp,
};

/// The longest text for who transfers money, or pays on delivery.
const LONGEST_TEXT: usize = 1_000;

/// Whom PIX, transfers and chats pay.
const PAYEES: &[&str] = &["marketplace", "store"];

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::new("payee", F::Choice(PAYEES)).or("marketplace"),
    Field::new("pix_key", F::Line),
    Field::new("pix_name", F::Line),
    Field::new("pix_city", F::Line),
    Field::new("transfer", F::Text),
    Field::new("whatsapp", F::Line),
    Field::new("on_delivery", F::Text),
];

/// What is taken by hand, and where it is paid to.
#[derive(Debug, Clone)]
pub struct ManualSettings {
    pub currency: Currency,
    /// Whom PIX, transfers and chats pay where no rule says otherwise: the accounts below, or the stores' own.
    pub payee: PayeeKind,
    /// Without it no PIX is taken.
    pub pix: Option<PixAccount>,
    /// What the payer of a bank transfer reads; without it none is taken.
    pub transfer: Option<String>,
    /// Whom buyers write to who agree upon the payment in a chat: a number as `whatsapp::number` makes it.
    pub whatsapp: Option<String>,
    /// What a buyer reads who pays each store on delivery; without it nobody does.
    pub on_delivery: Option<String>,
}

/// Whom a PIX by hand pays, if there is a key.
fn account(config: &ProviderConfig) -> Result<Option<PixAccount>, Refusal> {
    let text = |field| config.text(field);
    if text("pix_key").is_empty() {
        return Ok(None);
    }
    let account = PixAccount::new(text("pix_key"), text("pix_name"), text("pix_city"));
    account.map(Some).or_else(|error| {
        let (field, code) = match error {
            PixAccountError::Key => ("pix_key", PIX_KEY),
            PixAccountError::Name => ("pix_name", PIX_NAME),
            PixAccountError::City => ("pix_city", PIX_CITY),
        };
        refuse(field, code, error.to_string())
    })
}

fn payee(config: &ProviderConfig) -> PayeeKind {
    PayeeKind::parse(config.text("payee")).unwrap_or_default()
}

pub(in crate::provider::kinds) fn check(config: &ProviderConfig) -> Result<(), Refusal> {
    for field in ["transfer", "on_delivery"] {
        if config.text(field).chars().count() > LONGEST_TEXT {
            let why = format!("must have at most {LONGEST_TEXT} characters");
            return refuse(field, TOO_MUCH_TEXT, why);
        }
    }
    let chat = config.text("whatsapp");
    if !chat.is_empty() && whatsapp::number(chat).is_none() {
        let why = "must be a number with its country's code, such as +55 81 91234-5678";
        return refuse("whatsapp", WHATSAPP, why);
    }
    if payee(config) == PayeeKind::Store {
        return account(config).map(|_| ());
    }
    let ways = ["pix_key", "transfer", "whatsapp", "on_delivery"];
    if ways.iter().all(|field| config.text(field).is_empty()) {
        let why = "must be set, or transfer, whatsapp or on_delivery: there is nothing to pay to";
        return refuse("pix_key", PIX_KEY, why);
    }
    account(config).map(|_| ())
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> Result<ManualSettings, Refusal> {
    let text = |field| Some(config.text(field)).filter(|text| !text.is_empty());
    Ok(ManualSettings {
        currency: at.currency,
        payee: payee(config),
        pix: account(config)?,
        transfer: text("transfer").map(str::to_owned),
        whatsapp: whatsapp::number(config.text("whatsapp")),
        on_delivery: text("on_delivery").map(str::to_owned),
    })
}

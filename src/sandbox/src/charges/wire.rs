//! Charges as they are asked for and answered.

use feira_kernel::{Currency, Time};
use serde::{Deserialize, Serialize};

use super::Charge;
use crate::{
    Sandbox, SandboxError, br_code,
    instalments::MOST,
    status::{InterestBearer, Method},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCharge {
    pub(super) method: Method,
    pub(super) token: Option<String>,
    /// Instead of a token.
    pub(super) saved: Option<SavedCard>,
    /// Minor units.
    pub(super) amount: i64,
    pub(super) currency: String,
    /// Of a card; 1 if absent.
    pub(super) instalments: Option<u8>,
    /// Of their interest; the payer if absent.
    pub(super) interest_borne_by: Option<InterestBearer>,
    pub(super) description: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) expires_at: Time,
}

/// A card that is kept for a customer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedCard {
    pub(crate) customer: String,
    pub(crate) card: String,
}

/// A charge on the wire.
#[derive(Debug, Serialize)]
pub(crate) struct ChargeView {
    id: String,
    idempotency_key: String,
    method: &'static str,
    amount: i64,
    instalments: i16,
    /// What the payer pays in all: the amount, and interest that she bears.
    total: i64,
    /// Interest that is taken of the amount.
    financing_fee: i64,
    currency: String,
    payee: String,
    status: &'static str,
    failure: Option<String>,
    refunded: i64,
    pix: Option<PixView>,
    card: Option<CardView>,
    confirmation_url: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: Time,
    #[serde(with = "time::serde::rfc3339")]
    created_at: Time,
}

#[derive(Debug, Serialize)]
struct PixView {
    txid: String,
    br_code: String,
    /// Of one that was paid.
    end_to_end_id: Option<String>,
}

/// All of its test cards look alike.
#[derive(Debug, Serialize)]
struct CardView {
    brand: &'static str,
    last4: &'static str,
    exp_month: u8,
    exp_year: u16,
}

const CARD: CardView = CardView {
    brand: "visa",
    last4: "4242",
    exp_month: 12,
    exp_year: 2034,
};

/// As many letters and digits as banks give one: made of the charge's own.
fn end_to_end(txid: &str) -> String {
    let plain = txid.chars().filter(char::is_ascii_alphanumeric).take(31);
    format!("E{:0>31}", plain.collect::<String>())
}

impl Sandbox {
    pub(crate) fn view(&self, charge: Charge) -> ChargeView {
        let settings = &self.0.settings;
        let pix = charge.txid.map(|txid| PixView {
            br_code: br_code::dynamic(&settings.public_url, &settings.payee, &txid, charge.amount),
            end_to_end_id: charge.captured_at.map(|_| end_to_end(&txid)),
            txid,
        });
        let of_payer = match charge.interest_borne_by {
            InterestBearer::Payer => charge.interest,
            InterestBearer::Merchant => 0,
        };
        let base = settings.public_url.trim_end_matches('/');
        let confirmation_url = charge
            .confirms
            .then(|| format!("{base}/sandbox/confirm/{}", charge.id));
        ChargeView {
            id: charge.id,
            idempotency_key: charge.idempotency_key,
            method: charge.method.as_str(),
            amount: charge.amount,
            instalments: charge.instalments,
            total: charge.amount.saturating_add(of_payer),
            financing_fee: charge.interest - of_payer,
            currency: charge.currency,
            payee: settings.payee.clone(),
            status: charge.status.as_str(),
            failure: charge.failure,
            refunded: charge.refunded,
            pix,
            card: (charge.method == Method::Card).then_some(CARD),
            confirmation_url,
            expires_at: charge.expires_at,
            created_at: charge.created_at,
        }
    }
}

/// A PIX code has ten digits before the point.
const MOST_OF_PIX: i64 = 999_999_999_999;

pub(super) fn validate(key: &str, new: &NewCharge) -> Result<(), SandboxError> {
    let refused = |reason: &str| Err(SandboxError::Invalid(reason.to_owned()));
    if key.is_empty() || key.len() > 255 {
        return refused("the idempotency key has from 1 to 255 characters");
    }
    if new.amount <= 0 {
        return refused("the amount must be more than zero");
    }
    if new.currency.parse::<Currency>().is_err() {
        return refused("an unknown currency");
    }
    let count = new.instalments.unwrap_or(1);
    if !(1..=MOST).contains(&count) || i64::from(count) > new.amount {
        return refused("a card is paid in 1 to 24 instalments of one cent or more");
    }
    if count > 1 && new.method != Method::Card {
        return refused("only a card is paid in instalments");
    }
    let cards = usize::from(new.token.is_some()) + usize::from(new.saved.is_some());
    match (new.method, cards) {
        (Method::Pix, 0) if new.amount > MOST_OF_PIX => refused("a PIX is at most 9999999999.99"),
        (Method::Pix, 0) if new.currency == "BRL" => Ok(()),
        (Method::Pix, 0) => refused("PIX is paid in BRL"),
        (Method::Pix, _) => refused("PIX has no card"),
        (Method::Card, 1) => Ok(()),
        (Method::Card, _) => refused("a card needs a token, or is one that is kept"),
    }
}

//! What Stripe writes on the wire, read strictly. Fields by the published library of its API version.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use super::{amounts, settled::Booked};
use crate::{
    PaidBy, PaymentFailure, PaymentId,
    provider::{Charge, Declined, Fact, Failure, RefundAnswer, RefundFact, http::broken, paid_by},
};

/// Where an intent says whose payment it is, and a refund whose.
pub(super) const PAYMENT: &str = "feira_payment";
pub(super) const REFUND: &str = "feira_refund";
/// Whose charge it is if it names nobody else: the account's of the key.
pub(super) const PAYEE: &str = "platform";
/// What is asked for of an intent beside itself: whether its charge was given back.
pub(super) const CHARGE: &str = "latest_charge";

#[derive(Deserialize)]
pub(super) struct Intent {
    id: String,
    amount: i64,
    /// What was captured.
    amount_received: Option<i64>,
    currency: String,
    status: String,
    client_secret: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    next_action: Option<NextAction>,
    last_payment_error: Option<ErrorObject>,
    on_behalf_of: Option<String>,
    transfer_data: Option<TransferData>,
    latest_charge: Option<LatestCharge>,
}

/// Its id alone, if no more is asked for.
#[derive(Deserialize)]
#[serde(untagged)]
enum LatestCharge {
    Told {
        refunded: bool,
        payment_method_details: Option<Details>,
    },
    Named(IgnoredAny),
}

#[derive(Deserialize)]
struct Details {
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    brand: Option<String>,
    last4: Option<String>,
    exp_month: Option<i64>,
    exp_year: Option<i64>,
}

#[derive(Deserialize)]
struct NextAction {
    redirect_to_url: Option<Redirect>,
}

#[derive(Deserialize)]
struct Redirect {
    url: Option<String>,
}

#[derive(Deserialize)]
struct TransferData {
    destination: String,
}

/// Why a request, or an attempt to pay, failed.
#[derive(Deserialize)]
pub(super) struct ErrorObject {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
    pub(super) param: Option<String>,
    /// The one that the card was charged for.
    pub(super) payment_intent: Option<Box<Intent>>,
}

impl ErrorObject {
    /// The payer is told why a bank said no only if it is hers to mend.
    fn declined(&self) -> Declined {
        let said = self.decline_code.as_deref().or(self.code.as_deref());
        let failure = match (self.decline_code.as_deref(), self.code.as_deref()) {
            (Some("insufficient_funds"), _) => PaymentFailure::InsufficientFunds,
            (_, Some("expired_card" | "invalid_expiry_month" | "invalid_expiry_year")) => {
                PaymentFailure::ExpiredCard
            }
            (_, Some("incorrect_number" | "invalid_number")) => PaymentFailure::IncorrectNumber,
            (_, Some("incorrect_cvc" | "invalid_cvc")) => PaymentFailure::IncorrectCvc,
            (_, Some("authentication_required" | "payment_intent_authentication_failure")) => {
                PaymentFailure::AuthenticationFailed
            }
            _ => PaymentFailure::CardDeclined,
        };
        Declined::said(failure, said)
    }
}

impl Intent {
    fn payment(&self) -> Option<PaymentId> {
        let id = self.metadata.get(PAYMENT)?.parse().ok()?;
        Some(PaymentId(id))
    }

    fn is_given_back(&self) -> bool {
        matches!(
            self.latest_charge,
            Some(LatestCharge::Told { refunded: true, .. })
        )
    }

    fn paid_by(&self) -> PaidBy {
        let Some(LatestCharge::Told {
            payment_method_details: Some(Details { card: Some(card) }),
            ..
        }) = &self.latest_charge
        else {
            return PaidBy::default();
        };
        let expires = card.exp_month.zip(card.exp_year);
        paid_by::card(card.brand.as_deref(), card.last4.as_deref(), expires)
    }

    pub(super) fn read(self) -> Result<Charge, Failure> {
        if !(4..=128).contains(&self.id.len()) {
            return Err(broken("the intent has no usable id"));
        }
        let payment = self.payment();
        let fact = match self.status.as_str() {
            "requires_payment_method" => match &self.last_payment_error {
                Some(error) => Fact::Declined(error.declined()),
                None => Fact::Waiting,
            },
            "requires_confirmation" | "requires_action" | "processing" => Fact::Waiting,
            "requires_capture" => Fact::Authorized,
            // What went back as a whole pays for nothing any more.
            "succeeded" if self.is_given_back() => Fact::Cancelled,
            "succeeded" => Fact::Captured,
            "canceled" => Fact::Cancelled,
            _ => return Err(broken("an unknown status")),
        };
        // A part may have been captured by hand.
        let received = self.amount_received.filter(|_| self.status == "succeeded");
        let acts = self.status == "requires_action";
        let paid_by = self.paid_by();
        let redirect = self.next_action.and_then(|next| next.redirect_to_url);
        let url = redirect.and_then(|redirect| redirect.url);
        let destination = self.transfer_data.map(|data| data.destination);
        Ok(Charge {
            payment,
            amount: amounts::read(received.unwrap_or(self.amount), &self.currency)?,
            payee: destination
                .or(self.on_behalf_of)
                .unwrap_or_else(|| PAYEE.to_owned()),
            fact,
            pix: None,
            action_url: url.filter(|url| acts && is_web(url)),
            client_secret: self.client_secret.filter(|_| acts),
            instructions: None,
            paid: None,
            paid_by,
            id: self.id,
        })
    }

    /// As an intent is read whose card was just refused.
    pub(super) fn read_declined(self, error: &ErrorObject) -> Result<Charge, Failure> {
        let charge = self.read()?;
        Ok(match charge.fact {
            Fact::Waiting => Charge {
                fact: Fact::Declined(error.declined()),
                ..charge
            },
            _ => charge,
        })
    }
}

pub(super) fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 2048
}

/// The newest first.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

/// What is made with marks of ours, and listed; the id is where the next page begins.
pub(super) trait Listed {
    fn id(&self) -> &str;
    fn metadata(&self) -> &BTreeMap<String, String>;
}

impl Listed for Intent {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }
}

impl Listed for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }
}

#[derive(Deserialize)]
pub(super) struct Refund {
    id: String,
    amount: i64,
    currency: String,
    status: Option<String>,
    balance_transaction: Option<Booked>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

impl Refund {
    pub(super) fn read(self) -> Result<RefundAnswer, Failure> {
        let fact = match self.status.as_deref() {
            Some("succeeded") => RefundFact::Completed,
            Some("pending" | "requires_action") => RefundFact::Waiting,
            Some("failed" | "canceled") => RefundFact::Failed,
            _ => return Err(broken("an unknown status")),
        };
        Ok(RefundAnswer {
            amount: amounts::read(self.amount, &self.currency)?,
            fact,
            fee: match self.balance_transaction {
                Some(booked) => booked.fee()?,
                None => None,
            },
            gateway_id: self.id,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: ErrorObject,
}

#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    data: EventData,
}

#[derive(Deserialize)]
struct EventData {
    object: EventObject,
}

/// An intent, or something that names one: a charge, a refund, a dispute.
#[derive(Deserialize)]
struct EventObject {
    id: String,
    payment_intent: Option<String>,
}

impl Event {
    /// What to look at; what names no intent is itself, and will not be found.
    pub(super) fn about(self) -> String {
        let object = self.data.object;
        object.payment_intent.unwrap_or(object.id)
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

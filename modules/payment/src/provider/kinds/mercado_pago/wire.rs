//! What Mercado Pago answers, read strictly. Amounts are numbers with decimals there, which are taken as
//! they are written: no float is made of them.

use feira_kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    PaidBy, PaymentFailure, PaymentId,
    br_code::{BrCode, Merchant},
    provider::{
        Charge, Declined, Fact, Failure, Fee, Pix, RefundAnswer, RefundFact, http::broken, paid_by,
    },
};

use super::{
    amounts::money,
    fees::{self, ChargeDetail},
    instalments::{self, Details, FeeDetail},
};

/// The name of the method.
pub(super) const PIX: &str = "pix";

/// A number here, a text there.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) results: Vec<FoundPayment>,
}

#[derive(Deserialize)]
pub(super) struct FoundPayment {
    pub(super) id: Id,
}

#[derive(Deserialize)]
pub(super) struct Payment {
    id: Id,
    status: String,
    status_detail: Option<String>,
    currency_id: String,
    transaction_amount: Box<RawValue>,
    transaction_amount_refunded: Option<Box<RawValue>>,
    collector_id: Option<Id>,
    external_reference: Option<String>,
    payment_method_id: Option<String>,
    installments: Option<u8>,
    transaction_details: Option<Details>,
    fee_details: Option<Vec<FeeDetail>>,
    point_of_interaction: Option<PointOfInteraction>,
    /// Whether money moves by it.
    live_mode: Option<bool>,
    charges_details: Option<Vec<ChargeDetail>>,
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    last_four_digits: Option<String>,
    expiration_month: Option<i64>,
    expiration_year: Option<i64>,
}

#[derive(Deserialize)]
struct PointOfInteraction {
    transaction_data: Option<TransactionData>,
}

#[derive(Deserialize)]
struct TransactionData {
    qr_code: Option<String>,
    /// So its SDK (3.6) calls what a PIX has at all banks where it tells of orders.
    e2e_id: Option<String>,
    /// "Unique transaction identifier", by its SDK.
    transaction_id: Option<String>,
}

impl Payment {
    pub(super) fn read(&self) -> Result<Charge, Failure> {
        let fact = self.fact()?;
        let amount = self.amount()?;
        let pix = fact.code(self.code(amount))?;
        if fact == Fact::Waiting && self.is_pix() && pix.is_none() {
            return Err(broken("nothing to pay it by"));
        }
        let payee = self.collector_id.as_ref().map(Id::text);
        let reference = self.external_reference.as_deref();
        Ok(Charge {
            id: self.id.text(),
            payment: reference.and_then(|text| text.parse().ok().map(PaymentId)),
            amount,
            payee: payee.ok_or_else(|| broken("it does not say whose it is"))?,
            fact,
            pix,
            action_url: None,
            client_secret: None,
            instructions: None,
            paid: self.paid(amount)?,
            paid_by: self.paid_by(),
        })
    }

    fn paid_by(&self) -> PaidBy {
        if self.is_pix() {
            return self.pix_paid_by();
        }
        let Some(card) = &self.card else {
            return PaidBy::default();
        };
        let expires = card.expiration_month.zip(card.expiration_year);
        let brand = self.payment_method_id.as_deref();
        paid_by::card(brand, card.last_four_digits.as_deref(), expires)
    }

    /// Its SDK has two places for a transaction's id, and does not say in which the name is that a PIX has at all banks:
    /// it is known by its form.
    fn pix_paid_by(&self) -> PaidBy {
        let point = self.point_of_interaction.as_ref();
        let data = point.and_then(|point| point.transaction_data.as_ref());
        let details = self.transaction_details.as_ref();
        let told = [
            data.and_then(|data| data.e2e_id.as_deref()),
            data.and_then(|data| data.transaction_id.as_deref()),
            details.and_then(|details| details.transaction_id.as_deref()),
        ];
        let told = told.into_iter().flatten();
        // In some answers it stands behind the name of the method.
        let mut read = told.map(|id| paid_by::pix(Some(id.strip_prefix("PIX").unwrap_or(id))));
        let found = read.find(|paid| paid.end_to_end_id.is_some());
        found.unwrap_or_default()
    }

    /// What is disputed was captured; what went back as a whole pays for nothing any more.
    fn fact(&self) -> Result<Fact, Failure> {
        Ok(match self.status.as_str() {
            "pending" | "in_process" => Fact::Waiting,
            "authorized" => Fact::Authorized,
            "approved" | "in_mediation" | "charged_back" => Fact::Captured,
            "rejected" => {
                Fact::Declined(Declined::said(self.reason(), self.status_detail.as_deref()))
            }
            "cancelled" | "refunded" => Fact::Cancelled,
            _ => return Err(broken("an unknown status")),
        })
    }

    /// For the payer: why a bank said no is told only if it is the payer's to mend.
    fn reason(&self) -> PaymentFailure {
        match self.status_detail.as_deref() {
            Some("cc_rejected_insufficient_amount") => PaymentFailure::InsufficientFunds,
            Some("cc_rejected_bad_filled_security_code") => PaymentFailure::IncorrectCvc,
            Some("cc_rejected_bad_filled_date") => PaymentFailure::ExpiredCard,
            Some(detail) if detail.starts_with("cc_rejected") => PaymentFailure::CardDeclined,
            _ if self.is_pix() => PaymentFailure::PaymentDeclined,
            _ => PaymentFailure::CardDeclined,
        }
    }

    pub(super) fn status(&self) -> &str {
        &self.status
    }

    pub(super) fn is_for_trying(&self) -> bool {
        self.live_mode == Some(false)
    }

    /// What was given back of that by all refunds so far, if that is told.
    pub(super) fn fee_given_back(&self) -> Result<Option<Money>, Failure> {
        let all = self.charges_details.as_deref().unwrap_or_default();
        fees::given_back(all, self.currency()?)
    }

    fn is_pix(&self) -> bool {
        self.payment_method_id.as_deref() == Some(PIX)
    }

    fn currency(&self) -> Result<Currency, Failure> {
        let currency = self.currency_id.parse();
        currency.map_err(|_| broken("an unknown currency"))
    }

    pub(super) fn amount(&self) -> Result<Money, Failure> {
        money(&self.transaction_amount, self.currency()?)
    }

    /// What of it was captured and can go back still; nothing if it was not captured.
    pub(super) fn left(&self) -> Result<Option<Money>, Failure> {
        if self.status != "refunded" && self.fact()? != Fact::Captured {
            return Ok(None);
        }
        let amount = self.amount()?;
        let Some(refunded) = &self.transaction_amount_refunded else {
            return Ok(Some(amount));
        };
        let left = amount.checked_sub(money(refunded, amount.currency())?);
        left.map(Some).map_err(|e| broken(&e.to_string()))
    }

    /// What the payer pays in all of what she pays in instalments; before she pays, it is nothing, or zero.
    fn paid(&self, amount: Money) -> Result<Option<Money>, Failure> {
        let divided = self.installments.is_some_and(|count| count > 1);
        let details = self.transaction_details.as_ref().filter(|_| divided);
        let Some(paid) = details.and_then(|details| details.total_paid_amount.as_deref()) else {
            return Ok(None);
        };
        let paid = money(paid, amount.currency())?;
        Ok(paid.is_positive().then_some(paid))
    }

    /// What it took of the account's money; nothing while it tells of none.
    pub(super) fn fee(&self) -> Result<Option<Fee>, Failure> {
        let told = self.fee_details.as_deref().unwrap_or_default();
        let captured = self.status == "refunded" || self.fact()? == Fact::Captured;
        if told.is_empty() || !captured {
            return Ok(None);
        }
        instalments::fees(told, self.currency()?).map(Some)
    }

    /// What the payer copies or scans; a code that no bank would read is a broken answer.
    fn code(&self, amount: Money) -> Result<Option<Pix>, Failure> {
        let point = self.point_of_interaction.as_ref();
        let data = point.and_then(|point| point.transaction_data.as_ref());
        let Some(br_code) = data.and_then(|data| data.qr_code.clone()) else {
            return Ok(None);
        };
        let read = BrCode::parse(&br_code).map_err(|e| broken(&e.to_string()))?;
        let fixed = matches!(read.merchant, Merchant::Static { .. });
        if fixed && read.amount.is_some_and(|asked| asked != amount.amount()) {
            return Err(broken("its code is over another amount"));
        }
        // The account's statement names the payment.
        Ok(Some(Pix {
            txid: self.id.text(),
            br_code,
        }))
    }
}

#[derive(Deserialize)]
pub(super) struct Refund {
    id: Id,
    amount: Box<RawValue>,
    status: Option<String>,
}

impl Refund {
    /// It does not say in which currency, which is the payment's.
    pub(super) fn read(&self, currency: Currency) -> Result<RefundAnswer, Failure> {
        Ok(RefundAnswer {
            gateway_id: self.id.text(),
            amount: money(&self.amount, currency)?,
            fee: None,
            fact: match self.status.as_deref() {
                Some("approved") => RefundFact::Completed,
                Some("in_process" | "pending" | "authorized") | None => RefundFact::Waiting,
                Some("rejected" | "cancelled") => RefundFact::Failed,
                Some(_) => return Err(broken("an unknown status")),
            },
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Webhook {
    #[serde(rename = "type")]
    kind: Option<String>,
    action: Option<String>,
    data: Option<WebhookData>,
}

#[derive(Deserialize)]
struct WebhookData {
    id: Id,
}

impl Webhook {
    pub(super) fn about(&self) -> Option<String> {
        self.data.as_ref().map(|data| data.id.text())
    }

    pub(super) fn is_payment(&self) -> bool {
        self.kind.as_deref() == Some("payment")
    }

    pub(super) fn kind(&self) -> String {
        let action = self.action.as_ref().filter(|action| !action.is_empty());
        action.or(self.kind.as_ref()).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

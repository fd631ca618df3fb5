//! What the sandbox writes on the wire, read strictly.

use feira_kernel::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{
    InstalmentPlan, InterestBearer, PaidBy, PaymentFailure, PaymentId,
    br_code::BrCode,
    provider::{
        Charge, ChargeMethod, Declined, Fact, Failure, Fee, NewCharge, Pix, RefundAnswer,
        RefundFact, http::broken, paid_by,
    },
};

#[derive(Serialize)]
pub(super) struct ChargeRequest<'a> {
    method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    /// A card that is kept, and whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<Saved<'a>>,
    /// Minor units.
    amount: i64,
    currency: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instalments: Option<u8>,
    /// Who bears their interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    interest_borne_by: Option<&'static str>,
    description: &'a str,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: feira_kernel::Time,
}

#[derive(Serialize)]
struct Saved<'a> {
    customer: &'a str,
    card: &'a str,
}

impl<'a> ChargeRequest<'a> {
    pub(super) fn new(charge: &'a NewCharge) -> Result<Self, Failure> {
        let (method, token, saved) = match &charge.method {
            ChargeMethod::Pix => ("pix", None, None),
            ChargeMethod::Card { token } => ("card", Some(token.as_str()), None),
            ChargeMethod::SavedCard { customer, token } => {
                let (customer, card) = (&*customer.0, &*token.0);
                ("card", None, Some(Saved { customer, card }))
            }
            ChargeMethod::BankTransfer
            | ChargeMethod::Paypal
            | ChargeMethod::Whatsapp
            | ChargeMethod::CashOnDelivery => {
                return Err(Failure::NotSupported);
            }
        };
        Ok(Self {
            method,
            token,
            saved,
            amount: charge.amount.minor(),
            currency: charge.amount.currency().code(),
            instalments: charge.divided.map(|divided| divided.count),
            interest_borne_by: charge.divided.map(|divided| match divided.interest {
                InterestBearer::Buyer => "payer",
                InterestBearer::Marketplace | InterestBearer::Store => "merchant",
            }),
            description: &charge.description,
            expires_at: charge.expires_at,
        })
    }
}

#[derive(Serialize)]
pub(super) struct RefundRequest {
    pub(super) amount: i64,
}

#[derive(Deserialize)]
pub(super) struct ChargeAnswer {
    id: String,
    idempotency_key: String,
    amount: i64,
    #[serde(default)]
    instalments: u8,
    /// Where there are several: what the payer pays in all, and what it takes of the amount for itself.
    #[serde(default)]
    total: i64,
    #[serde(default)]
    financing_fee: i64,
    currency: String,
    payee: String,
    status: Status,
    failure: Option<String>,
    #[serde(default)]
    refunded: i64,
    pix: Option<PixAnswer>,
    card: Option<CardAnswer>,
    confirmation_url: Option<String>,
}

#[derive(Deserialize)]
struct CardAnswer {
    brand: String,
    last4: String,
    exp_month: i64,
    exp_year: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    Authorized,
    Captured,
    Declined,
    Cancelled,
}

#[derive(Deserialize)]
struct PixAnswer {
    txid: String,
    br_code: String,
    end_to_end_id: Option<String>,
}

impl ChargeAnswer {
    fn paid_by(&self) -> PaidBy {
        match (&self.card, &self.pix) {
            (Some(card), _) => {
                let expires = (card.exp_month, card.exp_year);
                paid_by::card(Some(&card.brand), Some(&card.last4), Some(expires))
            }
            (None, Some(pix)) => paid_by::pix(pix.end_to_end_id.as_deref()),
            (None, None) => PaidBy::default(),
        }
    }

    pub(super) fn read(self) -> Result<Charge, Failure> {
        if self.id.is_empty() || self.id.len() > 128 {
            return Err(broken("the charge has no usable id"));
        }
        let fact = match self.status {
            Status::Pending => Fact::Waiting,
            Status::Authorized => Fact::Authorized,
            // What went back as a whole pays for nothing any more.
            Status::Captured if self.refunded == self.amount => Fact::Cancelled,
            Status::Captured => Fact::Captured,
            Status::Declined => Fact::Declined(declined(self.failure.as_deref())),
            Status::Cancelled => Fact::Cancelled,
        };
        Ok(Charge {
            paid_by: self.paid_by(),
            payment: self.idempotency_key.parse().ok().map(PaymentId),
            amount: money(self.amount, &self.currency)?,
            payee: self.payee,
            pix: fact.code(self.pix.map(PixAnswer::read).transpose())?,
            fact,
            action_url: self.confirmation_url.filter(|url| is_web(url)),
            client_secret: None,
            instructions: None,
            paid: match self.instalments {
                0 | 1 => None,
                _ => Some(money(self.total, &self.currency)?),
            },
            id: self.id,
        })
    }
}

impl ChargeAnswer {
    /// Of a captured charge in instalments; of others it takes nothing.
    pub(super) fn fee(&self) -> Result<Option<Fee>, Failure> {
        if !matches!(self.status, Status::Captured) || self.instalments < 2 {
            return Ok(None);
        }
        let amount = money(self.financing_fee, &self.currency)?;
        Ok(Some(Fee {
            amount,
            financing: Some(amount),
        }))
    }
}

#[derive(Deserialize)]
pub(super) struct PlanList {
    items: Vec<PlanAnswer>,
}

#[derive(Deserialize)]
struct PlanAnswer {
    count: u8,
    total: i64,
}

impl PlanList {
    pub(super) fn read(self, price: Money) -> Result<Vec<InstalmentPlan>, Failure> {
        let plans = self.items.into_iter().map(|plan| {
            let total = money(plan.total, price.currency().code())?;
            Ok(InstalmentPlan::of(plan.count, total, price))
        });
        plans.collect()
    }
}

impl PixAnswer {
    /// A code that no bank would read is a broken answer.
    fn read(self) -> Result<Pix, Failure> {
        BrCode::parse(&self.br_code).map_err(|e| broken(&e.to_string()))?;
        Ok(Pix {
            txid: self.txid,
            br_code: self.br_code,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct RefundBody {
    id: String,
    amount: i64,
    currency: String,
    status: RefundState,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefundState {
    Pending,
    Completed,
    Failed,
}

impl RefundBody {
    pub(super) fn read(self) -> Result<RefundAnswer, Failure> {
        Ok(RefundAnswer {
            amount: money(self.amount, &self.currency)?,
            fact: match self.status {
                RefundState::Pending => RefundFact::Waiting,
                RefundState::Completed => RefundFact::Completed,
                RefundState::Failed => RefundFact::Failed,
            },
            fee: None,
            gateway_id: self.id,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct EventBody {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) charge_id: String,
}

pub(super) fn money(minor: i64, currency: &str) -> Result<Money, Failure> {
    let currency: Currency = currency
        .parse()
        .map_err(|_| broken("an unknown currency"))?;
    Money::from_minor(minor, currency).map_err(|e| broken(&e.to_string()))
}

fn declined(said: Option<&str>) -> Declined {
    let known = said.and_then(PaymentFailure::parse);
    Declined::said(known.unwrap_or(PaymentFailure::PaymentDeclined), said)
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 512
}

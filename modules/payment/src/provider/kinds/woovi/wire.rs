//! What Woovi answers, read strictly. Amounts are cents of BRL there.

use feira_kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    PaymentId, RefundId,
    br_code::{BrCode, Merchant},
    provider::{
        Charge, Fact, Failure, Pix, RefundAnswer, RefundFact, http::broken, paid_by,
        splitting::SplitTo,
    },
};

/// Who is paid where no PIX key is set: whose account the AppID opens.
const ACCOUNT: &str = "woovi";

pub(super) fn payee(pix_key: &str) -> &str {
    if pix_key.is_empty() { ACCOUNT } else { pix_key }
}

#[derive(Deserialize)]
pub(super) struct Told {
    pub(super) charge: Cob,
}

/// A charge.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cob {
    #[serde(rename = "correlationID")]
    correlation_id: String,
    status: Status,
    value: i64,
    discount: Option<i64>,
    giftback_applied_value: Option<i64>,
    /// The same, of which some answers have one.
    #[serde(rename = "transactionID")]
    transaction_id: Option<String>,
    identifier: Option<String>,
    pix_key: Option<String>,
    br_code: Option<String>,
    /// Of the PIX that came, where a charge tells it.
    end_to_end_id: Option<String>,
    /// What Woovi takes for it.
    fee: Option<i64>,
    splits: Option<Vec<Split>>,
}

/// What of a charge goes to a sub-account; what it goes to otherwise is not asked for here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Split {
    value: i64,
    pix_key: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Active,
    Completed,
    Expired,
}

impl Cob {
    /// The key under which it was asked for, if that was one of ours.
    pub(super) fn payment(&self) -> Option<PaymentId> {
        self.correlation_id.parse().ok().map(PaymentId)
    }

    pub(super) fn read(&self, pix_key: &str) -> Result<Charge, Failure> {
        let fact = self.fact();
        let amount = self.amount()?;
        let pix = fact.code(self.code(amount))?;
        if fact == Fact::Waiting && pix.is_none() {
            return Err(broken("nothing to pay it by"));
        }
        let payment = self.payment();
        let id = payment.map(|payment| payment.to_string());
        Ok(Charge {
            id: id.unwrap_or_else(|| self.correlation_id.clone()),
            payment,
            amount,
            payee: self.payee(pix_key),
            fact,
            pix,
            action_url: None,
            client_secret: None,
            instructions: None,
            paid: None,
            paid_by: paid_by::pix(self.end_to_end_id.as_deref()),
        })
    }

    fn fact(&self) -> Fact {
        match self.status {
            Status::Active => Fact::Waiting,
            Status::Completed => Fact::Captured,
            Status::Expired => Fact::Cancelled,
        }
    }

    /// What its payer pays: a discount that the account grants by itself is money that does not come.
    fn amount(&self) -> Result<Money, Failure> {
        let off = [self.discount, self.giftback_applied_value];
        let mut amount = Some(self.value);
        for less in off.into_iter().flatten() {
            amount = amount.and_then(|amount| amount.checked_sub(less));
        }
        cents(amount.ok_or_else(|| broken("no amount"))?)
    }

    /// One that names another key than ours is another's; letters of a key are the same, small or large.
    fn payee(&self, pix_key: &str) -> String {
        let ours = |told: &str| pix_key.is_empty() || told.eq_ignore_ascii_case(pix_key);
        match self.pix_key.as_deref() {
            Some(told) if !ours(told) => told.to_owned(),
            _ => payee(pix_key).to_owned(),
        }
    }

    /// What the payer copies or scans; a code that no bank would read is a broken answer.
    fn code(&self, amount: Money) -> Result<Option<Pix>, Failure> {
        let Some(br_code) = self.br_code.clone() else {
            return Ok(None);
        };
        let read = BrCode::parse(&br_code).map_err(|e| broken(&e.to_string()))?;
        let fixed = matches!(read.merchant, Merchant::Static { .. });
        if fixed && read.amount.is_some_and(|asked| asked != amount.amount()) {
            return Err(broken("its code is over another amount"));
        }
        let txid = self.transaction_id.clone().or(self.identifier.clone());
        let txid =
            txid.ok_or_else(|| broken("nothing by which the account's statement names it"))?;
        Ok(Some(Pix { txid, br_code }))
    }

    /// What was taken for it, once it was paid.
    pub(super) fn fee(&self) -> Result<Option<Money>, Failure> {
        let told = self.fee.filter(|_| self.status == Status::Completed);
        let money = told.map(|fee| Money::from_minor(fee, Currency::BRL));
        money.transpose().map_err(|e| broken(&e.to_string()))
    }

    /// To whom it is split, if that is said.
    pub(super) fn splits(&self) -> Result<Option<Vec<SplitTo>>, Failure> {
        let Some(told) = &self.splits else {
            return Ok(None);
        };
        let read = told.iter().map(|one| {
            Ok(SplitTo {
                account: one.pix_key.clone().unwrap_or_default(),
                amount: cents(one.value)?,
            })
        });
        read.collect::<Result<_, _>>().map(Some)
    }

    /// What of it came and may go back still, if it came.
    pub(super) fn left(&self, returns: &[Return]) -> Result<Option<i64>, Failure> {
        if self.status != Status::Completed {
            return Ok(None);
        }
        let whole = self.amount()?.minor();
        let given = returns
            .iter()
            .filter(|one| one.status != Returned::Rejected);
        let mut left = Some(whole);
        for one in given {
            left = left.and_then(|left| left.checked_sub(one.value));
        }
        left.map(Some).ok_or_else(|| broken("no amount"))
    }
}

/// The answer to a removal.
#[derive(Deserialize)]
pub(super) struct Removed {
    status: String,
}

impl Removed {
    pub(super) fn read(&self) -> Result<(), Failure> {
        if self.status == "OK" {
            Ok(())
        } else {
            Err(broken("it does not say that it removed it"))
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Made {
    pub(super) refund: Return,
}

/// One page of what goes back of a charge.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Returns {
    pub(super) refunds: Vec<Return>,
    page_info: Option<PageInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: Option<bool>,
}

impl Returns {
    pub(super) fn has_more(&self) -> bool {
        let info = self.page_info.as_ref();
        info.and_then(|info| info.has_next_page).unwrap_or_default()
    }
}

/// A refund; one that was made there by hand has an id that is not ours.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Return {
    #[serde(rename = "correlationID")]
    correlation_id: Option<String>,
    value: i64,
    status: Returned,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Returned {
    InProcessing,
    Confirmed,
    Rejected,
}

/// The sum of what arrived.
pub(super) fn went_back(returns: &[Return]) -> Option<i64> {
    let arrived = returns.iter();
    let mut arrived = arrived.filter(|one| one.status == Returned::Confirmed);
    arrived.try_fold(0_i64, |sum, one| sum.checked_add(one.value))
}

impl Return {
    pub(super) fn is(&self, refund: RefundId) -> bool {
        let id = self.correlation_id.as_deref();
        let id: Option<Uuid> = id.and_then(|text| text.parse().ok());
        id == Some(refund.0)
    }

    /// Over this amount; of another it is another refund's.
    pub(super) fn read(&self, refund: RefundId, amount: Money) -> Result<RefundAnswer, Failure> {
        if !self.is(refund) {
            return Err(broken("about another refund"));
        }
        if cents(self.value)? != amount {
            let why = "the key was used for another refund";
            return Err(Failure::Refused(why.to_owned()));
        }
        Ok(RefundAnswer {
            gateway_id: refund.to_string(),
            amount,
            fee: None,
            fact: match self.status {
                Returned::InProcessing => RefundFact::Waiting,
                Returned::Confirmed => RefundFact::Completed,
                Returned::Rejected => RefundFact::Failed,
            },
        })
    }
}

/// A notification, of which only its name and the charge's id are read: the charge itself is looked at.
#[derive(Deserialize)]
pub(super) struct Webhook(Value);

impl Webhook {
    /// The payment that it is about. Woovi also tries the address, and tells of all that the account does.
    pub(super) fn about(&self) -> Option<PaymentId> {
        let places = ["/charge/correlationID", "/pix/charge/correlationID"];
        let id = places
            .into_iter()
            .find_map(|place| self.0.pointer(place)?.as_str())?;
        id.parse().ok().map(PaymentId)
    }

    /// The dispute that it is about.
    pub(super) fn dispute(&self) -> Option<&str> {
        self.0.pointer("/dispute/id")?.as_str()
    }

    pub(super) fn is_of_dispute(&self) -> bool {
        is_of_dispute(self.kind())
    }

    /// Older ones have no name.
    pub(super) fn kind(&self) -> &str {
        let event = self.0.pointer("/event").and_then(Value::as_str);
        event.filter(|event| !event.is_empty()).unwrap_or("charge")
    }
}

pub(super) fn is_of_dispute(kind: &str) -> bool {
    kind.contains(":DISPUTE_")
}

pub(super) fn cents(minor: i64) -> Result<Money, Failure> {
    let amount = Money::from_minor(minor, Currency::BRL).map_err(|e| broken(&e.to_string()))?;
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(broken("no amount"))
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

//! What PayPal writes on the wire, read strictly. Fields by its published library.

use feira_kernel::Money;
use serde::Deserialize;

use super::{
    amounts::{self, Amount},
    fees::{Payable, Receivable},
};
use crate::{
    PaidBy, PaymentFailure, PaymentId,
    provider::{Charge, Fact, Failure, RefundAnswer, RefundFact, http::broken, paid_by},
};

/// Links to where the payer approves an order: as it is named of one that names PayPal, and of any other.
const APPROVE: [&str; 2] = ["payer-action", "approve"];
/// Why money waits that was there before.
const DISPUTED: [&str; 2] = ["BUYER_COMPLAINT", "CHARGEBACK"];

#[derive(Deserialize)]
pub(super) struct Order {
    id: String,
    status: String,
    intent: Option<String>,
    #[serde(default)]
    purchase_units: Vec<Unit>,
    #[serde(default)]
    links: Vec<Link>,
    payment_source: Option<Source>,
}

/// PayPal's own wallet says nothing of a card.
#[derive(Deserialize)]
struct Source {
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    brand: Option<String>,
    last_digits: Option<String>,
    /// Such as `2031-07`.
    expiry: Option<String>,
}

#[derive(Deserialize)]
struct Unit {
    amount: Amount,
    custom_id: Option<String>,
    payee: Option<Payee>,
    #[serde(default)]
    payments: Payments,
}

#[derive(Deserialize)]
struct Payee {
    merchant_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Payments {
    #[serde(default)]
    authorizations: Vec<Taken>,
    #[serde(default)]
    captures: Vec<Taken>,
    #[serde(default)]
    refunds: Vec<Refund>,
}

/// Money that is held, or taken.
#[derive(Deserialize)]
pub(super) struct Taken {
    id: String,
    status: String,
    status_details: Option<StatusDetails>,
    amount: Option<Amount>,
    custom_id: Option<String>,
    seller_receivable_breakdown: Option<Receivable>,
}

#[derive(Deserialize)]
struct StatusDetails {
    reason: Option<String>,
}

impl Taken {
    fn is(&self, statuses: &[&str]) -> bool {
        statuses.contains(&self.status.as_str())
    }

    fn is_captured(&self) -> bool {
        self.is(&["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"]) || self.is_disputed()
    }

    /// It was taken, and somebody asks it back since.
    fn is_disputed(&self) -> bool {
        let details = self.status_details.as_ref();
        let reason = details.and_then(|details| details.reason.as_deref());
        self.is(&["PENDING"]) && reason.is_some_and(|reason| DISPUTED.contains(&reason))
    }

    fn money(&self) -> Result<Money, Failure> {
        let amount = self.amount.as_ref();
        amounts::read(amount.ok_or_else(|| broken("what was taken has no amount"))?)
    }
}

#[derive(Deserialize)]
struct Link {
    rel: String,
    href: String,
}

#[derive(Deserialize)]
pub(super) struct Refund {
    id: String,
    status: String,
    amount: Option<Amount>,
    custom_id: Option<String>,
    seller_payable_breakdown: Option<Payable>,
}

impl Refund {
    pub(super) fn read(&self) -> Result<RefundAnswer, Failure> {
        let amount = self.amount.as_ref();
        let amount = amount.ok_or_else(|| broken("a refund without an amount"))?;
        Ok(RefundAnswer {
            gateway_id: self.id.clone(),
            amount: amounts::read(amount)?,
            fee: match &self.seller_payable_breakdown {
                Some(told) => told.fee()?,
                None => None,
            },
            fact: match self.status.as_str() {
                "COMPLETED" => RefundFact::Completed,
                "PENDING" => RefundFact::Waiting,
                "FAILED" | "CANCELLED" => RefundFact::Failed,
                _ => return Err(broken("an unknown status")),
            },
        })
    }
}

impl Order {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Some answers are the id and the status only.
    pub(super) fn is_brief(&self) -> bool {
        self.purchase_units.is_empty()
    }

    pub(super) fn is_approved(&self) -> bool {
        self.status == "APPROVED" && self.is_untouched()
    }

    pub(super) fn is_for_holding(&self) -> bool {
        self.intent.as_deref() == Some("AUTHORIZE")
    }

    /// Nothing of it is taken or held, nor was.
    pub(super) fn is_untouched(&self) -> bool {
        let mut units = self.purchase_units.iter().map(|unit| &unit.payments);
        units.all(|payments| payments.authorizations.is_empty() && payments.captures.is_empty())
    }

    /// What is authorized and can be captured.
    pub(super) fn held(&self) -> Option<&str> {
        self.authorized(&["CREATED"])
    }

    /// What is authorized and can be voided.
    pub(super) fn kept(&self) -> Option<&str> {
        self.authorized(&["CREATED", "PENDING"])
    }

    fn authorized(&self, statuses: &[&str]) -> Option<&str> {
        let mut all = self
            .payments()
            .flat_map(|payments| &payments.authorizations);
        let found = all.find(|one| one.is(statuses));
        found.map(|one| one.id.as_str())
    }

    pub(super) fn captured(&self) -> Option<&str> {
        let mut all = self.payments().flat_map(|payments| &payments.captures);
        let found = all.find(|one| one.is_captured());
        found.map(|one| one.id.as_str())
    }

    /// What was taken for what was captured, if that is told.
    pub(super) fn fee(&self) -> Result<Option<Money>, Failure> {
        let taken = self.payments().flat_map(|payments| &payments.captures);
        let told = taken.filter_map(|one| one.seller_receivable_breakdown.as_ref());
        let mut sum: Option<Money> = None;
        for told in told {
            let Some(fee) = told.fee()? else { continue };
            let before = sum.unwrap_or(Money::zero(fee.currency()));
            let now = before.checked_add(fee);
            sum = Some(now.map_err(|e| broken(&e.to_string()))?);
        }
        Ok(sum)
    }

    /// What goes back under a key.
    pub(super) fn refunded(&self, key: &str) -> Option<&Refund> {
        let mut all = self.payments().flat_map(|payments| &payments.refunds);
        all.find(|refund| refund.custom_id.as_deref() == Some(key))
    }

    fn payments(&self) -> impl Iterator<Item = &Payments> {
        self.purchase_units.iter().map(|unit| &unit.payments)
    }

    /// What was taken and does not go back.
    pub(super) fn left(&self) -> Result<Money, Failure> {
        let unit = self.unit()?;
        let mut left = unit.taken()?.ok_or_else(|| broken("nothing is taken"))?;
        for refund in &unit.payments.refunds {
            let back = refund.read()?;
            if back.fact != RefundFact::Failed {
                let rest = left.checked_sub(back.amount);
                left = rest.map_err(|e| broken(&e.to_string()))?;
            }
        }
        Ok(left)
    }

    /// One of ours has one.
    fn unit(&self) -> Result<&Unit, Failure> {
        match self.purchase_units.as_slice() {
            [unit] => Ok(unit),
            _ => Err(broken("not one purchase unit")),
        }
    }

    /// Money that was taken, or is held, counts whatever the order is called.
    fn fact(&self, unit: &Unit) -> Result<Fact, Failure> {
        let declined = || Fact::declined(PaymentFailure::PaymentDeclined);
        let Payments {
            authorizations,
            captures,
            ..
        } = &unit.payments;
        let some = |statuses: &[&str]| captures.iter().any(|one| one.is(statuses));
        let disputed = captures.iter().any(Taken::is_disputed);
        if disputed || some(&["COMPLETED", "PARTIALLY_REFUNDED"]) {
            return Ok(Fact::Captured);
        }
        // What went back as a whole pays for nothing any more.
        if some(&["REFUNDED"]) {
            return Ok(Fact::Cancelled);
        }
        if some(&["PENDING"]) {
            return Ok(Fact::Waiting);
        }
        if let Some(last) = captures.last() {
            let refused = last.is(&["DECLINED", "FAILED"]);
            return refused
                .then(declined)
                .ok_or_else(|| broken("a capture of an unknown status"));
        }
        if let Some(last) = authorizations.last() {
            return match last.status.as_str() {
                "CREATED" => Ok(Fact::Authorized),
                "PENDING" => Ok(Fact::Waiting),
                "DENIED" => Ok(declined()),
                "VOIDED" => Ok(Fact::Cancelled),
                _ => Err(broken("what was held is taken, and no capture is told")),
            };
        }
        match self.status.as_str() {
            "CREATED" | "SAVED" | "PAYER_ACTION_REQUIRED" => Ok(Fact::Waiting),
            "APPROVED" => Ok(Fact::Authorized),
            "VOIDED" => Ok(Fact::Cancelled),
            "COMPLETED" => Err(broken("it is completed, and no payment is told")),
            _ => Err(broken("an unknown status")),
        }
    }

    /// As a charge of this account's. Before anything is taken not every answer says whose it is.
    pub(super) fn read(&self, account: &str) -> Result<Charge, Failure> {
        if !(4..=64).contains(&self.id.len()) {
            return Err(broken("the order has no usable id"));
        }
        let unit = self.unit()?;
        let fact = self.fact(unit)?;
        let amount = match unit.taken()? {
            Some(taken) => taken,
            None => amounts::read(&unit.amount)?,
        };
        let untouched = self.is_untouched();
        let told = unit
            .payee
            .as_ref()
            .and_then(|payee| payee.merchant_id.clone());
        let payee = told.or_else(|| untouched.then(|| account.to_owned()));
        Ok(Charge {
            id: self.id.clone(),
            payment: unit.payment(),
            amount,
            payee: payee.ok_or_else(|| broken("it does not say whose it is"))?,
            action_url: (fact == Fact::Waiting && untouched)
                .then(|| self.approval())
                .flatten(),
            fact,
            pix: None,
            client_secret: None,
            instructions: None,
            paid: None,
            paid_by: self.paid_by(),
        })
    }

    fn paid_by(&self) -> PaidBy {
        let source = self.payment_source.as_ref();
        let Some(card) = source.and_then(|source| source.card.as_ref()) else {
            return PaidBy::default();
        };
        let expires = card.expiry.as_deref().and_then(|expiry| {
            let (year, month) = expiry.split_once('-')?;
            Some((month.parse().ok()?, year.parse().ok()?))
        });
        paid_by::card(card.brand.as_deref(), card.last_digits.as_deref(), expires)
    }

    /// Where the payer approves it.
    fn approval(&self) -> Option<String> {
        let named = |rel: &&str| self.links.iter().find(|link| link.rel == **rel);
        let link = APPROVE.iter().find_map(named)?;
        let web = link.href.starts_with("https://") || link.href.starts_with("http://");
        (web && link.href.len() <= 2048).then(|| link.href.clone())
    }
}

impl Unit {
    /// Whose payment it is; of one that was paid, the payment itself may say it alone.
    fn payment(&self) -> Option<PaymentId> {
        let Payments {
            authorizations,
            captures,
            ..
        } = &self.payments;
        let all = captures.iter().chain(authorizations);
        let mut marks = std::iter::once(&self.custom_id).chain(all.map(|one| &one.custom_id));
        let mark = marks.find_map(Option::as_deref)?;
        mark.parse().ok().map(PaymentId)
    }

    /// What was captured, in one part or several.
    fn taken(&self) -> Result<Option<Money>, Failure> {
        let mut sum: Option<Money> = None;
        for capture in self
            .payments
            .captures
            .iter()
            .filter(|one| one.is_captured())
        {
            let money = capture.money()?;
            sum = Some(match sum {
                None => money,
                Some(sum) => sum.checked_add(money).map_err(|e| broken(&e.to_string()))?,
            });
        }
        Ok(sum)
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

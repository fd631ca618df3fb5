//! What buyers and their banks ask back at PayPal. Addresses, states and the names of what a dispute says are by
//! PayPal's published toolkit; how a resolved one ended it does not name: the settings do. It takes no evidence
//! there: a person gives it at PayPal.

use std::collections::BTreeSet;

use feira_kernel::Time;
use reqwest::Method;
use serde_json::Value;
use time::format_description::well_known::Rfc3339;

use super::{
    PaypalProvider,
    amounts::{self, Amount},
    related::Capture,
    settings::PaypalSettings,
    wire::Order,
};
use crate::{
    DisputeKind,
    provider::{
        DisputeFact, Failure, Over, ToldDispute,
        http::{broken, path_part},
    },
};

/// How a notification of a dispute is kept until its order is known: by the money that is disputed, or itself.
pub(super) const OF_CAPTURE: &str = "capture:";
pub(super) const OF_DISPUTE: &str = "dispute:";

const DISPUTES: &str = "v1/customer/disputes";
/// More than anybody disputes one payment.
const MOST: usize = 20;
/// Names of what a dispute is about end so, and of both sides one is the seller's.
const TRANSACTION: &str = "transaction_id";
const SELLERS: &str = "seller";

impl PaypalProvider {
    /// Of the money that was taken of an order.
    pub(super) async fn told_disputes(&self, charge: &str) -> Result<Vec<ToldDispute>, Failure> {
        let order = self.order(charge).await?;
        let Some(capture) = order.captured() else {
            return Ok(Vec::new());
        };
        let capture = path_part(capture)?;
        let path = format!("{DISPUTES}?disputed_transaction_id={capture}&page_size={MOST}");
        let listed: Value = self.api.told(Method::GET, &path, None, None).await?;
        let mut told = Vec::new();
        for brief in disputes_in(&listed).into_iter().take(MOST) {
            let id = text(brief, "dispute_id").ok_or_else(|| broken("a dispute without an id"))?;
            let details = self.dispute(id).await?;
            let one = read(id, charge, [&details, brief], &self.settings)?;
            told.push(self.part_of(one, capture, &details).await?);
        }
        Ok(told)
    }

    /// Of one over several transactions of the seller's, what is over this one: by what each of them took.
    async fn part_of(
        &self,
        told: ToldDispute,
        capture: &str,
        details: &Value,
    ) -> Result<ToldDispute, Failure> {
        let (all, Over::Amount(whole)) = (sellers_transactions(details), told.over) else {
            return Ok(told);
        };
        if all.len() < 2 || !all.contains(capture) {
            return Ok(told);
        }
        let (mut weights, mut beside, mut own) = (Vec::new(), Vec::new(), 0);
        for id in all {
            let taken = match self.capture_there(id).await {
                Ok(taken) => taken,
                // Not one of these orders.
                Err(Failure::NotFound) => continue,
                Err(failure) => return Err(failure),
            };
            if id == capture {
                own = weights.len();
            } else {
                beside.extend(taken.order().map(str::to_owned));
            }
            let amount = taken.amount.as_ref().map(amounts::read).transpose()?;
            weights.push(amount.map_or(0, |amount| amount.minor().unsigned_abs()));
        }
        let part = whole.allocate(&weights).get(own).copied();
        Ok(ToldDispute {
            over: Over::Amount(part.unwrap_or(whole)),
            beside,
            ..told
        })
    }

    async fn dispute(&self, id: &str) -> Result<Value, Failure> {
        let path = format!("{DISPUTES}/{}", path_part(id)?);
        self.api.told(Method::GET, &path, None, None).await
    }

    /// The order that a notification of a dispute is about, if that is what is looked for.
    pub(super) async fn disputed_order(&self, told_of: &str) -> Option<Result<Order, Failure>> {
        if let Some(capture) = told_of.strip_prefix(OF_CAPTURE) {
            return Some(self.order_of_capture(capture).await);
        }
        let dispute = told_of.strip_prefix(OF_DISPUTE)?;
        Some(self.order_of_dispute(dispute).await)
    }

    async fn order_of_capture(&self, capture: &str) -> Result<Order, Failure> {
        let capture = self.capture_there(capture).await?;
        self.order(capture.order().ok_or(Failure::NotFound)?).await
    }

    async fn capture_there(&self, id: &str) -> Result<Capture, Failure> {
        let path = format!("v2/payments/captures/{}", path_part(id)?);
        self.api.told(Method::GET, &path, None, None).await
    }

    /// The buyer's own transaction is not found.
    async fn order_of_dispute(&self, dispute: &str) -> Result<Order, Failure> {
        let details = self.dispute(dispute).await?;
        for transaction in transactions(&details) {
            match self.order_of_capture(transaction).await {
                Err(Failure::NotFound) => {}
                found => return found,
            }
        }
        Err(Failure::NotFound)
    }
}

/// What a list names, wherever that stands in it.
fn disputes_in(listed: &Value) -> Vec<&Value> {
    let all = listed.as_object().into_iter().flat_map(|all| all.values());
    let entries = all.filter_map(Value::as_array).flatten();
    entries
        .filter(|entry| entry.get("dispute_id").is_some())
        .collect()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn read(
    id: &str,
    charge: &str,
    told: [&Value; 2],
    settings: &PaypalSettings,
) -> Result<ToldDispute, Failure> {
    let named = |name| told.into_iter().find_map(|one| text(one, name));
    let amount = told
        .into_iter()
        .find_map(|one| one.get("dispute_amount"))
        .ok_or_else(|| broken("a dispute without an amount"))?;
    let amount: Amount =
        serde_json::from_value(amount.clone()).map_err(|e| broken(&e.to_string()))?;
    let [details, _] = told;
    let fact = match named("dispute_state") {
        Some("OPEN_INQUIRIES") if !settings.holds_inquiries => DisputeFact::Inquiry,
        Some("OPEN_INQUIRIES" | "REQUIRED_ACTION") => DisputeFact::Open,
        Some("REQUIRED_OTHER_PARTY_ACTION" | "UNDER_PAYPAL_REVIEW") => DisputeFact::Answered,
        Some("RESOLVED" | "APPEALABLE") => ended(id, details, settings),
        _ => return Err(broken("an unknown state of a dispute")),
    };
    Ok(ToldDispute {
        id: id.to_owned(),
        charge: charge.to_owned(),
        beside: Vec::new(),
        kind: DisputeKind::Chargeback,
        over: Over::Amount(amounts::read(&amount)?),
        fact,
        reason: named("reason").unwrap_or("dispute").to_owned(),
        evidence_due_at: None,
        fee: None,
        as_of: named("update_time").and_then(|at| Time::parse(at, &Rfc3339).ok()),
    })
}

/// One that ended in a word that is not known keeps the money back until somebody says what it means.
fn ended(id: &str, details: &Value, settings: &PaypalSettings) -> DisputeFact {
    let word = everything(details).find_map(|(name, value)| {
        let here = name == settings.dispute_outcome;
        here.then(|| value.as_str()).flatten()
    });
    let is_in = |words: &[String]| word.is_some_and(|word| words.iter().any(|one| one == word));
    if is_in(&settings.dispute_won) {
        DisputeFact::Won
    } else if is_in(&settings.dispute_lost) {
        DisputeFact::Lost
    } else {
        tracing::error!(
            dispute = id,
            outcome = word,
            "a dispute is over at PayPal, and how is not known: name the word in dispute_won or dispute_lost of the provider; until then its money is kept back"
        );
        DisputeFact::Answered
    }
}

/// The transactions that a dispute names, the seller's first.
pub(super) fn transactions(told: &Value) -> Vec<&str> {
    let mut named: Vec<(&str, &str)> = everything(told)
        .filter(|(name, _)| name.ends_with(TRANSACTION))
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .filter(|(_, id)| path_part(id).is_ok())
        .collect();
    named.sort_by_key(|(name, _)| !name.contains(SELLERS));
    named.into_iter().map(|(_, id)| id).take(MOST).collect()
}

/// Those of the seller that are told as such, each once and always in one order.
fn sellers_transactions(told: &Value) -> BTreeSet<&str> {
    everything(told)
        .filter(|(name, _)| name.contains(SELLERS) && name.ends_with(TRANSACTION))
        .filter_map(|(_, value)| value.as_str())
        .filter(|id| path_part(id).is_ok())
        .take(MOST)
        .collect()
}

/// One of them, if there is any.
pub(super) fn sellers_transaction(told: &Value) -> Option<&str> {
    sellers_transactions(told).into_iter().next()
}

/// Each named value, however deep.
fn everything(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(next) = open.pop() {
        match next {
            Value::Object(all) => {
                found.extend(all.iter().map(|(name, value)| (name.as_str(), value)));
                open.extend(all.values());
            }
            Value::Array(all) => open.extend(all),
            _ => {}
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::kinds::paypal::tests::settings;

    fn told(change: &Value, holds_inquiries: bool) -> Result<ToldDispute, Failure> {
        let settings = PaypalSettings {
            holds_inquiries,
            ..settings()
        };
        let mut details = json!({
            "dispute_id": "PP-D-1", "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "dispute_state": "REQUIRED_ACTION",
            "dispute_amount": {"currency_code": "BRL", "value": "19.90"},
        });
        for (name, value) in change.as_object().unwrap() {
            details[name] = value.clone();
        }
        read("PP-D-1", "ORDER1", [&details, &json!({})], &settings)
    }

    fn fact(state: &str, outcome: &str) -> DisputeFact {
        let change = json!({"dispute_state": state, "x": {"outcome_code": outcome}});
        told(&change, true).unwrap().fact
    }

    #[test]
    fn each_state_is_a_fact_and_what_is_not_known_keeps_the_money_back() {
        use DisputeFact as F;
        for (state, outcome, expected) in [
            ("REQUIRED_ACTION", "", F::Open),
            ("OPEN_INQUIRIES", "", F::Open),
            ("REQUIRED_OTHER_PARTY_ACTION", "", F::Answered),
            ("UNDER_PAYPAL_REVIEW", "", F::Answered),
            ("RESOLVED", "RESOLVED_SELLER_FAVOUR", F::Won),
            ("APPEALABLE", "RESOLVED_BUYER_FAVOUR", F::Lost),
            ("RESOLVED", "TELEPORTED", F::Answered),
        ] {
            assert_eq!(fact(state, outcome), expected, "{state} {outcome}");
        }
        let inquiry = json!({"dispute_state": "OPEN_INQUIRIES"});
        assert_eq!(told(&inquiry, false).unwrap().fact, F::Inquiry);
        for odd in [
            json!({"dispute_state": "TELEPORTED"}),
            json!({"dispute_amount": null}),
            json!({"dispute_amount": {"currency_code": "BRL", "value": "x"}}),
        ] {
            let broken = told(&odd, true);
            assert!(matches!(broken, Err(Failure::Unknown(_))), "{odd}");
        }
    }

    #[test]
    fn what_is_disputed_is_found_wherever_it_stands() {
        let told =
            json!({"disputed": [{"buyer_transaction_id": "B1", "seller_transaction_id": "S1"}]});
        assert_eq!(transactions(&told), ["S1", "B1"]);
        assert_eq!(sellers_transaction(&told), Some("S1"));
        let odd = json!({"seller_transaction_id": "../x", "transaction_id": "T1"});
        assert_eq!(transactions(&odd), ["T1"]);
        assert_eq!(sellers_transaction(&odd), None);
        let listed = json!({"items": [{"dispute_id": "D"}, {"id": 1}], "links": [{"rel": "self"}]});
        assert_eq!(disputes_in(&listed).len(), 1);
    }
}

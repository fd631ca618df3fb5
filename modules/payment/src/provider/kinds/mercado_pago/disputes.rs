//! What is asked back at Mercado Pago: by the payer there (a mediation), which only the payment's status tells,
//! and by her bank (a chargeback), which is listed. Its library takes no evidence: a person gives it there.
//!
//! A mediation is over when the payment is as before, or has gone back, or goes on as a chargeback, which then
//! keeps the money back itself. That there was one, only the books know: it is told of when they name it.

use feira_kernel::Currency;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    MercadoPagoProvider,
    amounts::money,
    number,
    wire::{Id, Payment},
};
use crate::{
    DisputeKind,
    provider::{DisputeFact, Failure, Over, ToldDispute, http::broken},
};

const MEDIATION: &str = "mediation";
/// More than anybody has of one payment.
const MOST: usize = 20;

#[derive(Deserialize)]
struct Found {
    results: Vec<Chargeback>,
}

#[derive(Deserialize)]
struct Chargeback {
    id: Id,
    payment_id: Option<Id>,
    status: Option<String>,
    amount: Box<RawValue>,
    currency_id: Option<String>,
    reason: Option<String>,
    reason_id: Option<String>,
}

impl Chargeback {
    fn read(self, payment: &str, currency: Currency) -> Result<ToldDispute, Failure> {
        let id = self.id.text();
        if !(1..=128).contains(&id.len()) {
            return Err(broken("the chargeback has no usable id"));
        }
        let currency = match self.currency_id {
            Some(code) => code.parse().map_err(|_| broken("an unknown currency"))?,
            None => currency,
        };
        let reason = self.reason.or(self.reason_id);
        Ok(ToldDispute {
            id,
            charge: self.payment_id.map_or(payment.to_owned(), |id| id.text()),
            beside: Vec::new(),
            kind: DisputeKind::Chargeback,
            over: Over::Amount(money(&self.amount, currency)?),
            fact: match self.status.as_deref() {
                Some("won") => DisputeFact::Won,
                Some("lost") => DisputeFact::Lost,
                Some("in_review") => DisputeFact::Answered,
                // Whatever is not over keeps the money back: its library does not name every word.
                _ => DisputeFact::Open,
            },
            reason: reason.unwrap_or_else(|| "chargeback".to_owned()),
            evidence_due_at: None,
            fee: None,
            as_of: None,
        })
    }
}

/// What the payment's own status tells: over how much, it does not.
fn mediation(payment: &Payment, charge: &str, named: &[String]) -> Option<ToldDispute> {
    let id = format!("{MEDIATION}-{charge}");
    let known = named.contains(&id);
    let fact = match payment.status() {
        "in_mediation" => DisputeFact::Open,
        "refunded" if known => DisputeFact::Lost,
        "approved" | "charged_back" if known => DisputeFact::Won,
        _ => return None,
    };
    Some(ToldDispute {
        id,
        charge: charge.to_owned(),
        beside: Vec::new(),
        kind: DisputeKind::Chargeback,
        over: Over::Rest,
        fact,
        reason: MEDIATION.to_owned(),
        evidence_due_at: None,
        fee: None,
        as_of: None,
    })
}

impl MercadoPagoProvider {
    /// One that is over comes before what goes on of it.
    pub(super) async fn told_disputes(
        &self,
        charge: &str,
        named: &[String],
    ) -> Result<Vec<ToldDispute>, Failure> {
        let payment = self.payment(charge).await?;
        let currency = payment.amount()?.currency();
        let mut told: Vec<ToldDispute> = mediation(&payment, charge, named).into_iter().collect();
        let path = format!(
            "chargebacks/search?payment_id={}&limit={MOST}",
            number(charge)?
        );
        let found: Found = self.api.ask(self.api.get(&path)).await?;
        if payment.status() == "charged_back" && found.results.is_empty() {
            return Err(broken("it is charged back, and no chargeback is told"));
        }
        for one in found.results {
            told.push(one.read(charge, currency)?);
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::brl;

    fn chargeback(change: &Value) -> Result<ToldDispute, Failure> {
        let mut one = json!({
            "id": "cb-001", "payment_id": 77, "status": "new", "amount": 58.8, "currency_id": "BRL",
            "reason_id": "4853", "reason": "not received",
        });
        for (name, value) in change.as_object().unwrap() {
            one[name] = value.clone();
        }
        let one: Chargeback = serde_json::from_str(&one.to_string()).unwrap();
        one.read("77", Currency::BRL)
    }

    #[test]
    fn whatever_is_not_over_keeps_the_money_back() {
        for (status, fact) in [
            (json!("new"), DisputeFact::Open),
            (json!("in_process"), DisputeFact::Open),
            (json!(null), DisputeFact::Open),
            (json!("in_review"), DisputeFact::Answered),
            (json!("won"), DisputeFact::Won),
            (json!("lost"), DisputeFact::Lost),
        ] {
            let told = chargeback(&json!({"status": status})).unwrap();
            assert_eq!(told.fact, fact, "{status}");
            assert_eq!(told.over, Over::Amount(brl(5880)));
            assert_eq!(told.charge, "77");
            assert_eq!(told.reason, "not received");
        }
        let other = chargeback(&json!({"payment_id": 78})).unwrap();
        assert_eq!(other.charge, "78");
        for odd in [json!({"id": ""}), json!({"currency_id": "doubloons"})] {
            let broken = chargeback(&odd);
            assert!(matches!(broken, Err(Failure::Unknown(_))), "{odd}");
        }
    }
}

//! What payers' banks and payers ask back at Woovi. It lists no disputes: a notification names one, and the books
//! know it from then on. Its published library says nothing of disputes, only of the transaction that one names:
//! where they are, and in which words they end, the settings say. A person gives evidence there.

use serde::Deserialize;

use super::{
    WooviProvider,
    wire::{Cob, cents},
};
use crate::{
    DisputeKind, PaymentId,
    provider::{
        DisputeFact, Failure, Over, ToldDispute,
        http::{broken, path_part},
    },
};

/// How a notification of a dispute is kept until its charge is known.
pub(super) const OF_DISPUTE: &str = "dispute:";
/// Of a PIX by the special mechanism of return.
const MED: &str = "MED";

#[derive(Deserialize)]
struct Told {
    dispute: Dispute,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dispute {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: String,
    end_to_end_id: String,
    value: Option<i64>,
    dispute_reason: Option<String>,
}

#[derive(Deserialize)]
struct ToldTransaction {
    transaction: Transaction,
}

/// The PIX that came, fields by its published library.
#[derive(Deserialize)]
struct Transaction {
    charge: Option<Cob>,
}

/// Where disputes are, and what becomes of them in Woovi's words.
pub(super) struct Disputes {
    pub(super) path: String,
    pub(super) won: Vec<String>,
    pub(super) lost: Vec<String>,
}

impl Disputes {
    /// Whatever is not said to be over keeps the money back.
    fn fact(&self, status: &str) -> DisputeFact {
        let is_in = |words: &[String]| words.iter().any(|word| word == status);
        if is_in(&self.won) {
            DisputeFact::Won
        } else if is_in(&self.lost) {
            DisputeFact::Lost
        } else {
            DisputeFact::Open
        }
    }
}

impl WooviProvider {
    /// The payment of a dispute that a notification names.
    pub(super) async fn disputed(&self, id: &str) -> Result<PaymentId, Failure> {
        let of = self.transaction(&self.dispute(id).await?).await?;
        of.payment().ok_or(Failure::NotFound)
    }

    /// Those that are named, as they are now.
    pub(super) async fn told_disputes(
        &self,
        charge: PaymentId,
        named: &[String],
    ) -> Result<Vec<ToldDispute>, Failure> {
        let mut told = Vec::new();
        for name in named {
            let id = name.strip_prefix(OF_DISPUTE).unwrap_or(name);
            if told.iter().any(|one: &ToldDispute| one.id == id) {
                continue;
            }
            let dispute = match self.dispute(id).await {
                Ok(dispute) => dispute,
                // The others are told all the same.
                Err(Failure::NotFound) => continue,
                Err(failure) => return Err(failure),
            };
            let transaction = self.transaction(&dispute).await?;
            let of = transaction.payment().unwrap_or(charge);
            told.push(ToldDispute {
                id: id.to_owned(),
                charge: of.to_string(),
                beside: Vec::new(),
                kind: match dispute.kind.as_deref() {
                    Some(MED) => DisputeKind::Med,
                    _ => DisputeKind::Chargeback,
                },
                over: match dispute.value {
                    Some(value) => Over::Amount(cents(value)?),
                    None => Over::Rest,
                },
                fact: self.disputes.fact(&dispute.status),
                reason: reason(&dispute).to_owned(),
                evidence_due_at: None,
                fee: None,
                as_of: None,
            });
        }
        Ok(told)
    }

    async fn dispute(&self, id: &str) -> Result<Dispute, Failure> {
        let path = format!("{}/{}", self.disputes.path, path_part(id)?);
        let told: Told = self.api.get(&path).await?;
        match told.dispute.id.as_deref() {
            Some(other) if other != id => Err(broken("about another dispute")),
            _ => Ok(told.dispute),
        }
    }

    async fn transaction(&self, dispute: &Dispute) -> Result<Transaction, Failure> {
        let path = format!("transaction/{}", path_part(&dispute.end_to_end_id)?);
        let told: ToldTransaction = self.api.get(&path).await?;
        Ok(told.transaction)
    }
}

impl Transaction {
    fn payment(&self) -> Option<PaymentId> {
        self.charge.as_ref()?.payment()
    }
}

fn reason(dispute: &Dispute) -> &str {
    let some = [&dispute.dispute_reason, &dispute.kind];
    let mut said = some.into_iter().flatten().filter(|text| !text.is_empty());
    said.next().map_or("dispute", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_said_to_be_over_keeps_the_money_back() {
        let words = Disputes {
            path: "dispute".to_owned(),
            won: vec!["REJECTED".to_owned(), "CANCELED".to_owned()],
            lost: vec!["ACCEPTED".to_owned()],
        };
        for (status, fact) in [
            ("OPENED", DisputeFact::Open),
            ("IN_REVIEW", DisputeFact::Open),
            ("TELEPORTED", DisputeFact::Open),
            ("REJECTED", DisputeFact::Won),
            ("CANCELED", DisputeFact::Won),
            ("ACCEPTED", DisputeFact::Lost),
        ] {
            assert_eq!(words.fact(status), fact, "{status}");
        }
    }
}

//! Disputes of a PaymentIntent, and the evidence that is sent to one.

use std::collections::BTreeMap;

use feira_kernel::{Money, Time};
use serde::Deserialize;

use super::{
    amounts,
    api::{Api, Pair},
    wire::Page,
};
use crate::{
    DisputeKind, EvidenceKind,
    provider::{
        DisputeFact, Failure, Over, SentEvidence, SentFile, ToldDispute,
        http::{broken, path_part},
    },
};

/// Where a file may be, in the order in which they are used when its own place is taken.
const FILE_FIELDS: [&str; 9] = [
    "evidence[uncategorized_file]",
    "evidence[service_documentation]",
    "evidence[receipt]",
    "evidence[shipping_documentation]",
    "evidence[customer_communication]",
    "evidence[customer_signature]",
    "evidence[refund_policy]",
    "evidence[cancellation_policy]",
    "evidence[duplicate_charge_documentation]",
];
/// More than anybody disputes one payment.
const MOST: &str = "20";

/// Fields by the published library of the API's version.
#[derive(Deserialize)]
struct Dispute {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    reason: String,
    payment_intent: Option<String>,
    evidence_details: Option<EvidenceDetails>,
    /// None, one or two: what was withdrawn, and what was reinstated.
    #[serde(default)]
    balance_transactions: Vec<BalanceTransaction>,
}

#[derive(Deserialize)]
struct EvidenceDetails {
    /// 0 where the bank takes none.
    due_by: Option<i64>,
}

#[derive(Deserialize)]
struct BalanceTransaction {
    /// Negative when it is taken.
    #[serde(default)]
    amount: i64,
    /// Positive when it is taken.
    fee: i64,
    currency: String,
}

#[derive(Deserialize)]
struct Uploaded {
    id: String,
}

impl Dispute {
    fn read(self, charge: &str) -> Result<ToldDispute, Failure> {
        if !(4..=128).contains(&self.id.len()) {
            return Err(broken("the dispute has no usable id"));
        }
        let fact = match self.status.as_str() {
            // No money moves by a question, nor by what was settled before it became a dispute.
            "warning_needs_response" | "warning_under_review" | "warning_closed" | "prevented" => {
                DisputeFact::Inquiry
            }
            "needs_response" => DisputeFact::Open,
            "under_review" => DisputeFact::Answered,
            "won" if is_taken_again(&self.balance_transactions) => DisputeFact::Lost,
            "won" => DisputeFact::Won,
            // An appeal is made of one that is lost, whose money is gone until it is won.
            "lost" | "appeal_needs_response" | "appeal_under_review" => DisputeFact::Lost,
            _ => return Err(broken("an unknown status of a dispute")),
        };
        let due = self.evidence_details.and_then(|details| details.due_by);
        let due = due.filter(|due| *due > 0);
        Ok(ToldDispute {
            over: Over::Amount(amounts::read(self.amount, &self.currency)?),
            fee: fees(&self.balance_transactions)?,
            as_of: None,
            evidence_due_at: due.and_then(|due| Time::from_unix_timestamp(due).ok()),
            charge: self.payment_intent.unwrap_or_else(|| charge.to_owned()),
            id: self.id,
            beside: Vec::new(),
            kind: DisputeKind::Chargeback,
            fact,
            reason: self.reason,
        })
    }
}

/// Whether what was given back of one that was won was taken once more: its status does not say so.
fn is_taken_again(all: &[BalanceTransaction]) -> bool {
    let taken = all.iter().filter(|one| one.amount < 0).count();
    let sum: i128 = all.iter().map(|one| i128::from(one.amount)).sum();
    taken > 1 && sum < 0
}

/// What was taken, less what was given back; of several currencies the first.
fn fees(all: &[BalanceTransaction]) -> Result<Option<Money>, Failure> {
    let Some(first) = all.first() else {
        return Ok(None);
    };
    let mut same = all.iter().filter(|one| one.currency == first.currency);
    let sum = same.try_fold(0_i64, |sum, one| sum.checked_add(one.fee));
    let sum = sum.ok_or_else(|| broken("fees that are no amount"))?;
    amounts::read(sum, &first.currency).map(Some)
}

pub(super) async fn of_charge(api: &Api, charge: &str) -> Result<Vec<ToldDispute>, Failure> {
    let query: [Pair; 2] = [
        ("payment_intent", charge.to_owned()),
        ("limit", MOST.to_owned()),
    ];
    let page: Page<Dispute> = api.told(api.get("disputes", &query)?).await?;
    page.data.into_iter().map(|one| one.read(charge)).collect()
}

/// Files first, each by itself; then all at once, for it is taken once.
pub(super) async fn answer(
    api: &Api,
    dispute: &str,
    evidence: &[SentEvidence],
) -> Result<(), Failure> {
    let mut fields = BTreeMap::new();
    for one in evidence {
        if let Some(text) = &one.text {
            add(&mut fields, text_field(one.kind), text);
        }
        if let Some(file) = &one.file {
            let wanted = file_field(one.kind);
            let mut free = [wanted].into_iter().chain(FILE_FIELDS.iter().copied());
            // Several stores may have given one of a kind.
            let Some(field) = free.find(|field| !fields.contains_key(field)) else {
                return Err(Failure::Refused("more files than it takes".to_owned()));
            };
            fields.insert(field, upload(api, file).await?);
        }
    }
    let mut form: Vec<Pair> = fields.into_iter().collect();
    form.push(("submit", "true".to_owned()));
    let path = format!("disputes/{}", path_part(dispute)?);
    let answered: Dispute = api.told(api.post(&path, &form)?).await?;
    match answered.read("")?.fact {
        DisputeFact::Open => Err(Failure::Unknown("it was not submitted".to_owned())),
        _ => Ok(()),
    }
}

/// Texts of kinds that share a field stand below each other.
fn add(fields: &mut BTreeMap<&'static str, String>, name: &'static str, text: &str) {
    let all = fields.entry(name).or_default();
    if !all.is_empty() {
        all.push_str("\n\n");
    }
    all.push_str(text);
}

fn text_field(kind: EvidenceKind) -> &'static str {
    use EvidenceKind as K;
    match kind {
        K::Product => "evidence[product_description]",
        K::Policy => "evidence[refund_policy_disclosure]",
        K::Explanation | K::Delivery | K::Communication | K::Receipt | K::Signature | K::Other => {
            "evidence[uncategorized_text]"
        }
    }
}

fn file_field(kind: EvidenceKind) -> &'static str {
    use EvidenceKind as K;
    match kind {
        K::Product => "evidence[service_documentation]",
        K::Delivery => "evidence[shipping_documentation]",
        K::Communication => "evidence[customer_communication]",
        K::Receipt => "evidence[receipt]",
        K::Signature => "evidence[customer_signature]",
        K::Policy => "evidence[refund_policy]",
        K::Explanation | K::Other => "evidence[uncategorized_file]",
    }
}

async fn upload(api: &Api, file: &SentFile) -> Result<String, Failure> {
    let request = api.upload("dispute_evidence", &file.media_type, &file.bytes);
    let uploaded: Uploaded = api.told(request).await?;
    Ok(uploaded.id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(change: Value) -> Result<ToldDispute, Failure> {
        let mut dispute = json!({
            "id": "du_1", "object": "dispute", "amount": 1990, "currency": "brl",
            "status": "needs_response", "reason": "fraudulent", "payment_intent": "pi_1",
            "evidence_details": {"due_by": 1_772_500_000, "has_evidence": false},
            "balance_transactions": [{"fee": 1500, "currency": "brl", "amount": -1990}],
        });
        for (name, value) in change.as_object().unwrap() {
            dispute[name] = value.clone();
        }
        let dispute: Dispute = serde_json::from_value(dispute).unwrap();
        dispute.read("pi_1")
    }

    #[test]
    fn each_status_is_a_fact() {
        for (status, fact) in [
            ("warning_needs_response", DisputeFact::Inquiry),
            ("warning_under_review", DisputeFact::Inquiry),
            ("warning_closed", DisputeFact::Inquiry),
            ("prevented", DisputeFact::Inquiry),
            ("needs_response", DisputeFact::Open),
            ("under_review", DisputeFact::Answered),
            ("won", DisputeFact::Won),
            ("lost", DisputeFact::Lost),
            ("appeal_needs_response", DisputeFact::Lost),
            ("appeal_under_review", DisputeFact::Lost),
        ] {
            assert_eq!(read(json!({"status": status})).unwrap().fact, fact);
        }
        let unknown = read(json!({"status": "teleported"}));
        assert!(matches!(unknown, Err(Failure::Unknown(_))));
    }

    #[test]
    fn what_was_taken_less_what_came_back() {
        let minor = |told: ToldDispute| told.fee.map(Money::minor);
        assert_eq!(minor(read(json!({})).unwrap()), Some(1500));
        let back = json!([{"fee": 1500, "currency": "brl"}, {"fee": -1500, "currency": "brl"}]);
        let back = read(json!({"balance_transactions": back})).unwrap();
        assert_eq!(minor(back), Some(0));
        let none = read(json!({"balance_transactions": []})).unwrap();
        assert_eq!(minor(none), None);
    }

    #[test]
    fn what_was_won_and_taken_once_more_is_lost() {
        let of = |amounts: &[i64]| {
            let one = |amount: &i64| json!({"fee": 0, "currency": "brl", "amount": amount});
            let all: Vec<Value> = amounts.iter().map(one).collect();
            let told = read(json!({"status": "won", "balance_transactions": all}));
            told.unwrap().fact
        };
        for (amounts, fact) in [
            ([-1990].as_slice(), DisputeFact::Won),
            (&[-1990, 1990], DisputeFact::Won),
            // A part of the charge had gone back before.
            (&[-1990, 990], DisputeFact::Won),
            (&[1990, -1990, -1990], DisputeFact::Lost),
            (&[-1990, 1990, -1990, 1990], DisputeFact::Won),
        ] {
            assert_eq!(of(amounts), fact, "{amounts:?}");
        }
    }

    #[test]
    fn a_time_of_zero_is_none_and_another_intent_is_told() {
        let told = read(json!({"evidence_details": {"due_by": 0}, "payment_intent": "pi_2"}));
        let told = told.unwrap();
        assert_eq!(
            (told.evidence_due_at, told.charge),
            (None, "pi_2".to_owned())
        );
    }
}

//! Disputes that the provider in memory tells of.

use feira_kernel::Money;
use serde_json::json;

use super::FakeProvider;
use crate::{
    DisputeKind, DisputeState,
    provider::{DisputeFact, Failure, ToldDispute},
    testing::random,
};

impl FakeProvider {
    /// Tells of disputes; else a person does.
    #[must_use]
    pub fn telling_disputes(mut self) -> Self {
        self.capabilities.disputes = true;
        self
    }

    /// The charge that was made as the nth, the first being 0, is disputed over so much, or what became of that
    /// dispute; a notification tells of it.
    pub fn dispute(&self, nth: usize, id: &str, amount: Money, state: DisputeState) {
        let mut kept = self.state();
        let charge = kept.charges.get(nth).expect("the charge was made");
        let charge = charge.charge.id.clone();
        kept.disputes.retain(|one| one.id != id);
        kept.disputes.push(ToldDispute {
            id: id.to_owned(),
            charge: charge.clone(),
            kind: DisputeKind::Chargeback,
            amount,
            fact: match state {
                DisputeState::Opened => DisputeFact::Open,
                DisputeState::EvidenceSent => DisputeFact::Answered,
                DisputeState::Won => DisputeFact::Won,
                DisputeState::Lost => DisputeFact::Lost,
            },
            reason: "fraudulent".to_owned(),
            evidence_due_at: None,
            fee: None,
        });
        let event = format!("evt_dispute_{}", random());
        let body = json!({"id": event, "type": "dispute.updated", "charge_id": charge});
        let told = self.told(&body);
        kept.notifications.push(told);
    }

    pub(super) fn disputes_of(&self, charge: &str) -> Result<Vec<ToldDispute>, Failure> {
        if !self.capabilities.disputes {
            return Err(Failure::NotSupported);
        }
        let state = self.state();
        let of = state.disputes.iter().filter(|one| one.charge == charge);
        Ok(of.cloned().collect())
    }
}

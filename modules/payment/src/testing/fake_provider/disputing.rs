//! Disputes that the provider in memory tells of.

use feira_kernel::Money;
use serde_json::json;

use super::FakeProvider;
use crate::{
    DisputeKind, DisputeState,
    provider::{DisputeFact, DisputesBegin, Failure, Over, SentEvidence, ToldDispute},
    testing::random,
};

impl FakeProvider {
    /// Tells of disputes, and takes evidence; else a person does.
    #[must_use]
    pub fn telling_disputes(mut self) -> Self {
        self.capabilities.disputes = DisputesBegin::Told;
        self.capabilities.evidence = true;
        self
    }

    /// A person says that there is one, and it tells when the money goes.
    #[must_use]
    pub fn telling_disputes_late(mut self) -> Self {
        self.capabilities.disputes = DisputesBegin::ByHandThenTold;
        self
    }

    /// The charge that was made as the nth, the first being 0, is disputed over so much, or what became of that
    /// dispute; a notification tells of it.
    pub fn dispute(&self, nth: usize, id: &str, amount: Money, state: DisputeState) {
        let charge = self.state().charges[nth].charge.id.clone();
        self.dispute_charge(&charge, id, Some(amount), state);
    }

    /// The same of the charge of this id; without an amount over what has not gone back otherwise.
    pub fn dispute_charge(
        &self,
        charge: &str,
        id: &str,
        amount: Option<Money>,
        state: DisputeState,
    ) {
        let mut kept = self.state();
        kept.disputes.retain(|one| one.id != id);
        kept.disputes.push(ToldDispute {
            id: id.to_owned(),
            charge: charge.to_owned(),
            beside: Vec::new(),
            kind: DisputeKind::Chargeback,
            over: amount.map_or(Over::Rest, Over::Amount),
            fact: match state {
                DisputeState::Opened => DisputeFact::Open,
                DisputeState::EvidenceSent => DisputeFact::Answered,
                DisputeState::Won => DisputeFact::Won,
                DisputeState::Lost => DisputeFact::Lost,
            },
            reason: "fraudulent".to_owned(),
            evidence_due_at: None,
            fee: None,
            as_of: None,
        });
        let event = format!("evt_dispute_{}", random());
        let body = json!({"id": event, "type": "dispute.updated", "charge_id": charge});
        let told = self.told(&body);
        kept.notifications.push(told);
    }

    /// By which it knows the charge of a payment.
    pub fn charge_of(&self, payment: crate::PaymentId) -> String {
        let state = self.state();
        let mut all = state.charges.iter().map(|kept| &kept.charge);
        let found = all.find(|charge| charge.payment == Some(payment));
        found.expect("the charge was made").id.clone()
    }

    pub(super) fn disputes_of(&self, charge: &str) -> Result<Vec<ToldDispute>, Failure> {
        if !self.capabilities.disputes.are_told() {
            return Err(Failure::NotSupported);
        }
        let state = self.state();
        let of = state.disputes.iter().filter(|one| one.charge == charge);
        Ok(of.cloned().collect())
    }

    pub(super) fn answered(&self, id: &str, sent: &[SentEvidence]) -> Result<(), Failure> {
        if !self.capabilities.evidence {
            return Err(Failure::NotSupported);
        }
        let mut state = self.state();
        let one = state.disputes.iter_mut().find(|one| one.id == id);
        let one = one.ok_or(Failure::NotFound)?;
        match one.fact {
            DisputeFact::Open if !sent.is_empty() => {
                one.fact = DisputeFact::Answered;
                Ok(())
            }
            _ => Err(Failure::Refused("it takes none now".to_owned())),
        }
    }
}

//! Keys: what was charged, or given back, under one is found by it, and not made twice.

use time::Duration;

use super::{AGES, Tried, card};
use crate::{
    MethodKind, RefundId,
    provider::{Fact, Failure, Lookup},
    testing::random,
};

impl Tried<'_> {
    /// What was charged although nobody heard of it is found by its key, and not charged again.
    pub(super) async fn lost_answers(&self) {
        if !self.takes(MethodKind::Card) {
            return;
        }
        let token = "tok_timeout_after_charge";
        let asked = self.asked(card(token), self.amount(MethodKind::Card));
        let lost = self.provider.charge(&asked).await;
        assert!(matches!(lost, Err(Failure::Unknown(_))), "{lost:?}");
        let found = self
            .provider
            .fetch(&Lookup::Key(asked.id, asked.expires_at))
            .await;
        let found = found.expect("it was charged");
        let fact = found.fact;
        assert!(
            matches!(fact, Fact::Captured | Fact::Authorized),
            "{fact:?}"
        );
    }

    /// Known as long as it says, and no longer; what was charged is found all the same.
    pub(super) async fn keys(&self) {
        let asked = self.soonest();
        let charge = self.capture(&asked).await;
        let refund = RefundId(random());
        let back = || self.provider.refund(&charge.id, refund, charge.amount);
        let given = back().await.expect("it goes back").gateway_id;
        let kept = self.provider.capabilities().keys_kept;
        let second = Duration::seconds(1);
        self.harness.pass(kept.map_or(AGES, |kept| kept - second));
        let again = self.provider.charge(&asked).await.expect("it is a repeat");
        assert_eq!(again.id, charge.id);
        assert_eq!(back().await.expect("it is a repeat").gateway_id, given);
        if kept.is_some() {
            self.harness.pass(second);
        }
        let by_key = self.by_key(&asked).await;
        assert!(by_key.is_none_or(|found| found.id == charge.id));
        if self.provider.capabilities().refunds_found {
            assert_eq!(back().await.expect("it is found").gateway_id, given);
        }
        if kept.is_some() {
            let twice = self.provider.charge(&asked).await.expect("it is charged");
            assert_ne!(twice.id, charge.id, "the key is known for longer");
        }
    }
}

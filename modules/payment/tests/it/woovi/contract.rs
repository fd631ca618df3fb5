use async_trait::async_trait;
use feira_kernel::{Clock, Env, TestClock};
use feira_payment::{
    ProviderSettings, ProviderWebhook,
    testing::{NOW, ProviderHarness, provider_contract},
};
use time::Duration;

use super::{Stub, at, stub, told};
use crate::provider_contract::nowhere;

struct Harness {
    stub: Stub,
    clock: TestClock,
    env: Env,
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        at(&self.stub, |_| {})
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, which: &str) {
        let now = self.stub.clock.now();
        self.stub.book(|book| book.pay(which, now));
    }

    async fn dispute(&self, charge: &str) -> bool {
        self.stub.book(|book| book.dispute(charge, "OPENED", "MED"));
        true
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        told(&self.stub)
    }

    fn ages(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn woovi_keeps_its_word_whatever_it_answers_to_a_repeat() {
    for old in [false, true] {
        let clock = Clock::test(NOW);
        let harness = Harness {
            stub: stub(clock.clock()).await,
            env: nowhere(&clock),
            clock,
        };
        harness.stub.book(|book| book.old = old);
        provider_contract(&harness).await;
    }
}

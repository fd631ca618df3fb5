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
    authorize: bool,
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        at(&self.stub, |settings| settings.authorize = self.authorize)
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, which: &str) {
        self.stub.book(|book| book.approve(which));
    }

    async fn dispute(&self, charge: &str) -> bool {
        self.stub
            .book(|book| book.dispute(charge, "REQUIRED_ACTION"));
        true
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        told(&self.stub)
    }

    fn signs_every_byte(&self) -> bool {
        false
    }

    fn too_old(&self) -> Duration {
        Duration::days(4) + Duration::seconds(1)
    }
}

#[tokio::test]
async fn paypal_keeps_its_word_whether_it_holds_first_or_not() {
    for authorize in [false, true] {
        let clock = Clock::test(NOW);
        let harness = Harness {
            stub: stub(clock.clock()).await,
            env: nowhere(&clock),
            clock,
            authorize,
        };
        provider_contract(&harness).await;
    }
}

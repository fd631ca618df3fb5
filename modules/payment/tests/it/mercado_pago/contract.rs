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
    manual: bool,
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        at(&self.stub, |settings| settings.manual_capture = self.manual)
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, which: &str) {
        let now = self.stub.clock.now();
        self.stub.book(|book| book.set(which, "approved", now));
    }

    async fn dispute(&self, charge: &str) -> bool {
        let now = self.stub.clock.now();
        self.stub.book(|book| {
            book.charge_back(charge, "new");
            book.set(charge, "charged_back", now);
        });
        true
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        told(&self.stub)
    }

    fn signs_every_byte(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn mercado_pago_keeps_its_word_whenever_it_captures() {
    for manual in [false, true] {
        let clock = Clock::test(NOW);
        let harness = Harness {
            stub: stub(clock.clock()).await,
            env: nowhere(&clock),
            clock,
            manual,
        };
        provider_contract(&harness).await;
    }
}

use async_trait::async_trait;
use feira_kernel::{Clock, TestClock};
use feira_payment::{
    Method, ProviderKind, ProviderSettings, ProviderWebhook,
    testing::{self, FakeProvider, ProviderHarness, brl, card, provider_contract},
};
use time::Duration;

struct Harness {
    fake: FakeProvider,
    clock: TestClock,
}

impl Harness {
    fn new(change: impl FnOnce(FakeProvider) -> FakeProvider) -> Self {
        let clock = Clock::test(testing::NOW);
        let fake = change(FakeProvider::new(clock.clock()));
        Self { fake, clock }
    }
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        ProviderSettings::new("tried", ProviderKind::Fake(self.fake.clone()))
    }

    fn clock(&self) -> Clock {
        self.clock.clock()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, txid: &str) {
        self.fake.pay(txid);
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        self.fake.notifications()
    }
}

#[tokio::test]
async fn a_provider_that_denies_nothing_keeps_its_word() {
    provider_contract(&Harness::new(|fake| fake)).await;
}

#[tokio::test]
async fn a_provider_without_cards_keeps_its_word() {
    let pix = Harness::new(|fake| fake.taking(&Method::Pix {}, brl(1), brl(50_000)));
    provider_contract(&pix).await;
}

#[tokio::test]
async fn a_provider_that_denies_all_it_may_keeps_its_word() {
    let least = Harness::new(|fake| {
        fake.taking(&Method::Pix {}, brl(100), brl(50_000))
            .taking(&card("any"), brl(500), brl(90_000))
            .without_partial_refunds()
            .refunding_within(Duration::days(90))
            .without_voids()
            .keeping_keys_for(Duration::days(1))
    });
    provider_contract(&least).await;
}

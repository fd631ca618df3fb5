use async_trait::async_trait;
use feira_kernel::{Clock, Env, TestClock};
use feira_payment::{
    ProviderSettings, ProviderWebhook, TokenRequest,
    testing::{NOW, ProviderHarness, provider_contract},
};
use time::Duration;

use super::bank::{Bank, Ways};
use crate::provider_contract::nowhere;

struct Harness {
    bank: Bank,
    tells_returns: bool,
    clock: TestClock,
    env: Env,
}

impl Harness {
    fn new(bank: Bank, ways: Ways, clock: TestClock) -> Self {
        let env = nowhere(&clock);
        Self {
            bank,
            tells_returns: ways.tells_returns,
            clock,
            env,
        }
    }
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        self.bank.provider()
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, txid: &str) {
        self.bank.pay(txid);
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        self.bank.notifications()
    }

    fn signs(&self) -> bool {
        false
    }

    fn tells_what_went_back(&self) -> bool {
        self.tells_returns
    }
}

#[tokio::test]
async fn whatever_a_banks_ways_are_it_keeps_its_word() {
    let usual = Ways::default();
    for ways in [
        usual,
        Ways {
            repeat: 409,
            codes: false,
            token_request: TokenRequest::Form,
            ..usual
        },
        Ways {
            repeat: 200,
            tells_returns: false,
            token_request: TokenRequest::Json,
            ..usual
        },
        Ways {
            repeat: 422,
            tells_returns: false,
            returns_at_once: false,
            ..usual
        },
        Ways {
            missing: 400,
            tells_returns: false,
            ..usual
        },
    ] {
        let clock = Clock::test(NOW);
        let bank = Bank::start(ways, clock.clock()).await;
        provider_contract(&Harness::new(bank, ways, clock)).await;
    }
}

#[tokio::test]
async fn a_bank_that_wants_a_certificate_keeps_its_word() {
    let clock = Clock::test(NOW);
    let bank = Bank::start_tls(clock.clock()).await;
    provider_contract(&Harness::new(bank, Ways::default(), clock)).await;
}

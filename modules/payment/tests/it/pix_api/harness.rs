//! A bank's stub for what every provider is tried by, in the ways that banks differ.

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook, TokenRequest, testing::ProviderHarness,
};
use serde_json::{Value, json};
use time::Duration;

use super::bank::{Bank, State, Ways};
use crate::{
    harness::{Harness, Kept, Lie, NotSaid, contract},
    stub::Server,
};

pub(crate) struct AtBank {
    bank: Bank,
    tells_returns: bool,
    clock: TestClock,
    env: Env,
}

/// Nothing behind the last one: that bank wants a certificate.
fn ways(way: usize) -> Option<Ways> {
    let usual = Ways::default();
    Some(match way {
        0 => usual,
        1 => Ways {
            repeat: 409,
            codes: false,
            token_request: TokenRequest::Form,
            ..usual
        },
        2 => Ways {
            repeat: 200,
            tells_returns: false,
            token_request: TokenRequest::Json,
            ..usual
        },
        3 => Ways {
            repeat: 422,
            tells_returns: false,
            returns_at_once: false,
            ..usual
        },
        4 => Ways {
            missing: 400,
            tells_returns: false,
            ..usual
        },
        _ => return None,
    })
}

#[async_trait]
impl ProviderHarness for AtBank {
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

    /// The payer's bank asks a person here, and the bank tells nothing of it.
    async fn dispute(&self, _charge: &str) {}

    async fn lose_dispute(&self, charge: &str) {
        self.bank.book(|book| {
            let amount = book.cob(charge)["valor"]["original"].clone();
            book.special(charge, "med1", amount.as_str().unwrap(), "DEVOLVIDO");
        });
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

#[async_trait]
impl Harness for AtBank {
    type Book = State;
    const WAYS: usize = 6;
    const MAKE: &'static str = "PUT cob";
    const REFUND: &'static str = "PUT devolucao";
    const DISPUTES: &'static [&'static str] = &["GET cob"];
    const BUSY: &'static [u16] = &[];

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self {
        let bank = match ways(way) {
            Some(ways) => Bank::start(ways, clock.clock()).await,
            None => Bank::start_tls(clock.clock()).await,
        };
        Self {
            bank,
            tells_returns: ways(way).unwrap_or_default().tells_returns,
            clock: clock.clone(),
            env,
        }
    }

    fn server(&self) -> &Server<State> {
        &self.bank
    }

    fn waiting(&self) -> Method {
        Method::Pix {}
    }

    fn steps(&self) -> Vec<&'static str> {
        vec!["GET cob"]
    }

    /// It names no currency, because there is one.
    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        match lie {
            Lie::Amount => Ok(("valor.original", json!("0.01"))),
            Lie::Currency => Err(NotSaid::ALWAYS_BRL),
            Lie::Payee => Ok(("chave", json!("outra@example.com"))),
        }
    }

    fn id(&self, payment: PaymentId) -> String {
        payment.0.simple().to_string()
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        self.bank.book(|book| book.kept(&self.id(payment)))
    }
}

#[tokio::test]
async fn whatever_a_banks_ways_are_it_keeps_its_word() {
    contract::<AtBank>().await;
}

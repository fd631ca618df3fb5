//! Woovi's stub for what every provider is tried by, whatever it answers to a repeat.

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook, testing::ProviderHarness,
};
use serde_json::{Value, json};
use time::Duration;

use super::{Stub, at, book::Woovi, stub, told};
use crate::{
    harness::{Harness, Kept, Lie, NotSaid, contract},
    stub::Server,
};

pub(crate) struct AtWoovi {
    stub: Stub,
    clock: TestClock,
    env: Env,
}

#[async_trait]
impl ProviderHarness for AtWoovi {
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

    async fn dispute(&self, charge: &str) {
        self.stub.book(|book| book.dispute(charge, "OPENED", "MED"));
    }

    async fn lose_dispute(&self, charge: &str) {
        self.stub
            .book(|book| book.dispute(charge, "ACCEPTED", "MED"));
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        told(&self.stub)
    }

    fn ages(&self) -> bool {
        false
    }
}

#[async_trait]
impl Harness for AtWoovi {
    type Book = Woovi;
    const WAYS: usize = 2;
    const MAKE: &'static str = "POST charge";
    const REFUND: &'static str = "POST refunds";
    const DISPUTES: &'static [&'static str] = &["GET dispute", "GET transaction"];
    const BUSY: &'static [u16] = &[409, 423];

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self {
        let stub = stub(clock.clock()).await;
        stub.book(|book| book.old = way == 1);
        Self {
            stub,
            clock: clock.clone(),
            env,
        }
    }

    fn server(&self) -> &Server<Woovi> {
        &self.stub
    }

    fn waiting(&self) -> Method {
        Method::Pix {}
    }

    fn steps(&self) -> Vec<&'static str> {
        vec!["GET charge"]
    }

    /// It names no currency, because there is one.
    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        match lie {
            Lie::Amount => Ok(("charge.value", json!(1))),
            Lie::Currency => Err(NotSaid::ALWAYS_BRL),
            Lie::Payee => Ok(("charge.pixKey", json!("somebody@else.example"))),
        }
    }

    fn id(&self, payment: PaymentId) -> String {
        payment.to_string()
    }

    fn payable(&self, payment: PaymentId) -> String {
        let id = |book: &mut Woovi| book.charge(payment)["transactionID"].clone();
        self.stub.book(id).as_str().unwrap().to_owned()
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        let (id, mark) = (payment.to_string(), json!(payment));
        self.stub.book(|book| {
            let of = |one: &&Value| one["correlationID"] == mark;
            let back = |refund: &&(String, Value)| refund.0 == id;
            Kept {
                charges: book.charges.iter().filter(of).count(),
                taken: usize::from(book.paid.contains_key(&id)),
                refunds: book.refunds.iter().filter(back).count(),
            }
        })
    }
}

#[tokio::test]
async fn woovi_keeps_its_word_whatever_it_answers_to_a_repeat() {
    contract::<AtWoovi>().await;
}

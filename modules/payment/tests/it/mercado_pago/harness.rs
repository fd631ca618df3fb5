//! Mercado Pago's stub for what every provider is tried by, whenever it captures.

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook,
    testing::{ProviderHarness, card},
};
use serde_json::{Value, json};
use time::Duration;

use super::{Stub, at, book::MercadoPago, stub, told};
use crate::{
    harness::{Harness, Kept, Lie, NotSaid, contract},
    stub::Server,
};

pub(crate) struct AtMercadoPago {
    stub: Stub,
    clock: TestClock,
    env: Env,
    manual: bool,
}

impl AtMercadoPago {
    fn charged_back(&self, charge: &str, status: &str) {
        let now = self.stub.clock.now();
        self.stub.book(|book| {
            book.charge_back(charge, status);
            book.set(charge, "charged_back", now);
        });
    }
}

#[async_trait]
impl ProviderHarness for AtMercadoPago {
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

    async fn dispute(&self, charge: &str) {
        self.charged_back(charge, "new");
    }

    async fn lose_dispute(&self, charge: &str) {
        self.charged_back(charge, "lost");
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        told(&self.stub)
    }

    fn signs_every_byte(&self) -> bool {
        false
    }
}

#[async_trait]
impl Harness for AtMercadoPago {
    type Book = MercadoPago;
    const WAYS: usize = 2;
    const MAKE: &'static str = "POST payments";
    const REFUND: &'static str = "POST refunds";
    const DISPUTES: &'static [&'static str] = &["GET payment", "GET chargebacks"];
    const BUSY: &'static [u16] = &[409, 423];

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self {
        Self {
            stub: stub(clock.clock()).await,
            clock: clock.clone(),
            env,
            manual: way == 1,
        }
    }

    fn server(&self) -> &Server<MercadoPago> {
        &self.stub
    }

    fn waiting(&self) -> Method {
        Method::Pix {}
    }

    fn at_once(&self) -> Option<Method> {
        Some(card("tok_approved"))
    }

    fn steps(&self) -> Vec<&'static str> {
        vec!["GET payment"]
    }

    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        Ok(match lie {
            Lie::Amount => ("transaction_amount", json!(0.01)),
            Lie::Currency => ("currency_id", json!("ARS")),
            Lie::Payee => ("collector_id", json!(1)),
        })
    }

    fn id(&self, payment: PaymentId) -> String {
        self.stub.book(|book| book.id(payment))
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        self.stub.book(|book| book.kept(payment))
    }
}

impl MercadoPago {
    fn kept(&self, payment: PaymentId) -> Kept {
        let mark = json!(payment);
        let of = self.payments.iter();
        let of: Vec<&Value> = of.filter(|one| one["external_reference"] == mark).collect();
        let taken = |one: &&&Value| self.captured.contains_key(&one["id"].to_string());
        let back = |refund: &&Value| of.iter().any(|one| one["id"] == refund["payment_id"]);
        Kept {
            charges: of.len(),
            taken: of.iter().filter(taken).count(),
            refunds: self.refunds.iter().filter(back).count(),
        }
    }
}

#[tokio::test]
async fn mercado_pago_keeps_its_word_whenever_it_captures() {
    contract::<AtMercadoPago>().await;
}

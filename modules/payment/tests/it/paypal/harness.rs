//! PayPal's stub for what every provider is tried by, whether it holds the money first or not.

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook, testing::ProviderHarness,
};
use serde_json::{Value, json};
use time::Duration;

use super::{Stub, at, book::Paypal, stub, told};
use crate::{
    harness::{Harness, Kept, Lie, NotSaid, contract},
    stub::Server,
};

pub(crate) struct AtPaypal {
    stub: Stub,
    clock: TestClock,
    env: Env,
    authorize: bool,
}

#[async_trait]
impl ProviderHarness for AtPaypal {
    fn vouches(&self) -> bool {
        true
    }

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

    async fn dispute(&self, charge: &str) {
        self.stub
            .book(|book| book.dispute(charge, "REQUIRED_ACTION"));
    }

    async fn lose_dispute(&self, charge: &str) {
        self.stub.book(|book| {
            book.decide(charge, "RESOLVED_BUYER_FAVOUR");
            book.dispute(charge, "RESOLVED");
        });
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

#[async_trait]
impl Harness for AtPaypal {
    type Book = Paypal;
    const WAYS: usize = 2;
    const MAKE: &'static str = "POST orders";
    const REFUND: &'static str = "POST refund";
    const DISPUTES: &'static [&'static str] =
        &["GET taken", "GET order", "GET disputes", "GET dispute"];

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self {
        Self {
            stub: stub(clock.clock()).await,
            clock: clock.clone(),
            env,
            authorize: way == 1,
        }
    }

    fn server(&self) -> &Server<Paypal> {
        &self.stub
    }

    fn waiting(&self) -> Method {
        Method::Paypal {}
    }

    fn steps(&self) -> Vec<&'static str> {
        if self.authorize {
            vec!["GET order", "POST authorize", "POST held"]
        } else {
            vec!["GET order", "POST capture"]
        }
    }

    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        Ok(match lie {
            Lie::Amount => ("purchase_units.0.amount.value", json!("0.01")),
            Lie::Currency => ("purchase_units.0.amount.currency_code", json!("USD")),
            Lie::Payee => ("purchase_units.0.payee.merchant_id", json!("OTHER")),
        })
    }

    fn id(&self, payment: PaymentId) -> String {
        self.stub.book(|book| book.id(payment))
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        let mark = json!(payment);
        self.stub.book(|book| {
            let units = book.orders.iter().map(|order| &order["purchase_units"][0]);
            let of: Vec<&Value> = units.filter(|unit| unit["custom_id"] == mark).collect();
            let count = |what: &str| -> usize {
                let lists = of
                    .iter()
                    .filter_map(|unit| unit["payments"][what].as_array());
                lists.map(Vec::len).sum()
            };
            Kept {
                charges: of.len(),
                taken: count("captures"),
                refunds: count("refunds"),
            }
        })
    }

    /// An approval that comes late takes nothing.
    fn takes_late(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn paypal_keeps_its_word_whether_it_holds_first_or_not() {
    contract::<AtPaypal>().await;
}

//! Stripe's stub for what every provider is tried by, whenever it captures.

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook,
    testing::{ProviderHarness, card},
};
use serde_json::{Value, json};
use time::Duration;

use super::{MAKE, at, connected, told};
use crate::{
    harness::{Harness, Kept, Lie, NotSaid, contract},
    stripe_book::Book,
    stripe_stub::Stub,
    stub::Server,
};

pub(crate) struct AtStripe {
    stub: Stub,
    clock: TestClock,
    env: Env,
    manual: bool,
}

impl AtStripe {
    fn intents(&self, payment: PaymentId) -> Vec<Value> {
        let mark = json!(payment);
        let of = |one: &Value| one["metadata"]["feira_payment"] == mark;
        let all = self.stub.intents().into_iter();
        all.filter(of).collect()
    }
}

#[async_trait]
impl ProviderHarness for AtStripe {
    fn settings(&self) -> ProviderSettings {
        at(&self.stub, |settings| {
            settings.manual_capture = self.manual;
            settings.connect = (!self.manual).then(connected);
        })
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, which: &str) {
        self.stub.confirm(which, true);
    }

    async fn confirm_card(&self, client_secret: &str) {
        self.stub.confirm_card(client_secret, (12, 2030));
    }

    async fn dispute(&self, charge: &str) {
        self.stub
            .dispute(charge, "needs_response", "charge.dispute.created");
    }

    async fn lose_dispute(&self, charge: &str) {
        self.stub.dispute(charge, "lost", "charge.dispute.closed");
    }

    async fn set_account_open(&self, account: &str, open: bool) {
        self.stub.set_account_open(account, open);
    }

    async fn drain_account(&self, account: &str) {
        self.stub.connect(|book| book.drain(account));
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        let events = self.stub.events().into_iter();
        events.map(|(header, body)| told(header, body)).collect()
    }
}

#[async_trait]
impl Harness for AtStripe {
    type Book = Book;
    const WAYS: usize = 2;
    const MAKE: &'static str = MAKE;
    const REFUND: &'static str = "POST refunds";
    const DISPUTES: &'static [&'static str] = &["GET disputes"];
    const EVIDENCE: Option<&'static str> = Some("POST disputes");

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self {
        Self {
            stub: Stub::start(clock.clock()).await,
            clock: clock.clone(),
            env,
            manual: way == 1,
        }
    }

    fn server(&self) -> &Server<Book> {
        &self.stub
    }

    fn waiting(&self) -> Method {
        card("tok_needs_confirmation")
    }

    fn at_once(&self) -> Option<Method> {
        Some(card("tok_approved"))
    }

    fn steps(&self) -> Vec<&'static str> {
        let mut steps = vec!["GET payment_intents/id"];
        steps.extend(self.manual.then_some("POST payment_intents/capture"));
        steps
    }

    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        Ok(match lie {
            Lie::Amount => ("amount", json!(1)),
            Lie::Currency => ("currency", json!("usd")),
            Lie::Payee => ("transfer_data", json!({"destination": "acct_9"})),
        })
    }

    fn id(&self, payment: PaymentId) -> String {
        let made = self.intents(payment);
        made[0]["id"].as_str().unwrap().to_owned()
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        let made = self.intents(payment);
        let back = |refund: &&Value| made.iter().any(|one| one["id"] == refund["payment_intent"]);
        Kept {
            charges: made.len(),
            taken: made
                .iter()
                .filter(|one| one["status"] == "succeeded")
                .count(),
            refunds: self.stub.refunds().iter().filter(back).count(),
        }
    }

    /// Who holds first gives up what is held then.
    fn takes_late(&self) -> bool {
        !self.manual
    }
}

#[tokio::test]
async fn stripe_keeps_its_word_whenever_it_captures() {
    contract::<AtStripe>().await;
}

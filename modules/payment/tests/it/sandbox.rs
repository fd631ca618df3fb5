//! The stub of the simulated provider for what every provider is tried by. Its contract is tried where it is
//! itself, which this is not.

use std::sync::Mutex;

use async_trait::async_trait;
use feira_kernel::{Env, TestClock};
use feira_payment::{
    Method, PaymentId, ProviderSettings, ProviderWebhook,
    testing::{self, ProviderHarness, card},
};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    harness::{Harness, Kept, Lie, NotSaid},
    provider::{EVIDENCE, LOOK, MAKE, REFUND, Sandbox, Stub},
    stub::Server,
    world::{SECRET, at},
};

pub(crate) struct AtSandbox {
    stub: Stub,
    clock: TestClock,
    env: Env,
    /// Charges that it has yet to tell of, and how many it told of.
    told: Mutex<(Vec<(&'static str, String)>, usize)>,
}

impl AtSandbox {
    fn tells(&self, kind: &'static str, charge: &str) {
        self.told.lock().unwrap().0.push((kind, charge.to_owned()));
    }

    fn disputed(&self, charge: &str, change: Value) {
        let charges = self.stub.charges();
        let found = charges.iter().find(|one| one.id == charge);
        let key = &found.expect("it was made").key;
        self.stub.dispute(key, &format!("dp_{charge}"), change);
        self.tells("dispute.updated", charge);
    }
}

#[async_trait]
impl ProviderHarness for AtSandbox {
    fn settings(&self) -> ProviderSettings {
        at("sandbox", &self.stub)
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, which: &str) {
        let charges = self.stub.charges();
        let charge = charges.iter().find(|charge| charge.id == which);
        self.stub.set(&charge.expect("it was made").key, "captured");
        self.tells("charge.captured", which);
    }

    async fn dispute(&self, charge: &str) {
        self.disputed(charge, json!({}));
    }

    async fn lose_dispute(&self, charge: &str) {
        self.disputed(charge, json!({"status": "lost"}));
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        let mut told = self.told.lock().unwrap();
        let charges = std::mem::take(&mut told.0);
        let signed = charges.into_iter().map(|(kind, charge)| {
            told.1 += 1;
            let id = format!("evt_{}", told.1);
            let body = json!({"id": id, "type": kind, "charge_id": charge});
            let body = body.to_string().into_bytes();
            let header = testing::signature(self.clock.now(), &body, SECRET);
            ProviderWebhook {
                provider: "sandbox".to_owned(),
                path: String::new(),
                headers: vec![("feira-signature".to_owned(), header)],
                body,
            }
        });
        signed.collect()
    }
}

#[async_trait]
impl Harness for AtSandbox {
    type Book = Sandbox;
    const WAYS: usize = 1;
    const MAKE: &'static str = MAKE;
    const REFUND: &'static str = REFUND;
    const DISPUTES: &'static [&'static str] = &["GET charges/disputes"];
    const EVIDENCE: Option<&'static str> = Some(EVIDENCE);

    async fn start(_way: usize, clock: &TestClock, env: Env) -> Self {
        Self {
            stub: Stub::start().await,
            clock: clock.clone(),
            env,
            told: Mutex::default(),
        }
    }

    fn server(&self) -> &Server<Sandbox> {
        &self.stub
    }

    fn waiting(&self) -> Method {
        Method::Pix {}
    }

    fn at_once(&self) -> Option<Method> {
        Some(card("tok_approved"))
    }

    fn steps(&self) -> Vec<&'static str> {
        vec![LOOK]
    }

    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid> {
        Ok(match lie {
            Lie::Amount => ("amount", json!(1)),
            Lie::Currency => ("currency", json!("USD")),
            Lie::Payee => ("payee", json!("somebody else")),
        })
    }

    fn id(&self, payment: PaymentId) -> String {
        self.stub.charge(payment).id
    }

    fn kept(&self, payment: PaymentId) -> Kept {
        let mark = payment.to_string();
        let all = self.stub.charges();
        let of: Vec<_> = all.iter().filter(|charge| charge.key == mark).collect();
        Kept {
            charges: of.len(),
            taken: of
                .iter()
                .filter(|charge| charge.status == "captured")
                .count(),
            refunds: of.iter().map(|charge| charge.refunds.len()).sum(),
        }
    }
}

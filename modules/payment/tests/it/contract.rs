use std::sync::Arc;

use async_trait::async_trait;
use feira_payment::{
    Deps, Method, Payment, PaymentError, Payments, ProviderKind, ProviderSettings, Settings,
    testing::{self, FakePayments, Subject, contract},
};
use feira_store::testing::FakeStores;
use feira_testkit::TestDb;

use crate::world::{World, documents, sandbox};

struct Fake(FakePayments);

#[async_trait]
impl Subject for Fake {
    fn payments(&self) -> Arc<dyn Payments> {
        Arc::new(self.0.clone())
    }

    async fn pay(&self, payment: &Payment) {
        self.0.capture_payment(payment.id);
    }
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    contract(&Fake(FakePayments::new())).await;
}

#[feira_testkit::test("payments")]
async fn the_module_keeps_the_contract(world: World) {
    contract(&world).await;
    world.after(time::Duration::hours(1)).await;
}

#[feira_testkit::test("payments")]
async fn a_missing_or_short_secret_refuses_to_start(db: TestDb) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let good = sandbox("http://127.0.0.1:9");
    let mut bad = Vec::new();
    for secrets in [
        vec![],
        vec![String::new()],
        vec!["s".repeat(32), "s".repeat(31)],
    ] {
        let mut settings = good.clone();
        settings.webhook_secrets = secrets;
        bad.push(settings);
    }
    let mut settings = good.clone();
    settings.api_key = String::new();
    bad.push(settings);
    let start = |sandbox| {
        let sandbox = ProviderKind::Sandbox(sandbox);
        let deps = Deps {
            stores: Arc::new(FakeStores::new()),
            documents: documents(),
        };
        let settings = Settings {
            providers: vec![ProviderSettings::new("sandbox", sandbox)],
            ..Settings::default()
        };
        feira_payment::start(db.env("payments"), deps, settings).map(|_| ())
    };
    for settings in bad {
        assert!(start(settings).is_err());
    }
    assert!(start(good.clone()).is_ok());
    let shown = format!("{good:?}");
    assert!(
        !shown.contains("secret") && !shown.contains("key-of"),
        "{shown}"
    );
}

#[feira_testkit::test("payments")]
async fn without_a_provider_nothing_can_be_paid(db: TestDb) {
    let world = World::with(&db, |settings| settings.providers.clear()).await;
    for method in [Method::Pix {}, testing::card("tok_approved")] {
        let amount = testing::brl(100);
        let refused = world
            .payments
            .accepts(&testing::order(), method, amount, Vec::new(), None)
            .await;
        assert!(matches!(refused, Err(PaymentError::NotOffered)));
    }
}

#[test]
fn the_points_of_failure_have_a_name_each() {
    let names: std::collections::BTreeSet<_> = feira_payment::FAILPOINTS.iter().collect();
    assert_eq!(names.len(), feira_payment::FAILPOINTS.len());
    assert!(names.iter().all(|name| name.starts_with("payment.")));
}

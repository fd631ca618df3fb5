use std::sync::Arc;

use async_trait::async_trait;
use feira_payment::{
    Deps, Payment, Payments, Settings,
    testing::{FakePayments, Subject, contract},
};
use feira_store::testing::FakeStores;
use feira_testkit::run_module;

use crate::world::{World, sandbox};

struct Fake(FakePayments);

#[async_trait]
impl Subject for Fake {
    fn payments(&self) -> Arc<dyn Payments> {
        Arc::new(self.0.clone())
    }

    async fn pay(&self, payment: &Payment) {
        self.0.capture(payment.reference);
    }
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    contract(&Fake(FakePayments::new())).await;
}

#[test]
fn the_module_keeps_the_contract() {
    run_module("payments", |db| async move {
        let world = World::new(&db).await;
        contract(&world).await;
        world.after(time::Duration::hours(1)).await;
    });
}

#[test]
fn a_missing_or_short_secret_refuses_to_start() {
    run_module("payments", |db| async move {
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
            let deps = Deps {
                stores: Arc::new(FakeStores::new()),
            };
            let settings = Settings {
                sandbox: Some(sandbox),
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
    });
}

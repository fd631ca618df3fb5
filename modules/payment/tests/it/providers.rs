//! Several providers at once.

use feira_kernel::{Currency, db, values};
use feira_payment::{
    Method, MethodKind, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings,
    ProviderWebhook, RefundStatus, Stuck,
    testing::{self, FakeProvider},
};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::{
    provider::Stub,
    world::{SECRET, World, at, documents, gateway, operator},
};

/// A notification of the provider about its charge.
fn told(world: &World, provider: &str, event: &str, charge: &str) -> ProviderWebhook {
    let body = format!(r#"{{"id":"{event}","type":"charge.updated","charge_id":"{charge}"}}"#);
    ProviderWebhook {
        provider: provider.to_owned(),
        ..world.signed(&body, SECRET)
    }
}

#[feira_testkit::test("payments")]
async fn a_payment_stays_with_its_provider_whoever_is_chosen_now(db: TestDb) {
    let (a, b) = (Stub::start().await, Stub::start().await);
    let world = World::at(&db, vec![at("a", &a), at("b", &b)]).await;
    let paid = world.captured(&[1000]).await;
    assert_eq!(paid.payment.gateway, "a");

    let retired = ProviderSettings {
        takes_new: false,
        ..at("a", &a)
    };
    let alone = World::at(&db, vec![retired.clone()]).await;
    let none = alone.payments.methods(&operator(), Currency::BRL).await;
    assert!(none.unwrap().is_empty(), "it goes on with what it has");
    for providers in [vec![at("b", &b), at("a", &a)], vec![retired, at("b", &b)]] {
        let world = World::at(&db, providers).await;
        let part = paid.refund(&[(0, 400)]);
        let refund = world.refund(part).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Completed);
        let next = world.captured(&[500]).await;
        assert_eq!(next.payment.gateway, "b");
        for (currency, ways) in [
            (Currency::BRL, vec![MethodKind::Pix, MethodKind::Card]),
            (Currency::JPY, vec![MethodKind::Card]),
        ] {
            let offered = world.payments.methods(&operator(), currency).await;
            assert_eq!(offered.unwrap(), ways);
        }
        let order = testing::order();
        let refused = world.payments.methods(&order, Currency::BRL).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
    assert_eq!((a.charges().len(), b.charges().len()), (1, 2));
    assert_eq!(a.charge(paid.payment.id).refunds.len(), 2);
}

#[feira_testkit::test("payments")]
async fn a_notification_moves_nothing_of_another_provider(db: TestDb) {
    let (a, b) = (Stub::start().await, Stub::start().await);
    let world = World::at(&db, vec![at("b", &b), at("a", &a)]).await;
    let theirs = world.started(Method::Pix {}, 1990).await;
    let world = World::at(&db, vec![at("a", &a), at("b", &b)]).await;
    let payment = world.started(Method::Pix {}, 1990).await;
    // It says that its charge, of the same id even, is what pays the other's payment.
    b.change(theirs.id, |charge| {
        charge.key = payment.id.to_string();
        charge.status = "captured";
    });
    let charge = a.charge(payment.id).id;
    assert_eq!(b.charge(payment.id).id, charge);
    world.notify(told(&world, "b", "evt_1", &charge)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);

    // An event is known by its provider and its id.
    a.set(payment.id, "captured");
    world.notify(told(&world, "a", "evt_1", &charge)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn without_its_provider_a_payment_waits_and_others_go_on(db: TestDb) {
    let (a, b) = (Stub::start().await, Stub::start().await);
    let world = World::at(&db, vec![at("a", &a), at("b", &b)]).await;
    let paid = world.captured(&[1000]).await;
    let mut waiting = Vec::new();
    // More than are looked at together.
    for _ in 0..9 {
        let payment = world.started(Method::Pix {}, 1990).await;
        a.set(payment.id, "captured");
        waiting.push(payment.id);
    }
    let charge = a.charge(waiting[0]).id;

    let world = World::at(&db, vec![at("b", &b)]).await;
    let other = world.started(Method::Pix {}, 700).await;
    assert_eq!(other.gateway, "b");
    b.set(other.id, "captured");
    let (payments, order) = (&world.payments, testing::order());
    let refund = payments.refund(&order, paid.refund(&[(0, 400)])).await;
    assert!(
        matches!(refund, Err(PaymentError::Unavailable(_))),
        "{refund:?}"
    );
    assert_eq!(world.count("refunds").await, 0);
    let ended = payments.cancel(&order, waiting[0]).await;
    assert!(
        matches!(ended, Err(PaymentError::Unavailable(_))),
        "{ended:?}"
    );
    let told = told(&world, "a", "evt_1", &charge);
    let unknown = payments.provider_webhook(&gateway(), told).await;
    assert!(
        matches!(unknown, Err(PaymentError::NotFound)),
        "{unknown:?}"
    );
    world.after(Duration::seconds(30)).await;
    assert_eq!(world.payment(other.id).await.status, S::Completed);
    let pending = "payments WHERE status = 'pending'";
    assert_eq!(world.count(pending).await, 9);
    let gone = Stuck {
        provider: "a".to_owned(),
        unconfigured: 9,
        forgotten: 0,
    };
    let told = world.payments.stuck(&operator()).await;
    assert_eq!(told.unwrap(), [gone]);
    let refused = world.payments.stuck(&testing::order()).await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );

    let world = World::at(&db, vec![at("b", &b), at("a", &a)]).await;
    let told = world.payments.stuck(&operator()).await;
    assert!(told.unwrap().is_empty());
    world.after(Duration::seconds(30)).await;
    assert_eq!(world.count(pending).await, 0);
}

/// Nor are all that the provider ever had.
#[feira_testkit::test("payments")]
async fn what_waits_for_another_provider_is_not_read(db: TestDb, world: World) {
    let owner = db.owner().await;
    let others = "INSERT INTO payments.payments (id, key, reference, attempt, description, method, gateway, \
             amount, currency, status, next_poll_at, expires_at) \
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'others', 'pix', \
             CASE WHEN n % 2 = 0 THEN 'gone' ELSE 'sandbox' END, 1, 'BRL', 'expired', \
             CASE WHEN n % 2 = 0 THEN now() END, now() FROM generate_series(1, 2000) AS n";
    // As it is planned by a connection that is opened early, and later.
    for rows in [None, Some(others)] {
        if let Some(rows) = rows {
            owner.execute_unprepared(rows).await.unwrap();
            let known = "ANALYZE payments.payments";
            owner.execute_unprepared(known).await.unwrap();
        }
        let claim = include_str!("../../src/sql/claim_payments.sql");
        let sql = format!("EXPLAIN (FORMAT JSON) {claim}");
        let values = values![world.env.now(), 8_i64, 15_i64, 300_i64, "sandbox"];
        let plan: Option<serde_json::Value> = db::scalar(world.env.pool.write(), &sql, values)
            .await
            .unwrap();
        let plan = plan.unwrap().to_string();
        assert!(plan.contains("payments_due_of_provider"), "{plan}");
        assert!(!plan.contains("payments_transaction"), "{plan}");
    }
    let none = "DELETE FROM payments.payments WHERE description = 'others'";
    owner.execute_unprepared(none).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn a_provider_that_is_down_delays_no_other(db: TestDb) {
    let (a, b) = (Stub::start().await, Stub::start().await);
    let world = World::at(&db, vec![at("a", &a), at("b", &b)]).await;
    let paid = world.captured(&[1000]).await;
    for _ in 0..9 {
        world.started(Method::Pix {}, 1990).await;
    }
    a.down(true);
    let refund = paid.refund(&[(0, 1000)]);
    let refund = world.refund(refund).await;
    assert_eq!(refund.unwrap().status, RefundStatus::Pending);
    let world = World::at(&db, vec![at("b", &b), at("a", &a)]).await;
    let other = world.started(Method::Pix {}, 700).await;
    b.set(other.id, "captured");
    world.after(Duration::seconds(30)).await;
    assert_eq!(world.payment(other.id).await.status, S::Completed);
    a.down(false);
    world.after(Duration::minutes(2)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
}

#[feira_testkit::test("payments")]
async fn two_providers_of_one_name_and_odd_names_refuse_to_start(db: TestDb) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let start = |names: &[&str]| {
        let fake = FakeProvider::new(db.clock().clock());
        let named = |name: &&str| ProviderSettings::new(name, ProviderKind::Fake(fake.clone()));
        let settings = feira_payment::Settings {
            providers: names.iter().map(named).collect(),
            ..Default::default()
        };
        let deps = feira_payment::Deps {
            stores: std::sync::Arc::new(feira_store::testing::FakeStores::new()),
            documents: documents(),
        };
        feira_payment::start(db.env("payments"), deps, settings).is_ok()
    };
    assert!(start(&["a", "b-2", "c_3"]));
    for names in [&["a", "a"][..], &[""], &["A"], &["a/b"], &["ação"]] {
        assert!(!start(names), "{names:?}");
    }
}

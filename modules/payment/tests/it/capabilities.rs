//! What is asked of a provider that cannot do everything.

use feira_kernel::{Currency, Money, StoreId};
use feira_payment::{
    Method, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings, RefundStatus,
    testing::{self, FakeProvider, brl, card},
};
use feira_testkit::TestDb;
use time::Duration;

use crate::world::{World, operator};

async fn with_fake(
    db: &TestDb,
    change: impl FnOnce(FakeProvider) -> FakeProvider,
) -> (World, FakeProvider) {
    let fake = change(FakeProvider::new(db.clock().clock()));
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    (World::at(db, vec![provider]).await, fake)
}

#[feira_testkit::test("payments")]
async fn who_takes_a_payment_goes_by_method_store_currency_and_amount(db: TestDb) {
    let (x, y) = (StoreId(testing::random()), StoreId(testing::random()));
    let clock = db.clock().clock();
    let taking = |name, least, most, stores| {
        let fake = FakeProvider::new(clock.clone());
        let fake = fake.taking(&card("any"), brl(least), brl(most));
        ProviderSettings {
            stores,
            ..ProviderSettings::new(name, ProviderKind::Fake(fake))
        }
    };
    let small = taking("small", 100, 5_000, vec![x]);
    let large = taking("large", 2_000, 90_000, Vec::new());
    let world = World::at(&db, vec![small, large]).await;
    let order = testing::order();
    for (minor, stores, expected) in [
        (3_000, vec![x], "small"),
        (1_000, vec![x], "small"),
        (5_001, vec![x], "large"),
        (3_000, vec![y], "large"),
        (3_000, vec![x, y], "large"),
    ] {
        let (method, stores_of) = (card("tok_approved"), stores.clone());
        let accepts = world
            .payments
            .accepts(&order, method, brl(minor), stores_of, None);
        accepts.await.unwrap();
        let mut parts = vec![testing::split(stores[0], testing::random(), minor)];
        if let Some(second) = stores.get(1) {
            parts = vec![
                testing::split(stores[0], testing::random(), minor - 1_000),
                testing::split(*second, testing::random(), 1_000),
            ];
        }
        let start = testing::start(testing::random(), card("tok_approved"), parts);
        let payment = world.payments.start(&order, start).await.unwrap();
        assert_eq!(payment.gateway, expected, "{minor} {stores:?}");
    }
    let usd = Money::from_minor(3_000, Currency::USD).unwrap();
    for (method, amount, store, limits) in [
        (card("tok_approved"), brl(1_000), y, Some((2_000, 90_000))),
        (card("tok_approved"), brl(90_001), x, Some((2_000, 90_000))),
        (card("tok_approved"), usd, x, None),
        (Method::Pix {}, brl(3_000), x, None),
    ] {
        let accepts = world
            .payments
            .accepts(&order, method, amount, vec![store], None)
            .await;
        let told = match accepts.unwrap_err() {
            PaymentError::AmountNotAccepted { least, most } => Some((least.minor(), most.minor())),
            PaymentError::NotOffered => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(told, limits, "{amount}");
    }
}

#[feira_testkit::test("payments")]
async fn what_a_provider_cannot_do_is_not_asked_of_it(db: TestDb) {
    let (world, fake) = with_fake(&db, |fake| {
        fake.without_partial_refunds()
            .without_voids()
            .refunding_within(Duration::days(90))
    })
    .await;
    let (payments, order) = (&world.payments, testing::order());
    let (soon, late) = (
        world.captured(&[1000, 500]).await,
        world.captured(&[700]).await,
    );
    let part = payments.refund(&order, soon.refund(&[(0, 1000)])).await;
    assert!(
        matches!(part, Err(PaymentError::RefundWholeOnly)),
        "{part:?}"
    );
    assert_eq!(world.count("refunds").await, 0);
    let whole = soon.refund(&[(0, 1000), (1, 500)]);
    let whole = payments.refund(&order, whole).await.unwrap();
    assert_eq!(whole.status, RefundStatus::Completed);

    let open = world.started(Method::Pix {}, 1990).await;
    let ended = payments.cancel(&order, open.id).await;
    assert!(
        matches!(ended, Err(PaymentError::Unavailable(_))),
        "{ended:?}"
    );
    assert_eq!(world.payment(open.id).await.status, S::Pending);
    world.after(Duration::minutes(31)).await;
    assert_eq!(world.payment(open.id).await.status, S::Pending);
    fake.pay("tx3");
    world.after(Duration::minutes(10)).await;
    assert_eq!(world.payment(open.id).await.status, S::Completed);

    let can = || payments.refundable(&order, late.payment.reference);
    can().await.unwrap();
    db.clock().advance(Duration::days(90));
    let denied = can().await;
    assert!(
        matches!(denied, Err(PaymentError::RefundTooLate)),
        "{denied:?}"
    );
    // Of what has gone back, and of what was never paid, nothing is to be given back.
    let nothing = world.started(Method::Pix {}, 1990).await;
    for reference in [soon.payment.reference, nothing.reference] {
        payments.refundable(&order, reference).await.unwrap();
    }
    let over = payments.refund(&order, late.refund(&[(0, 700)])).await;
    assert!(matches!(over, Err(PaymentError::RefundTooLate)), "{over:?}");
    assert_eq!(fake.made(), (4, 1));
}

#[feira_testkit::test("payments")]
async fn what_has_a_forgotten_key_is_not_asked_for_again(db: TestDb) {
    let (world, fake) = with_fake(&db, |fake| fake.keeping_keys_for(Duration::minutes(2))).await;
    let paid = world.captured(&[1000]).await;
    fake.lose_next();
    let refund = paid.refund(&[(0, 1000)]);
    let lost = world.refund(refund.clone()).await;
    assert_eq!(lost.unwrap().status, RefundStatus::Pending);
    fake.lose_next();
    let payment = world.started(card("tok_approved"), 800).await;
    assert_eq!((payment.status, fake.made()), (S::Pending, (1, 0)));
    world.after(Duration::minutes(3)).await;
    let known = world.refund(refund).await;
    assert_eq!(known.unwrap().status, RefundStatus::Pending);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    assert_eq!(fake.made(), (1, 0));
    // It was never charged, and ends as it would have.
    world.after(Duration::minutes(30)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Expired);
}

/// Two calls of five seconds may lie between the decision and the provider.
#[feira_testkit::test("payments")]
async fn a_key_that_is_soon_forgotten_is_not_used_again(db: TestDb) {
    let (world, fake) = with_fake(&db, |fake| fake.keeping_keys_for(Duration::minutes(2))).await;
    for (seconds, refunded, charged) in [
        (109, RefundStatus::Completed, S::Completed),
        (111, RefundStatus::Pending, S::Pending),
    ] {
        let paid = world.captured(&[1000]).await;
        fake.lose_next();
        let refund = paid.refund(&[(0, 1000)]);
        let lost = world.refund(refund.clone()).await;
        assert_eq!(lost.unwrap().status, RefundStatus::Pending);
        fake.lose_next();
        let payment = world.started(card("tok_approved"), 800).await;
        assert_eq!(payment.status, S::Pending);
        world.after(Duration::seconds(seconds)).await;
        let known = world.refund(refund).await;
        assert_eq!(known.unwrap().status, refunded, "{seconds}");
        let status = world.payment(payment.id).await.status;
        assert_eq!(status, charged, "{seconds}");
        let told = world.payments.stuck(&operator()).await.unwrap();
        let forgotten: Vec<_> = told.iter().map(|at| at.forgotten).collect();
        let waits = refunded == RefundStatus::Pending;
        assert_eq!(forgotten, vec![1; usize::from(waits)], "{seconds}");
    }
    world.after(Duration::minutes(30)).await;
}

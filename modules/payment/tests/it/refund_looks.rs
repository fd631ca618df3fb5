//! What is learnt of refunds beside their answers: late refusals, and money that comes back weeks later.

use feira_payment::{
    PaymentStatus as S, ProviderKind, ProviderSettings, ProviderWebhook, RefundStatus, Settings,
    testing::{self, FakeProvider},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::world::{World, operator};

async fn with_fake(db: &TestDb, change: impl FnOnce(&mut Settings)) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::with(db, |settings| {
        settings.providers = vec![provider];
        change(settings);
    });
    (world.await, fake)
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

async fn given_back(world: &World) -> i64 {
    let back = "ledger_transactions WHERE kind = 'refund_returned'";
    world.count(back).await
}

/// Who asked since may have been heard: another refund in its place would go back beside it.
#[feira_testkit::test("payments")]
async fn a_refusal_counts_only_if_nobody_asked_since(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let held = fake.holds_next_refund();
    let asked = paid.refund(&[(0, 400)]);
    let (payments, again) = (world.payments.clone(), asked.clone());
    let first = tokio::spawn(async move { payments.refund(&testing::order(), again).await });
    held.arrived().await;
    fake.lose_next();
    world.after(Duration::minutes(1)).await;
    held.go_on();
    let refused = first.await.unwrap().unwrap();
    assert_eq!(refused.status, RefundStatus::Pending);
    world.after(Duration::minutes(1)).await;
    let made = world.refund(asked).await.unwrap();
    assert_eq!(
        (made.id, made.status),
        (refused.id, RefundStatus::Completed)
    );
    assert_eq!(fake.made().1, 1);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_refusal_that_nobody_asked_after_ends_it(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let held = fake.holds_next_refund();
    held.go_on();
    let refused = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(refused.status, RefundStatus::Failed);
    sound(&world).await;
}

/// The provider tells of it while it does not answer, and is gone for longer than a notification is tried.
#[feira_testkit::test("payments")]
async fn what_is_told_of_a_refund_is_not_forgotten_while_its_provider_is_down(db: TestDb) {
    let unwatched = |settings: &mut Settings| settings.refunds_watched_for = Duration::ZERO;
    let (world, fake) = with_fake(&db, unwatched).await;
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    fake.send_back(0);
    fake.is_down(true);
    for told in fake.notifications() {
        world.notify(told).await;
    }
    for _ in 0..15 {
        world.after(Duration::hours(2)).await;
    }
    let tried = "provider_events WHERE attempts > 10 AND state = 'received'";
    assert_eq!(world.count(tried).await, 1, "it is not given up");
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    fake.is_down(false);
    world.after(Duration::hours(2)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    assert_eq!(given_back(&world).await, 1);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_refund_that_comes_back_untold_is_found(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000, 500]).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    world.refund(paid.refund(&[(1, 500)])).await.unwrap();
    world.after(Duration::days(9)).await;
    fake.send_back(0);
    let untold: Vec<ProviderWebhook> = fake.notifications();
    assert_eq!(untold.len(), 1);
    // It does not answer when it is asked.
    fake.is_down(true);
    world.after(Duration::days(1)).await;
    assert_eq!(given_back(&world).await, 0);
    fake.is_down(false);
    world.after(Duration::hours(2)).await;
    assert_eq!(given_back(&world).await, 1);
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(payment.status, S::PartiallyRefunded);
    // What has come back is not asked about again; the other is, as long as is set.
    let watched = "refunds WHERE next_look_at IS NOT NULL AND status = 'completed'";
    assert_eq!(world.count(watched).await, 1);
    for _ in 0..18 {
        world.after(Duration::days(1)).await;
    }
    assert_eq!(world.count(watched).await, 1);
    for _ in 0..12 {
        world.after(Duration::days(1)).await;
    }
    assert_eq!(world.count(watched).await, 0);
    fake.send_back(1);
    world.after(Duration::days(3)).await;
    assert_eq!(given_back(&world).await, 1, "nobody asks any more");
    sound(&world).await;
}

/// An earlier release wrote nothing of when to look.
#[feira_testkit::test("payments")]
async fn what_another_release_completed_is_watched_too(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    let earlier = "UPDATE payments.refunds SET next_look_at = DEFAULT";
    let owner = db.owner().await;
    owner.execute_unprepared(earlier).await.unwrap();
    fake.send_back(0);
    world.after(Duration::minutes(2)).await;
    assert_eq!(given_back(&world).await, 1);
}

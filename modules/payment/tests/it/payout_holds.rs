//! When stores are paid, and what keeps them from it.

use feira_kernel::{Actor, StoreId, Time};
use feira_payment::{
    NewReserve, NextPayout, PaymentError, PayoutSlot, PayoutStatus, WhyNotPaid as W, testing,
};
use feira_store::{StoreStatus, testing::payee_account};
use feira_testkit::TestDb;
use time::{Duration, Weekday, macros::datetime};
use tokio::task::JoinSet;

use crate::world::{World, operator, seller};

/// A store with so much payable.
async fn payable(world: &World, amount: i64) -> StoreId {
    let paid = world.captured(&[amount]).await;
    world.release(&paid, 0).await;
    paid.store(0)
}

async fn made(world: &World) -> usize {
    let made = world.payments.run_payouts(&operator(), None).await;
    made.unwrap().len()
}

async fn next(world: &World, store: StoreId) -> NextPayout {
    let next = world.payments.next_payouts(&seller(store), None).await;
    let mut next = next.unwrap();
    assert_eq!(next.len(), 1, "{next:?}");
    next.remove(0)
}

#[feira_testkit::test("payments")]
async fn a_changed_account_is_paid_after_its_hours_and_no_sooner(world: World) {
    let store = payable(&world, 2000).await;
    let changed = world.env.now();
    world
        .stores
        .set_account(store, Some(payee_account("another", changed)));
    assert_eq!(made(&world).await, 0);
    let until = changed + Duration::hours(24);
    assert_eq!(
        next(&world, store).await.why_not,
        Some(W::AccountChanged { until })
    );
    world
        .db
        .clock()
        .advance(Duration::hours(24) - Duration::SECOND);
    assert_eq!(made(&world).await, 0);
    world.db.clock().advance(Duration::SECOND);
    assert_eq!(next(&world, store).await.why_not, None);
    assert_eq!(made(&world).await, 1);
}

#[feira_testkit::test("payments")]
async fn a_payout_goes_to_the_account_that_the_store_had_then(world: World) {
    let store = payable(&world, 2000).await;
    let old = payee_account("00000000-0000-4000-8000-00000000000a", Time::UNIX_EPOCH);
    world.stores.set_account(store, Some(old.clone()));
    let payout = world
        .payments
        .run_payouts(&operator(), None)
        .await
        .unwrap()
        .remove(0);
    let new = payee_account("00000000-0000-4000-8000-00000000000b", world.env.now());
    world.stores.set_account(store, Some(new));
    assert_eq!(payout.account.as_deref(), Some("***000a"));
    let to = world
        .payments
        .payout_target(&operator(), payout.id)
        .await
        .unwrap();
    assert_eq!(
        (to.holder.as_str(), to.destination),
        ("Loja Ltda.", old.destination)
    );
    let file = world
        .payments
        .payout_file(&operator(), false, None)
        .await
        .unwrap();
    assert_eq!(file.payouts, 1);
    assert!(file.csv.contains("00000000000a\"") && !file.csv.contains("00000000000b\""));
    let written =
        "audit WHERE action IN ('payment.payout_account_seen', 'payment.payout_file_made')";
    assert_eq!(world.count(written).await, 2);
    for actor in [seller(store), Actor::stranger(), Actor::system("order")] {
        let refused = world.payments.payout_target(&actor, payout.id).await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
        let refused = world.payments.payout_file(&actor, true, None).await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
}

#[feira_testkit::test("payments")]
async fn who_has_no_account_or_is_suspended_waits_and_is_told_why(world: World) {
    let without = payable(&world, 2000).await;
    world.stores.set_account(without, None);
    let suspended = payable(&world, 2000).await;
    world.stores.set_status(suspended, StoreStatus::Suspended);
    assert_eq!(made(&world).await, 0);
    assert_eq!(next(&world, without).await.why_not, Some(W::NoAccount {}));
    assert_eq!(
        next(&world, suspended).await.why_not,
        Some(W::StoreSuspended {})
    );
    // A closed one is paid what it is owed.
    world.stores.set_status(suspended, StoreStatus::Closed);
    assert_eq!(made(&world).await, 1);
}

#[feira_testkit::test("payments")]
async fn the_reasons_of_a_sum_are_told_with_its_amount(world: World) {
    let small = payable(&world, 400).await;
    let told = next(&world, small).await;
    let minimum = testing::brl(500);
    assert_eq!(told.amount, testing::brl(360).into());
    assert_eq!(told.why_not, Some(W::BelowMinimum { minimum }));
    let paid = world.captured(&[2000]).await;
    let store = paid.store(0);
    assert_eq!(
        next(&world, store).await.why_not,
        Some(W::NothingPayable {})
    );
    world.release(&paid, 0).await;
    assert_eq!(made(&world).await, 1);
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    let told = next(&world, store).await;
    assert_eq!(told.amount, testing::brl(-450).into());
    assert_eq!(told.why_not, Some(W::NegativeBalance {}));
    let foreign = world
        .payments
        .next_payouts(&seller(small), Some(store))
        .await;
    assert!(
        matches!(foreign, Err(PaymentError::NotFound)),
        "{foreign:?}"
    );
}

#[feira_testkit::test("payments")]
async fn what_became_payable_is_kept_for_its_days_longer_for_a_new_store(db: TestDb) {
    let world = World::with(&db, |settings| {
        settings.payout_hold = Duration::days(2);
        settings.new_store_hold = Duration::days(10);
        settings.new_store_for = Duration::days(30);
    })
    .await;
    let (old, new) = (payable(&world, 2000).await, payable(&world, 2000).await);
    world.stores.set_approved_at(new, world.env.now());
    assert_eq!(made(&world).await, 0);
    let until = world.env.now() + Duration::days(10);
    assert_eq!(next(&world, new).await.why_not, Some(W::Held { until }));
    world
        .db
        .clock()
        .advance(Duration::days(2) - Duration::SECOND);
    assert_eq!(made(&world).await, 0);
    world.db.clock().advance(Duration::SECOND);
    let paid = world.payments.run_payouts(&operator(), None).await.unwrap();
    let stores: Vec<_> = paid.iter().map(|payout| payout.store).collect();
    assert_eq!(stores, [old]);
    world.db.clock().advance(Duration::days(8));
    assert_eq!(made(&world).await, 1);
    // Thirty days later it is new no more.
    world.db.clock().advance(Duration::days(20));
    let split = testing::split(new, testing::random(), 3000);
    let mut again = testing::start(
        testing::random(),
        testing::card("tok_approved"),
        vec![split],
    );
    again.expires_at = world.env.now() + Duration::hours(1);
    let payment = world.begin(again.clone()).await.unwrap();
    let again = crate::world::Paid {
        payment,
        start: again,
    };
    world.release(&again, 0).await;
    world.db.clock().advance(Duration::days(2));
    assert_eq!(made(&world).await, 1);
}

#[feira_testkit::test("payments")]
async fn what_was_kept_back_and_is_given_back_is_not_kept_for_days_again(db: TestDb) {
    let world = World::with(&db, |settings| settings.payout_hold = Duration::days(2)).await;
    let store = payable(&world, 2000).await;
    world.db.clock().advance(Duration::days(2));
    let reserve = NewReserve {
        store,
        amount: testing::brl(700),
        reason: "many returns".to_owned(),
        release_at: world.env.now() + Duration::days(30),
    };
    let payments = &world.payments;
    let held = payments.hold_reserve(&operator(), reserve, None).await;
    let released = payments
        .release_reserve(&operator(), held.unwrap().id, None)
        .await;
    released.unwrap();
    let told = next(&world, store).await;
    assert_eq!(
        (told.amount, told.why_not),
        (testing::brl(1800).into(), None)
    );
    let paid = payments.run_payouts(&operator(), None).await.unwrap();
    let paid: Vec<i128> = paid.iter().map(|payout| payout.amount.minor()).collect();
    assert_eq!(paid, [1800]);
}

#[feira_testkit::test("payments")]
async fn one_store_is_paid_now_and_no_other(world: World) {
    let (one, other) = (payable(&world, 2000).await, payable(&world, 2000).await);
    let mut runs = JoinSet::new();
    for _ in 0..4 {
        let payments = world.payments.clone();
        runs.spawn(async move { payments.pay_store(&operator(), one, None).await.unwrap() });
    }
    let made: Vec<_> = runs.join_all().await.into_iter().flatten().collect();
    assert_eq!((made.len(), made[0].store), (1, one));
    assert_eq!(world.balance(other).await, [0, 1800, 0, 0]);
    let nobody = StoreId(testing::random());
    let refused = world.payments.pay_store(&operator(), nobody, None).await;
    assert!(
        matches!(refused, Err(PaymentError::NotFound)),
        "{refused:?}"
    );
    let refused = world.payments.pay_store(&seller(other), other, None).await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );
    let details = world
        .payments
        .payout(&seller(one), made[0].id)
        .await
        .unwrap();
    assert_eq!(
        (details.items.len(), details.payout.status),
        (1, PayoutStatus::Pending)
    );
    assert!(details.items[0].part.is_some());
    let foreign = world.payments.payout(&seller(other), made[0].id).await;
    assert!(
        matches!(foreign, Err(PaymentError::NotFound)),
        "{foreign:?}"
    );
}

#[feira_testkit::test("payments")]
async fn by_a_weekday_stores_are_paid_in_its_hour_of_the_zone(db: TestDb) {
    // A Monday; nine o'clock in São Paulo is noon in UTC.
    db.clock().set(datetime!(2026-03-02 12:00 UTC));
    let world = World::with(&db, |settings| {
        settings.payout_at = Some(PayoutSlot {
            weekday: Weekday::Wednesday,
            hour: 9,
            time_zone: "America/Sao_Paulo".to_owned(),
        });
    })
    .await;
    world.after(Duration::minutes(20)).await;
    let store = payable(&world, 2000).await;
    let slot = datetime!(2026-03-04 12:00 UTC);
    assert_eq!(next(&world, store).await.at, slot);
    world.db.clock().set(slot - Duration::minutes(15));
    world.runner.settle().await.unwrap();
    assert_eq!(world.count("payouts").await, 0);
    world.after(Duration::minutes(15)).await;
    assert_eq!(world.count("payouts").await, 1);
    assert_eq!(next(&world, store).await.at, slot + Duration::days(7));
    payable(&world, 3000).await;
    world.after(Duration::days(6)).await;
    assert_eq!(world.count("payouts").await, 1);
    world.after(Duration::days(1)).await;
    assert_eq!(world.count("payouts").await, 2);
}

//! Charges of which nobody says how they were split: silence is no proof, neither that stores have their money nor that
//! they have not.

use feira_payment::{EarningState, PaymentError};
use feira_testkit::{TestDb, violations};
use time::Duration;

use super::{
    Stub,
    splits::{bought, ready, state},
    world,
};
use crate::{
    stub::Fault,
    world::{Paid, World, operator, seller},
};

fn silent(stub: &Stub, silent: bool) {
    stub.book(|book| {
        book.accounts.silent = silent;
        book.accounts.silent_made = silent;
    });
}

async fn say(world: &World, paid: &Paid, split: bool) -> Result<(), PaymentError> {
    let (id, part, by) = (paid.payment.id, paid.start.splits[0].part, operator());
    let said = world.payments.settle_split(&by, id, part, split, None);
    said.await
        .map(|details| assert_eq!(details.asked_splits, []))
}

#[feira_testkit::test("payments")]
async fn what_nobody_says_was_split_waits_for_an_operator(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    silent(&stub, true);
    let [split, unsplit] = [
        bought(&world, &stub, store).await,
        bought(&world, &stub, store).await,
    ];
    world.release(&split, 0).await;
    world.release(&unsplit, 0).await;
    for _ in 0..3 {
        world.after(Duration::days(2)).await;
    }
    // Told once of each, and neither released nor paid.
    assert_eq!(world.count("payment_logs").await, 2);
    assert_eq!(state(&world, &split, 0).await, EarningState::Pending);
    assert_eq!(world.balance(store).await, [3600, 0, 0, 0]);
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert!(made.iter().all(|one| one.store != store));

    let (id, part) = (split.payment.id, split.start.splits[0].part);
    let details = world.payments.details(&operator(), id).await.unwrap();
    assert_eq!(details.asked_splits.len(), 1);
    assert_eq!(details.asked_splits[0].part, part);
    let by = seller(store);
    let not_hers = world.payments.settle_split(&by, id, part, true, None).await;
    assert!(matches!(not_hers, Err(PaymentError::Forbidden)));
    for _ in 0..2 {
        say(&world, &split, true).await.unwrap();
        say(&world, &unsplit, false).await.unwrap();
    }
    let other = say(&world, &split, false).await;
    assert!(matches!(other, Err(PaymentError::SplitMove)));
    // The one is in the account, and the other is payable, as it was released.
    assert_eq!(state(&world, &split, 0).await, EarningState::PaidAtProvider);
    assert_eq!(world.balance(store).await, [0, 1800, 0, 1800]);
    assert_eq!(
        world
            .count("audit WHERE action = 'payment.split_settled'")
            .await,
        2
    );
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn what_is_not_known_is_asked_before_it_is_released(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    silent(&stub, true);
    let paid = bought(&world, &stub, store).await;
    silent(&stub, false);
    world.release(&paid, 0).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
}

#[feira_testkit::test("payments")]
async fn what_the_making_of_a_charge_said_is_enough(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    stub.book(|book| book.accounts.silent = true);
    bought(&world, &stub, store).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    assert_eq!(world.count("payment_logs").await, 0);
}

/// However long ago it was captured, and only so often as it is worth it.
#[feira_testkit::test("payments")]
async fn the_job_never_gives_up_and_stops_at_a_provider_that_is_down(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    silent(&stub, true);
    for _ in 0..5 {
        bought(&world, &stub, store).await;
    }
    silent(&stub, false);
    for _ in 0..5 {
        stub.next("GET charge", Fault::Before(503));
    }
    world.after(Duration::days(20)).await;
    assert_eq!(stub.left(), 2, "three were asked in vain");
    assert_eq!(world.balance(store).await, [9000, 0, 0, 0]);
    stub.forget_next("GET charge");
    world.after(Duration::days(2)).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 9000]);
}

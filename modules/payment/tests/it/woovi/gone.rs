//! Accounts that are not there any more, or are not those that the store is paid on.

use feira_payment::EarningState;
use feira_store::testing::payee_account;
use feira_testkit::TestDb;

use super::{
    splits::{KEY, begun, bought, ready, state},
    world,
};
use crate::world::World;

#[feira_testkit::test("payments")]
async fn a_charge_is_made_without_the_account_that_is_gone(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    stub.book(|book| book.accounts.all.clear());
    let paid = bought(&world, &stub, store).await;
    assert!(stub.book(|book| book.charge(paid.payment.id).get("splits").is_none()));
    assert_eq!(stub.calls("POST charge"), 2);
    assert_eq!(state(&world, &paid, 0).await, EarningState::Pending);
    assert_eq!(world.balance(store).await, [1800, 0, 0, 0]);
    world.release(&paid, 0).await;
    assert_eq!(world.balance(store).await, [0, 1800, 0, 0]);
    // The next charge is not split to it to begin with.
    bought(&world, &stub, store).await;
    assert_eq!(stub.calls("POST charge"), 3);
}

#[feira_testkit::test("payments")]
async fn a_charge_that_is_refused_for_something_else_is_refused(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    stub.next("POST charge", crate::stub::Fault::Before(400));
    let paid = begun(&world, store).await;
    assert_eq!(paid.payment.status, feira_payment::PaymentStatus::Failed);
    assert_eq!(stub.calls("POST charge"), 1);
}

/// At once, and not when somebody looks at the account again.
#[feira_testkit::test("payments")]
async fn nothing_is_split_to_a_key_on_which_the_store_is_not_paid_any_more(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let now = world.env.now();
    for key in ["nova@feira.example", KEY] {
        world
            .stores
            .set_account(store, Some(payee_account(key, now)));
        let paid = begun(&world, store).await;
        let split = stub.book(|book| book.charge(paid.payment.id).get("splits").is_some());
        assert_eq!(split, key == KEY);
    }
}

/// Who waits for documents does not pay before them.
#[feira_testkit::test("payments")]
async fn nothing_is_split_while_payouts_wait_for_documents(db: TestDb) {
    let stub = super::stub(db.clock().clock()).await;
    let provider = super::at(&stub, |_| {});
    let world = World::with(&db, |settings| {
        settings.providers = vec![provider];
        settings.document_before_payout = true;
    })
    .await;
    let store = ready(&world).await;
    let paid = begun(&world, store).await;
    assert!(stub.book(|book| book.charge(paid.payment.id).get("splits").is_none()));
}

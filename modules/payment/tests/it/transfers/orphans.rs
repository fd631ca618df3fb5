//! Transfers that were asked of a provider which is not configured any more.

use feira_payment::{PaymentError, Payout, PayoutStatus as S, TransferState as T};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use super::{payable, run, told, with_fake};
use crate::world::{World, operator};

/// Asked, and its answer was never heard.
async fn asked(db: &TestDb) -> (World, Payout, [i64; 4]) {
    let (world, fake) = with_fake(db).await;
    let (paid, _) = payable(&world, &fake).await;
    let payout = run(&world).await;
    let sql = "UPDATE payments.payout_transfers SET state = 'asked', attempts = 1";
    db.owner().await.execute_unprepared(sql).await.unwrap();
    let balance = world.balance(paid.store(0)).await;
    assert_eq!(balance, [0, 0, 1800, 0]);
    (world, payout, balance)
}

async fn give_up(world: &World, payout: &Payout, word: bool) -> Result<Payout, PaymentError> {
    let reason = "It was not made".to_owned();
    let payments = &world.payments;
    payments
        .cancel_payout(&operator(), payout.id, reason, word, None)
        .await
}

async fn mark(world: &World, payout: &Payout, reference: &str) -> Result<Payout, PaymentError> {
    let payments = &world.payments;
    payments
        .mark_payout_paid(&operator(), payout.id, reference.to_owned(), None)
        .await
}

#[feira_testkit::test("payments")]
async fn an_orphan_is_given_up_only_with_the_word_that_it_was_not_made(db: TestDb) {
    let (world, payout, _) = asked(&db).await;
    let kept =
        |done: Result<Payout, PaymentError>| matches!(done, Err(PaymentError::PayoutByTransfer));
    // While the provider is here, it is asked.
    assert!(kept(give_up(&world, &payout, true).await));
    assert!(kept(mark(&world, &payout, "tr_9").await));
    assert!(!told(&world, &payout).await.1.orphaned);

    let gone = World::at(&db, Vec::new()).await;
    // Another process may know it, and be at it.
    assert!(!told(&gone, &payout).await.1.orphaned);
    assert!(kept(give_up(&gone, &payout, true).await));
    db.clock().advance(time::Duration::hours(1));
    assert!(told(&gone, &payout).await.1.orphaned);
    assert!(kept(give_up(&gone, &payout, false).await));
    for _ in 0..2 {
        let ended = give_up(&gone, &payout, true).await.unwrap();
        assert_eq!(ended.status, S::Failed);
    }
    assert_eq!(told(&gone, &payout).await.1.state, T::GivenUp);
    assert_eq!(gone.balance(payout.store).await, [0, 1800, 0, 0]);
    // It comes back: nobody asks it for that again.
    let (back, fake) = with_fake(&db).await;
    back.after(time::Duration::hours(2)).await;
    assert_eq!(fake.transferred(payout.id).0, 0);
}

#[feira_testkit::test("payments")]
async fn an_orphan_that_was_made_is_paid_under_its_reference(db: TestDb) {
    let (_, payout, _) = asked(&db).await;
    let gone = World::at(&db, Vec::new()).await;
    db.clock().advance(time::Duration::hours(1));
    for _ in 0..2 {
        let paid = mark(&gone, &payout, "tr_9").await.unwrap();
        assert_eq!(
            (paid.status, paid.reference.as_deref()),
            (S::Paid, Some("tr_9"))
        );
    }
    assert_eq!(told(&gone, &payout).await.1.state, T::Made);
    assert_eq!(gone.balance(payout.store).await, [0, 0, 0, 1800]);
    let other = give_up(&gone, &payout, true).await;
    assert!(other.is_err(), "{other:?}");
    assert_eq!(
        gone.count("audit WHERE action = 'payment.payout_paid'")
            .await,
        1
    );
}

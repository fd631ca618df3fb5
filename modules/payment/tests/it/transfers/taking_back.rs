//! What is taken back of a transfer, because its store owes it.

use feira_kernel::PageRequest;
use feira_payment::{
    DisputeKind, GivenBackAs, NewDispute, PaymentError, Payout, PayoutStatus as S, RefundStatus,
    ReversalState, WhyNotPaid,
    testing::{FakeProvider, brl},
};
use feira_testkit::TestDb;
use time::Duration;

use super::{payable, run, settle, told, with_fake};
use crate::world::{Paid, World, operator, seller};

/// Paid by transfer, and then so much goes back to the buyer.
async fn refunded(world: &World, fake: &FakeProvider, cents: i64) -> (Paid, String, Payout) {
    let (paid, account) = payable(world, fake).await;
    let payout = run(world).await;
    settle(world).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
    world.refund(paid.refund(&[(0, cents)])).await.unwrap();
    (paid, account, payout)
}

#[feira_testkit::test("payments")]
async fn what_a_store_owes_is_taken_back_of_its_transfer(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _, payout) = refunded(&world, &fake, 500).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, -450, 0, 1800]);
    fake.lose_paying_answers(1);
    settle(&world).await;
    world.after(Duration::hours(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 450));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1350]);
    let (now, transfer) = told(&world, &payout).await;
    assert_eq!(now.status, S::Paid);
    assert_eq!(transfer.reversed.minor(), 450);
    let reversal = &transfer.reversals[0];
    assert_eq!(
        (reversal.state, reversal.reference.as_deref()),
        (ReversalState::Made, Some("trr_1"))
    );
    // The rest of the sale: no more than is left of the transfer.
    world.refund(paid.refund(&[(0, 1500)])).await.unwrap();
    settle(&world).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 1800));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    world.after(Duration::days(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 1800));
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

#[feira_testkit::test("payments")]
async fn what_an_empty_account_does_not_give_back_is_owed(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, account, payout) = refunded(&world, &fake, 500).await;
    fake.drain_account(&account);
    settle(&world).await;
    let (_, transfer) = told(&world, &payout).await;
    let refused = &transfer.reversals[0];
    assert_eq!(refused.state, ReversalState::Refused);
    assert_eq!(refused.refused_why.as_deref(), Some("balance_insufficient"));
    assert_eq!(world.balance(paid.store(0)).await, [0, -450, 0, 1800]);
    // Asked once more when a day is over, and not before.
    world.after(Duration::hours(5)).await;
    assert_eq!(world.count("transfer_reversals").await, 1);
    world.after(Duration::hours(20)).await;
    world.after(Duration::minutes(6)).await;
    assert_eq!(world.count("transfer_reversals").await, 2);
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
    let next = world
        .payments
        .next_payouts(&seller(paid.store(0)), None)
        .await;
    let next = next.unwrap().remove(0);
    assert_eq!(next.why_not, Some(WhyNotPaid::NegativeBalance {}));
}

/// A refund may run for days, and come to nothing: only what is owed beside it is taken back.
#[feira_testkit::test("payments")]
async fn what_a_refund_holds_is_taken_back_when_it_is_made(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _, payout) = refunded(&world, &fake, 500).await;
    fake.gives_back_there(true);
    let held = world.refund(paid.refund(&[(0, 600)])).await.unwrap();
    assert_eq!(held.status, RefundStatus::Pending);
    assert_eq!(world.balance(paid.store(0)).await, [0, -990, 0, 1800]);
    settle(&world).await;
    world.after(Duration::hours(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 450));
    let (payments, by) = (&world.payments, operator());
    let reference = "re_2".to_owned();
    let made = GivenBackAs::ThisRefund { reference };
    let made = payments.settle_refund(&by, held.id, made, None).await;
    assert_eq!(made.unwrap().status, RefundStatus::Completed);
    settle(&world).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 990));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 810]);
    let books = payments.books(&by).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

/// Of a bank that told the operator: the provider here does not.
#[feira_testkit::test("payments")]
async fn what_a_dispute_keeps_back_is_owed_when_it_is_lost(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _) = payable(&world, &fake).await;
    let payout = run(&world).await;
    settle(&world).await;
    let told = NewDispute {
        payment: paid.payment.id,
        kind: DisputeKind::Chargeback,
        amount: brl(500),
        reason: "fraud".to_owned(),
        bank_reference: "CB 1".to_owned(),
        evidence_due_at: None,
    };
    let opened = world.payments.open_dispute(&operator(), told, None).await;
    let id = opened.unwrap().dispute.id;
    assert_eq!(world.balance(paid.store(0)).await, [0, -450, 0, 1800]);
    world.after(Duration::days(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
    let lost = world
        .payments
        .close_dispute(&operator(), id, false, None)
        .await;
    lost.unwrap();
    settle(&world).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 450));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1350]);
}

/// What is asked back was perhaps taken already.
#[feira_testkit::test("payments")]
async fn what_is_asked_back_is_not_written_off_meanwhile(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _, payout) = refunded(&world, &fake, 500).await;
    fake.lose_paying_answers(100);
    settle(&world).await;
    let (_, transfer) = told(&world, &payout).await;
    assert_eq!(transfer.reversals[0].state, ReversalState::Asked);
    let (payments, by) = (&world.payments, operator());
    let debts = payments.debts(&by, PageRequest::default()).await;
    assert_eq!(debts.unwrap().items, []);
    let store = paid.store(0);
    let ended = payments.write_off_debt(&by, store, brl(450), "closed".to_owned(), None);
    let ended = ended.await;
    assert!(
        matches!(ended, Err(PaymentError::MoreThanOwed)),
        "{ended:?}"
    );
    fake.lose_paying_answers(0);
    world.after(Duration::hours(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 450));
    assert_eq!(world.balance(store).await, [0, 0, 0, 1350]);
}

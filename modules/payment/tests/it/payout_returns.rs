//! A payout that the bank sends back, or that is given up, opens what it claimed.

use feira_kernel::{PageRequest, Time};
use feira_payment::{EarningState, PaymentError, Payout, PayoutFilter, PayoutStatus as S, testing};
use feira_store::testing::payee_account;
use tokio::task::JoinSet;

use crate::world::{Paid, World, operator, seller};

/// A sale of 20.00 whose earning of 18.00 is on its way to the store.
async fn in_payout(world: &World) -> (Paid, Payout) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    let made = world.payments.run_payouts(&operator(), None).await;
    (paid, made.unwrap().remove(0))
}

async fn pay(world: &World, payout: &Payout) {
    let reference = "TED 1".to_owned();
    let paid = world
        .payments
        .mark_payout_paid(&operator(), payout.id, reference, None)
        .await;
    paid.unwrap();
}

async fn send_back(world: &World, payout: &Payout) -> Result<Payout, PaymentError> {
    let reason = "account closed".to_owned();
    world
        .payments
        .return_payout(&operator(), payout.id, reason, None)
        .await
}

async fn books_balance(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

#[feira_testkit::test("payments")]
async fn what_the_bank_sends_back_is_paid_again_to_the_account_of_then(world: World) {
    let (paid, payout) = in_payout(&world).await;
    let store = paid.store(0);
    pay(&world, &payout).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    for _ in 0..2 {
        let back = send_back(&world, &payout).await.unwrap();
        assert_eq!(
            (
                back.status,
                back.ended_why.as_deref(),
                back.reference.as_deref()
            ),
            (S::Returned, Some("account closed"), Some("TED 1"))
        );
    }
    assert_eq!(world.balance(store).await, [0, 1800, 0, 0]);
    books_balance(&world).await;
    let parts = vec![paid.start.splits[0].part];
    let earnings = world
        .payments
        .earnings(&testing::order(), parts)
        .await
        .unwrap();
    assert_eq!(earnings[0].state, EarningState::Payable);
    let account = payee_account("00000000-0000-4000-8000-00000000000b", Time::UNIX_EPOCH);
    world.stores.set_account(store, Some(account));
    let again = world
        .payments
        .run_payouts(&operator(), None)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((again.amount, again.items), (payout.amount, payout.items));
    assert_eq!(again.account.as_deref(), Some("***000b"));
    pay(&world, &again).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    books_balance(&world).await;
    // It still tells what it had claimed.
    let details = world
        .payments
        .payout(&seller(store), payout.id)
        .await
        .unwrap();
    assert_eq!(details.items.len(), 1);
    assert_eq!(details.items[0].amount, payout.amount);
    let told = world.events().await;
    let told = told
        .iter()
        .filter(|name| *name == "payment.payout_returned.v1");
    assert_eq!(told.count(), 1);
    let written = "audit WHERE action = 'payment.payout_returned'";
    assert_eq!(world.count(written).await, 1);
}

#[feira_testkit::test("payments")]
async fn one_that_waits_is_given_up_and_not_sent_back(world: World) {
    let (paid, payout) = in_payout(&world).await;
    let refused = send_back(&world, &payout).await;
    assert!(
        matches!(refused, Err(PaymentError::PayoutMove(S::Pending))),
        "{refused:?}"
    );
    let cancel = async || {
        let reason = "wrong account".to_owned();
        world
            .payments
            .cancel_payout(&operator(), payout.id, reason, false, None)
            .await
    };
    for _ in 0..2 {
        assert_eq!(cancel().await.unwrap().status, S::Failed);
    }
    assert_eq!(world.balance(paid.store(0)).await, [0, 1800, 0, 0]);
    books_balance(&world).await;
    let reference = "TED 1".to_owned();
    let late = world
        .payments
        .mark_payout_paid(&operator(), payout.id, reference, None)
        .await;
    assert!(
        matches!(late, Err(PaymentError::PayoutMove(S::Failed))),
        "{late:?}"
    );
    let again = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(again.len(), 1);
    pay(&world, &again[0]).await;
    let refused = world
        .payments
        .cancel_payout(&operator(), again[0].id, "x".to_owned(), true, None)
        .await;
    assert!(
        matches!(refused, Err(PaymentError::PayoutMove(S::Paid))),
        "{refused:?}"
    );
    let told = world.events().await;
    assert!(!told.contains(&"payment.payout_returned.v1".to_owned()));
}

#[feira_testkit::test("payments")]
async fn the_bank_sends_it_back_once_whoever_says_so(world: World) {
    let (paid, payout) = in_payout(&world).await;
    pay(&world, &payout).await;
    let mut work = JoinSet::new();
    for _ in 0..6 {
        let (payments, id) = (world.payments.clone(), payout.id);
        work.spawn(async move {
            let reason = "account closed".to_owned();
            payments.return_payout(&operator(), id, reason, None).await
        });
    }
    for result in work.join_all().await {
        assert_eq!(result.unwrap().status, S::Returned);
    }
    assert_eq!(world.balance(paid.store(0)).await, [0, 1800, 0, 0]);
    books_balance(&world).await;
    for actor in [seller(paid.store(0)), testing::order()] {
        let reason = "x".to_owned();
        let refused = world
            .payments
            .return_payout(&actor, payout.id, reason, None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    for bad in ["", " ", &"x".repeat(301)] {
        let refused = world
            .payments
            .return_payout(&operator(), payout.id, bad.to_owned(), None)
            .await;
        assert!(matches!(refused, Err(PaymentError::Invalid(_))), "{bad:?}");
    }
}

#[feira_testkit::test("payments")]
async fn a_list_has_the_payouts_of_one_state(world: World) {
    let (_, back) = in_payout(&world).await;
    pay(&world, &back).await;
    send_back(&world, &back).await.unwrap();
    let (_, waits) = in_payout(&world).await;
    for (status, count) in [
        (S::Pending, 2),
        (S::Returned, 1),
        (S::Paid, 0),
        (S::Failed, 0),
    ] {
        let filter = PayoutFilter {
            status: Some(status),
        };
        let found = world
            .payments
            .payouts(&operator(), filter, PageRequest::default())
            .await;
        let found = found.unwrap().items;
        assert_eq!(found.len(), count, "{status:?}");
        assert!(found.iter().all(|payout| payout.status == status));
    }
    assert_eq!(waits.status, S::Pending);
}

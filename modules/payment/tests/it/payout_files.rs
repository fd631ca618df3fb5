//! Files of payouts for the bank: a payout is in one of them, unless somebody asks for all that wait.

use feira_kernel::IdempotencyKey;
use feira_payment::{PaymentError, Payout, PayoutFile, PayoutStatus as S};
use time::Duration;
use tokio::task::JoinSet;

use crate::world::{World, operator};

/// A payout of 18.00 that waits.
async fn waiting(world: &World) -> Payout {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    let made = world.payments.run_payouts(&operator(), None).await;
    made.unwrap().remove(0)
}

async fn file(world: &World, again: bool) -> PayoutFile {
    let made = world.payments.payout_file(&operator(), again, None).await;
    made.unwrap()
}

async fn now(world: &World, payout: &Payout) -> Payout {
    let details = world.payments.payout(&operator(), payout.id).await;
    details.unwrap().payout
}

async fn cancel(world: &World, payout: &Payout, unpaid: bool) -> Result<Payout, PaymentError> {
    let (reason, by) = ("wrong account".to_owned(), operator());
    let payments = &world.payments;
    payments
        .cancel_payout(&by, payout.id, reason, unpaid, None)
        .await
}

fn holds(file: &PayoutFile, payout: &Payout) -> bool {
    file.csv.contains(&payout.id.to_string())
}

#[feira_testkit::test("payments")]
async fn a_payout_is_in_one_file_unless_all_are_asked_for(world: World) {
    let first = waiting(&world).await;
    assert_eq!(first.filed_at, None);
    let filed = world.env.now();
    let made = file(&world, false).await;
    assert!(made.payouts == 1 && holds(&made, &first));
    assert_eq!(now(&world, &first).await.filed_at, Some(filed));

    world.db.clock().advance(Duration::hours(1));
    let second = waiting(&world).await;
    let made = file(&world, false).await;
    assert!(made.payouts == 1 && holds(&made, &second) && !holds(&made, &first));
    assert_eq!(file(&world, false).await.payouts, 0);
    let all = file(&world, true).await;
    assert!(all.payouts == 2 && holds(&all, &first) && holds(&all, &second));
    // It is in a file since it was in the first.
    assert_eq!(now(&world, &first).await.filed_at, Some(filed));

    let paid = world
        .payments
        .mark_payout_paid(&operator(), first.id, "TED 1".to_owned(), None)
        .await;
    assert_eq!(paid.unwrap().status, S::Paid);
    let all = file(&world, true).await;
    assert!(all.payouts == 1 && holds(&all, &second));
    let written = "audit WHERE action = 'payment.payout_file_made'";
    assert_eq!(world.count(written).await, 5);
}

#[feira_testkit::test("payments")]
async fn a_repeat_is_given_what_its_file_held(world: World) {
    let by = operator();
    let take = async |again: bool| {
        let key = IdempotencyKey {
            route: "file".to_owned(),
            key: format!("again: {again}"),
            fingerprint: String::new(),
        };
        let made = world.payments.payout_file(&by, again, Some(key)).await;
        made.unwrap()
    };
    for (again, payouts) in [(false, 1), (true, 3)] {
        let first = waiting(&world).await;
        let made = take(again).await;
        assert!(made.payouts == payouts && holds(&made, &first));
        let second = waiting(&world).await;
        assert_eq!(take(again).await, made);
        assert_eq!(now(&world, &second).await.filed_at, None);
    }
    let written = "audit WHERE action = 'payment.payout_file_made'";
    assert_eq!(world.count(written).await, 2);
}

#[feira_testkit::test("payments")]
async fn what_is_in_a_file_is_given_up_only_if_the_bank_did_not_pay_it(world: World) {
    let filed = waiting(&world).await;
    file(&world, false).await;
    for _ in 0..2 {
        let refused = cancel(&world, &filed, false).await;
        assert!(
            matches!(refused, Err(PaymentError::PayoutFiled)),
            "{refused:?}"
        );
    }
    assert_eq!(now(&world, &filed).await.status, S::Pending);
    for unpaid in [true, false] {
        // Said again it is so already.
        let ended = cancel(&world, &filed, unpaid).await.unwrap();
        assert_eq!(ended.status, S::Failed);
    }
    // Its money is in the next one, which is in no file.
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!((made.len(), made[0].amount), (1, filed.amount));
    assert_eq!(made[0].filed_at, None);
    let next = file(&world, false).await;
    assert!(next.payouts == 1 && holds(&next, &made[0]));

    // One that is in none needs no word of the bank; one that was paid is not given up by it.
    let fresh = waiting(&world).await;
    assert_eq!(
        cancel(&world, &fresh, false).await.unwrap().status,
        S::Failed
    );
    let paid = world
        .payments
        .mark_payout_paid(&operator(), made[0].id, "TED 1".to_owned(), None)
        .await;
    paid.unwrap();
    let refused = cancel(&world, &made[0], true).await;
    assert!(
        matches!(refused, Err(PaymentError::PayoutMove(S::Paid))),
        "{refused:?}"
    );
}

#[feira_testkit::test("payments")]
async fn of_files_at_once_one_holds_it(world: World) {
    waiting(&world).await;
    let mut work = JoinSet::new();
    for _ in 0..6 {
        let payments = world.payments.clone();
        work.spawn(async move { payments.payout_file(&operator(), false, None).await });
    }
    let made = work.join_all().await.into_iter();
    let held: u32 = made.map(|file| file.unwrap().payouts).sum();
    assert_eq!(held, 1);
}

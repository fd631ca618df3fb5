//! What goes on at Stripe without us: payers who try again, refunds that others make, and a crowd.

use feira_payment::{PaymentFailure, PaymentStatus as S, RefundStatus, testing::card};
use feira_testkit::TestDb;
use time::Duration;

use super::{MAKE, id, status, tell, world};
use crate::{
    stripe_book::{Instead, error},
    stub::Fault,
};

#[feira_testkit::test("payments")]
async fn what_was_declined_cannot_be_paid_any_more(db: TestDb) {
    const CLOSE: &str = "POST payment_intents/cancel";
    let (world, stub) = world(&db, |_| {}).await;
    let declined = (S::Failed, Some(PaymentFailure::CardDeclined));
    let at_once = world.started(card("tok_declined"), 1990).await;
    assert_eq!(status(&world, &at_once).await, declined);
    assert_eq!(stub.intents()[0]["status"], "canceled");
    stub.try_again("pi_1");
    assert_eq!(stub.intents()[0]["status"], "canceled");

    // Until it is closed it is not over, whoever looks.
    let (busy, body) = error(429, "invalid_request_error", "lock_timeout", "");
    stub.next(CLOSE, Instead::Answer(busy, body));
    let slow = world.started(card("tok_declined"), 1990).await;
    assert_eq!(status(&world, &slow).await, (S::Pending, None));
    world.after(Duration::minutes(1)).await;
    assert_eq!(status(&world, &slow).await, declined);

    // Meanwhile another card was taken.
    let (busy, body) = error(429, "invalid_request_error", "lock_timeout", "");
    stub.next(CLOSE, Instead::Answer(busy, body));
    let paid = world.started(card("tok_declined"), 1990).await;
    stub.try_again("pi_3");
    world.after(Duration::minutes(1)).await;
    assert_eq!(status(&world, &paid).await, (S::Completed, None));

    // One that is open though its payment has ended is closed when it is told of.
    stub.reopen("pi_1");
    tell(&world, &stub).await;
    assert_eq!(stub.intents()[0]["status"], "canceled");
    assert_eq!(status(&world, &at_once).await, declined);
}

#[feira_testkit::test("payments")]
async fn what_somebody_gave_back_there_is_for_somebody_to_look_at(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (index, there) in [700, 300].into_iter().enumerate() {
        let paid = world.captured(&[700]).await;
        stub.give_back(&id(&stub, index), there);
        let asked = paid.refund(&[(0, 700)]);
        let open = world.refund(asked.clone()).await.unwrap();
        assert_eq!(open.status, RefundStatus::Pending);
        world.after(Duration::hours(3)).await;
        let still = world.refund(asked).await.unwrap();
        assert!(still.given_back_there);
        let same = (still.id, still.status) == (open.id, open.status);
        assert!(same, "no other one is asked for");
        assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    }
    assert!(stub.calls("POST refunds") > 2);
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 2, "each once");
    assert_eq!(world.count("transactions WHERE kind = 'refund'").await, 0);
}

#[feira_testkit::test("payments")]
async fn what_nobody_heard_of_and_was_given_back_there_pays_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (index, (there, after)) in [(1990, S::Failed), (1989, S::Completed)]
        .into_iter()
        .enumerate()
    {
        stub.next(MAKE, Fault::DropAfter);
        let lost = world.started(card("pm_card_visa"), 1990).await;
        assert_eq!(lost.status, S::Pending);
        stub.give_back(&id(&stub, index), there);
        world.after(Duration::minutes(1)).await;
        assert_eq!(world.payment(lost.id).await.status, after, "{there}");
    }
    assert_eq!(
        world.events().await,
        ["payment.failed.v1", "payment.captured.v1"]
    );
}

#[feira_testkit::test("payments")]
async fn one_is_found_among_thousands_and_those_made_later_do_not_matter(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    stub.next(MAKE, Fault::DropAfter);
    let lost = world.started(card("pm_card_visa"), 1990).await;
    assert_eq!(lost.status, S::Pending);
    stub.crowd(2_100);
    world.after(Duration::minutes(1)).await;
    assert_eq!(status(&world, &lost).await, (S::Completed, None));

    let (down, body) = error(503, "api_error", "", "");
    stub.next(MAKE, Instead::Answer(down, body));
    let never = world.started(card("pm_card_visa"), 1990).await;
    db.clock().advance(Duration::minutes(50));
    // Nobody looks at all of these.
    stub.crowd(4_100);
    world.after(Duration::seconds(1)).await;
    assert_eq!(world.payment(never.id).await.status, S::Expired);
}

#[feira_testkit::test("payments")]
async fn a_refund_that_comes_back_is_told_to_the_operator_and_undone(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = world.captured(&[700]).await;
    for part in [300, 400] {
        let back = world.refund(paid.refund(&[(0, part)])).await.unwrap();
        assert_eq!(back.status, RefundStatus::Completed);
    }
    let told = "transactions WHERE kind = 'mismatch'";
    tell(&world, &stub).await;
    assert_eq!(world.count(told).await, 0);
    // Days later the payer's bank does not take one.
    db.clock().advance(Duration::days(5));
    stub.settle_refund("re_1", "failed");
    tell(&world, &stub).await;
    assert_eq!(world.count(told).await, 1);
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded.minor()),
        (S::PartiallyRefunded, 400)
    );
    assert_eq!(world.balance(paid.store(0)).await, [270, 0, 0, 0]);
    tell(&world, &stub).await;
    assert_eq!(
        world
            .count("ledger_transactions WHERE kind = 'refund_returned'")
            .await,
        1
    );
}

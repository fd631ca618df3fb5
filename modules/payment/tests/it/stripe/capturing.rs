//! What is taken before it is answered here that it was made, or held.

use feira_payment::{PaymentStatus as S, testing::card};
use feira_testkit::{TestDb, violations};
use time::Duration;

use super::{MAKE, id, tell, world};
use crate::stub::Fault;

/// A notification of it is acted on while our own answer is on its way.
async fn taken_before_our_answer(db: &TestDb, manual: bool) {
    let (world, stub) = world(db, |settings| settings.manual_capture = manual).await;
    stub.next(MAKE, Fault::HeldAfter);
    let begun = world.started(card("tok_approved"), 1990);
    let taken = async {
        stub.held().await;
        stub.capture(&id(&stub, 0));
        tell(&world, &stub).await;
        stub.let_go();
    };
    let (payment, ()) = tokio::join!(begun, taken);
    assert_eq!(payment.status, S::Completed);
    tell(&world, &stub).await;
    world.after(Duration::minutes(5)).await;
    let now = world.payment(payment.id).await;
    assert_eq!((now.status, now.refunded.minor()), (S::Completed, 0));
    for once in [
        "ledger_transactions WHERE kind = 'capture'",
        "outbox_event WHERE name = 'payment.captured.v1'",
    ] {
        assert_eq!(world.count(once).await, 1, "{once}");
    }
    assert_eq!(world.count("payment_logs").await, 0);
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn what_is_taken_at_once_is_booked_once(db: TestDb) {
    taken_before_our_answer(&db, false).await;
}

#[feira_testkit::test("payments")]
async fn what_is_held_here_and_taken_there_is_booked_once(db: TestDb) {
    taken_before_our_answer(&db, true).await;
}

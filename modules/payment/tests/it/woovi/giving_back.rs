//! What goes back, and what is known of it.

use feira_kernel::Currency;
use feira_payment::{MethodKind, PaymentStatus as S, RefundStatus};
use feira_testkit::TestDb;
use time::Duration;

use super::{heard, paid, pay, started, world};
use crate::{stub::Fault, world::operator};

#[feira_testkit::test("payments")]
async fn it_goes_back_in_parts_and_what_is_on_its_way_is_looked_at(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let ways = world.payments.methods(&operator(), Currency::BRL).await;
    assert_eq!(ways.unwrap(), [MethodKind::Pix]);
    let open = started(&world, 1000).await.payment;
    let transaction = stub.book(|book| book.charge(open.id)["transactionID"].clone());
    assert_eq!(
        open.statement.as_deref(),
        transaction.as_str(),
        "as the account tells it"
    );

    let whole = paid(&world, &stub, 1000).await;
    stub.book(|book| book.refund_status = Some("IN_PROCESSING"));
    let slow = world.refund(whole.refund(&[(0, 333)])).await.unwrap();
    assert_eq!(slow.status, RefundStatus::Pending);
    let rest = world.refund(whole.refund(&[(0, 667)])).await.unwrap();
    assert_eq!(rest.status, RefundStatus::Completed);
    world.after(Duration::minutes(2)).await;
    assert_eq!(
        world.payment(whole.payment.id).await.status,
        S::PartiallyRefunded
    );
    stub.book(|book| book.refunds[0].1["status"] = "CONFIRMED".into());
    world.after(Duration::hours(2)).await;
    assert_eq!(world.payment(whole.payment.id).await.status, S::Refunded);
    assert_eq!(stub.calls("POST refunds"), 2, "each is asked for once");

    let denied = paid(&world, &stub, 700).await;
    stub.book(|book| book.refund_status = Some("IN_PROCESSING"));
    world.refund(denied.refund(&[(0, 700)])).await.unwrap();
    stub.book(|book| book.refunds[2].1["status"] = "REJECTED".into());
    world.after(Duration::minutes(2)).await;
    assert_eq!(world.payment(denied.payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn what_somebody_gave_back_there_is_not_given_back_again(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = paid(&world, &stub, 700).await;
    let id = paid.payment.id.to_string();
    stub.book(|book| book.give_back_by_hand(&id, 200));
    let asked = paid.refund(&[(0, 700)]);
    let open = world.refund(asked.clone()).await.unwrap();
    assert_eq!(open.status, RefundStatus::Pending);
    world.after(Duration::hours(3)).await;
    let still = world.refund(asked).await.unwrap();
    assert!(still.given_back_there);
    assert_eq!((still.id, still.status), (open.id, open.status));
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 1, "once");
    assert_eq!(stub.book(|book| book.refunds.len()), 1);
}

/// It is found on whichever page it is.
#[feira_testkit::test("payments")]
async fn one_behind_many_others_is_not_asked_for_twice(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = paid(&world, &stub, 1000).await;
    let id = paid.payment.id.to_string();
    for _ in 0..250 {
        stub.book(|book| book.give_back_by_hand(&id, 1));
    }
    stub.next("POST refunds", Fault::DropAfter);
    let lost = world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    assert_eq!(lost.status, RefundStatus::Pending);
    world.after(Duration::minutes(2)).await;
    assert_eq!(
        world.payment(paid.payment.id).await.status,
        S::PartiallyRefunded
    );
    assert_eq!(stub.calls("POST refunds"), 1);
    assert_eq!(
        stub.calls("GET refunds"),
        7,
        "once when it was paid, three pages before, and three after"
    );
}

#[feira_testkit::test("payments")]
async fn what_nobody_heard_of_and_was_given_back_there_pays_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (there, after) in [(700, S::Failed), (699, S::Completed)] {
        let open = started(&world, 700).await.payment;
        pay(&stub, &open);
        let id = open.id.to_string();
        stub.book(|book| book.give_back_by_hand(&id, there));
        heard(&world, &stub).await;
        assert_eq!(world.payment(open.id).await.status, after, "{there}");
    }
}

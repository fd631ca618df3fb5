//! A provider that fails, or lies.

use feira_payment::{Method, PaymentError, PaymentStatus as S};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{LIFE, Stub, heard, pay, world};
use crate::{stub::Fault, world::World};

const FAULTS: [Fault; 15] = [
    Fault::Refuse,
    Fault::DropAfter,
    Fault::StallAfter,
    Fault::Before(401),
    Fault::Before(403),
    Fault::Before(409),
    Fault::Before(423),
    Fault::Before(429),
    Fault::Before(500),
    Fault::Before(503),
    Fault::Page(400),
    Fault::Page(404),
    Fault::After(502),
    Fault::After(302),
    Fault::GarbageAfter,
];

/// A charge that was removed is not found any more: one whose removal was not heard of has ended too.
#[feira_testkit::test("payments")]
async fn what_is_to_end_ends_whatever_became_of_the_answer(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for fault in FAULTS {
        let payment = world.started(Method::Pix {}, 4200).await;
        stub.next("DELETE charge", fault);
        let lost = world.cancel(payment.id).await;
        let unheard = matches!(lost, Err(PaymentError::ProviderUnavailable));
        assert!(unheard, "{fault:?}: {lost:?}");
        let ended = world.cancel(payment.id).await.unwrap();
        assert_eq!(ended.status, S::Cancelled, "{fault:?}");

        let late = world.started(Method::Pix {}, 990).await;
        stub.next("DELETE charge", fault);
        world.after(LIFE).await;
        world.after(Duration::minutes(10)).await;
        assert_eq!(world.payment(late.id).await.status, S::Expired, "{fault:?}");
    }
    assert!(
        stub.book(|book| book.charges.is_empty()),
        "nobody can pay them"
    );
}

/// Nobody asked it to end: it may only be that it is not found yet.
#[feira_testkit::test("payments")]
async fn what_is_not_found_is_not_made_again_and_ends_at_its_time(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let new = async || world.started(Method::Pix {}, 4200).await;
    let (removed, cancelled, back) = (new().await, new().await, new().await);
    let kept = stub.book(|book| book.charge(back.id).clone());
    for payment in [&removed, &cancelled, &back] {
        stub.book(|book| book.forget(&payment.id.to_string()));
    }
    world.after(Duration::minutes(6)).await;
    for payment in [&removed, &cancelled, &back] {
        assert_eq!(world.payment(payment.id).await.status, S::Pending);
    }
    assert_eq!(stub.calls("POST charge"), 3);
    assert_eq!(
        world.cancel(cancelled.id).await.unwrap().status,
        S::Cancelled
    );
    stub.book(|book| book.charges.push(kept));
    pay(&stub, &back);
    heard(&world, &stub).await;
    assert_eq!(world.payment(back.id).await.status, S::Completed);
    world.after(LIFE).await;
    assert_eq!(world.payment(removed.id).await.status, S::Expired);
}

#[feira_testkit::test("payments")]
async fn what_ends_is_removed_there_and_money_that_comes_late_is_seen(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let new = async || world.started(Method::Pix {}, 4200).await;
    let (cancelled, early, raced, expired) = (new().await, new().await, new().await, new().await);
    assert_eq!(
        world.cancel(cancelled.id).await.unwrap().status,
        S::Cancelled
    );
    // Paid before it is ended, and while it is.
    pay(&stub, &early);
    assert_eq!(world.cancel(early.id).await.unwrap().status, S::Completed);
    stub.book(|book| book.paid_meanwhile = true);
    assert_eq!(world.cancel(raced.id).await.unwrap().status, S::Completed);
    assert_eq!(stub.calls("DELETE charge"), 2);
    db.clock().advance(LIFE);
    let (id, now) = (expired.id.to_string(), world.env.now());
    stub.book(|book| book.set(&id, "EXPIRED", now));
    heard(&world, &stub).await;
    assert_eq!(world.payment(expired.id).await.status, S::Expired);
    pay(&stub, &expired);
    heard(&world, &stub).await;
    assert_eq!(world.payment(expired.id).await.status, S::Completed);
}

async fn lying(world: &World, stub: &Stub, field: &str, value: Value) {
    let payment = world.started(Method::Pix {}, 4200).await;
    let before = world.count("transactions WHERE kind = 'mismatch'").await;
    stub.book(|book| book.charge(payment.id)[field] = value);
    pay(stub, &payment);
    heard(world, stub).await;
    world.after(Duration::minutes(1)).await;
    assert_eq!(
        world.payment(payment.id).await.status,
        S::Pending,
        "{field}"
    );
    let told = world.count("transactions WHERE kind = 'mismatch'").await;
    assert_eq!(told, before + 1, "{field} is told to the operator, once");
}

#[feira_testkit::test("payments")]
async fn another_amount_or_payee_pays_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    lying(&world, &stub, "value", json!(1)).await;
    lying(&world, &stub, "value", json!(420_000)).await;
    lying(&world, &stub, "discount", json!(100)).await;
    lying(&world, &stub, "giftbackAppliedValue", json!(1)).await;
    lying(&world, &stub, "pixKey", json!("somebody@else.example")).await;
    assert!(world.events().await.is_empty());
}

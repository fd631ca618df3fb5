//! PayPal that fails, or lies, and payers who come late.

use feira_payment::{PaymentError, PaymentStatus as S};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::{approve, heard, paid, started, stub, world, world_at};
use crate::stub::Fault;

#[feira_testkit::test("payments")]
async fn a_late_approval_takes_no_money(db: TestDb) {
    let stub = stub(db.clock().clock()).await;
    for authorize in [false, true] {
        let world = world_at(&db, &stub, authorize).await;
        let new = async || started(&world, 4200).await.payment;
        let (expired, cancelled, told) = (new().await, new().await, new().await);
        assert_eq!(
            world.cancel(cancelled.id).await.unwrap().status,
            S::Cancelled
        );
        approve(&stub, &cancelled);
        heard(&world, &stub).await;
        db.clock().advance(Duration::minutes(31));
        // Approved before anybody has looked, and after.
        approve(&stub, &told);
        heard(&world, &stub).await;
        world.after(Duration::minutes(5)).await;
        approve(&stub, &expired);
        heard(&world, &stub).await;
        world.after(Duration::minutes(20)).await;
        for (payment, ended) in [
            (&expired, S::Expired),
            (&told, S::Expired),
            (&cancelled, S::Cancelled),
        ] {
            assert_eq!(world.payment(payment.id).await.status, ended);
        }
        assert_eq!(stub.book(|book| book.captures()), 0);
        assert_eq!(stub.calls("POST capture") + stub.calls("POST authorize"), 0);
    }
}

/// Held, but not taken when the time was over: it is given up.
#[feira_testkit::test("payments")]
async fn what_is_held_of_one_who_was_late_is_voided(db: TestDb) {
    let (world, stub) = world(&db, true).await;
    let payment = started(&world, 4200).await.payment;
    approve(&stub, &payment);
    stub.next("POST held", Fault::Before(503));
    heard(&world, &stub).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    db.clock().advance(Duration::minutes(31));
    world.after(Duration::minutes(5)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Expired);
    assert_eq!(stub.calls("POST void"), 1);
    let order = stub.book(|book| book.order(&book.id(payment.id)).clone());
    let held = &order["purchase_units"][0]["payments"]["authorizations"][0];
    assert_eq!(held["status"], "VOIDED");
}

/// PayPal forgets orders that nobody approved: after a night without this process they are over.
#[feira_testkit::test("payments")]
async fn an_order_that_is_forgotten_there_has_taken_nothing(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let (first, second) = (started(&world, 4200).await, started(&world, 700).await);
    db.clock().advance(Duration::hours(8));
    let ended = world.cancel(second.payment.id).await.unwrap();
    assert_eq!(ended.status, S::Cancelled);
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(first.payment.id).await.status, S::Expired);
    assert_eq!(stub.book(|book| book.orders.len()), 2);
}

#[feira_testkit::test("payments")]
async fn another_amount_currency_or_payee_takes_nothing(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let amount = |value: &str, code: &str| json!({"currency_code": code, "value": value});
    for (field, value) in [
        ("amount", amount("0.01", "BRL")),
        ("amount", amount("4200.00", "BRL")),
        ("amount", amount("42.00", "USD")),
        ("payee", json!({"merchant_id": "OTHER"})),
        ("custom_id", json!("0198f6a0")),
    ] {
        let payment = started(&world, 4200).await.payment;
        let id = stub.book(|book| book.id(payment.id));
        stub.book(|book| book.order(&id)["purchase_units"][0][field] = value);
        stub.book(|book| book.approve(&id));
        heard(&world, &stub).await;
        world.after(Duration::minutes(1)).await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Pending,
            "{field}"
        );
    }
    assert_eq!(stub.book(|book| book.captures()), 0);
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 5, "each once");
}

/// A part of it was taken there by somebody.
#[feira_testkit::test("payments")]
async fn what_was_taken_there_by_hand_over_another_amount_is_told(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let done = paid(&world, &stub, 4200).await;
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    let refused = world.cancel(done.payment.id).await;
    let answered = refused.map(|payment| payment.status);
    let kept = matches!(
        answered,
        Ok(S::Completed) | Err(PaymentError::IllegalMove(_))
    );
    assert!(kept, "what is taken is not cancelled");
    let payment = started(&world, 4200).await.payment;
    let id = stub.book(|book| book.id(payment.id));
    let part = json!([{
        "id": "CAP900", "status": "COMPLETED", "amount": {"currency_code": "BRL", "value": "10.00"},
    }]);
    stub.book(|book| {
        let order = book.order(&id);
        order["status"] = json!("COMPLETED");
        order["purchase_units"][0]["payments"]["captures"] = part;
    });
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    assert_eq!(world.count("transactions WHERE kind = 'mismatch'").await, 1);
}

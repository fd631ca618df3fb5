//! A provider that fails, or lies.

use feira_payment::{Method, PaymentStatus as S, RefundStatus, testing::card};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{Stub, has_code, heard, started, status, world};
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

/// Whatever it does, it charges once and gives back once, and soon the module knows.
#[feira_testkit::test("payments")]
async fn an_unknown_outcome_is_looked_up_and_never_made_twice(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for fault in FAULTS {
        stub.next("POST payments", fault);
        let paid = started(&world, 4200).await;
        let payment = &paid.payment;
        assert_eq!(
            (payment.status, has_code(payment)),
            (S::Pending, false),
            "{fault:?}"
        );
        world.after(Duration::seconds(30)).await;
        assert!(has_code(&world.payment(payment.id).await), "{fault:?}");

        let now = world.env.now();
        let id = stub.book(|book| book.id(payment.id));
        stub.book(|book| book.set(&id, "approved", now));
        stub.next("GET payment", fault);
        heard(&world, &stub).await;
        world.after(Duration::minutes(6)).await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Completed,
            "{fault:?}"
        );

        stub.next("POST refunds", fault);
        let refund = world.refund(paid.refund(&[(0, 4200)])).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Pending, "{fault:?}");
        world.after(Duration::minutes(2)).await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Refunded,
            "{fault:?}"
        );
    }
    let made = stub.book(|book| (book.payments.len(), book.refunds.len()));
    assert_eq!(made, (FAULTS.len(), FAULTS.len()));
    let named = "transactions WHERE outcome LIKE '%payments.providers.mp.api_key%'";
    assert!(world.count(named).await > 0, "somebody can mend it");
}

/// A charge by card whose answer was lost is found, and charged once.
#[feira_testkit::test("payments")]
async fn a_card_is_charged_once_whatever_became_of_the_answer(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for fault in FAULTS {
        stub.next("POST payments", fault);
        let payment = world
            .started(card("ff8080814c11e237014c1ff593b57b4d"), 1990)
            .await;
        assert_eq!(
            status(&world, &payment).await,
            (S::Pending, None),
            "{fault:?}"
        );
        // The search may lag behind: then it is asked for again, under its key.
        stub.next("GET search", Fault::Before(404));
        world.after(Duration::minutes(1)).await;
        assert_eq!(
            status(&world, &payment).await,
            (S::Completed, None),
            "{fault:?}"
        );
    }
    assert_eq!(stub.book(|book| book.payments.len()), FAULTS.len());
}

async fn lying(world: &World, stub: &Stub, field: &str, value: Value) {
    let payment = world.started(Method::Pix {}, 4200).await;
    let id = stub.book(|book| book.id(payment.id));
    let now = world.env.now();
    let before = world.count("transactions WHERE kind = 'mismatch'").await;
    stub.book(|book| book.payment(&id)[field] = value);
    stub.book(|book| book.set(&id, "approved", now));
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
async fn another_amount_currency_or_payee_pays_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    lying(&world, &stub, "transaction_amount", json!(0.01)).await;
    lying(&world, &stub, "transaction_amount", json!(4200)).await;
    lying(&world, &stub, "currency_id", json!("ARS")).await;
    lying(&world, &stub, "collector_id", json!(1)).await;
    // Of somebody else's payment nothing is taken for ours.
    let payment = world.started(Method::Pix {}, 4200).await;
    let id = stub.book(|book| book.id(payment.id));
    let now = world.env.now();
    stub.book(|book| book.payment(&id)["external_reference"] = json!("0198f6a0"));
    stub.book(|book| book.set(&id, "approved", now));
    heard(&world, &stub).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    assert!(world.events().await.is_empty());
}

#[feira_testkit::test("payments")]
async fn what_ends_is_cancelled_there_and_money_that_comes_late_is_seen(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let new = async || world.started(Method::Pix {}, 4200).await;
    let (cancelled, expired, raced) = (new().await, new().await, new().await);
    let id = |payment: &feira_payment::Payment| stub.book(|book| book.id(payment.id));
    let ended = world.cancel(cancelled.id).await.unwrap();
    assert_eq!(ended.status, S::Cancelled);
    // Paid just before it is ended.
    let now = world.env.now();
    stub.book(|book| book.set(&book.id(raced.id), "approved", now));
    assert_eq!(world.cancel(raced.id).await.unwrap().status, S::Completed);
    world.after(Duration::minutes(31)).await;
    assert_eq!(world.payment(expired.id).await.status, S::Expired);
    for payment in [&cancelled, &expired] {
        let there = stub.book(|book| book.payment(&book.id(payment.id))["status"].clone());
        assert_eq!(there, "cancelled");
        let (id, now) = (id(payment), world.env.now());
        stub.book(|book| book.set(&id, "approved", now));
        heard(&world, &stub).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }
}

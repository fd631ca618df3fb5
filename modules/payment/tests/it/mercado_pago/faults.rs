//! A provider that fails, or lies.

use feira_payment::{Method, PaymentStatus as S, testing::card};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{Stub, heard, status, world};
use crate::{stub::Fault, world::World};

/// The search may lag behind: then it is asked for again, under its key.
#[feira_testkit::test("payments")]
async fn a_card_is_charged_once_though_the_search_lags_behind(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    stub.next("POST payments", Fault::DropAfter);
    stub.next("GET search", Fault::Before(404));
    let payment = world.started(card("tok_approved"), 1990).await;
    assert_eq!(status(&world, &payment).await, (S::Pending, None));
    world.after(Duration::minutes(1)).await;
    assert_eq!(status(&world, &payment).await, (S::Completed, None));
    assert_eq!(stub.calls("POST payments"), 2);
    assert_eq!(stub.book(|book| book.payments.len()), 1);
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

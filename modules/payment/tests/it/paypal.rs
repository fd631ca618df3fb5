//! PayPal's adapter over HTTP: what every provider does, and what only this one answers.

#[path = "paypal/book.rs"]
mod book;
#[path = "paypal/disputing.rs"]
mod disputing;
#[path = "paypal/faults.rs"]
mod faults;
#[path = "paypal/fees.rs"]
mod fees;
#[path = "paypal/giving_back.rs"]
mod giving_back;
#[path = "paypal/harness.rs"]
pub(crate) mod harness;
#[path = "paypal/paying.rs"]
mod paying;
#[path = "paypal/telling.rs"]
mod telling;
#[path = "paypal/verifying.rs"]
mod verifying;

use std::time::Duration as Timeout;

use feira_kernel::{Clock, Currency, Money};
use feira_payment::{
    CheckOutcome, Method, NextAction, Payment, PaymentStatus as S, PaypalSettings, ProviderKind,
    ProviderSettings, ProviderWebhook, testing::brl,
};
use feira_testkit::TestDb;

use crate::{
    entering::check,
    stub::{Fault, Server},
    world::{Paid, World},
};
use book::{ACCOUNT, Paypal, REFUND_WINDOW};

type Stub = Server<Paypal>;

async fn stub(clock: Clock) -> Stub {
    Server::start(Paypal::default(), clock).await
}

fn at(stub: &Stub, change: impl FnOnce(&mut PaypalSettings)) -> ProviderSettings {
    let mut settings = PaypalSettings {
        base_url: format!("{}/", stub.base_url),
        client_id: "client".to_owned(),
        client_secret: "secret-of-the-client".to_owned(),
        account: ACCOUNT.to_owned(),
        takes: vec![brl(100), Money::from_minor(50, Currency::JPY).unwrap()],
        authorize: false,
        return_url: "https://shop.example/back".to_owned(),
        cancel_url: "https://shop.example/cart".to_owned(),
        webhook_id: "WH-1".to_owned(),
        refund_window: REFUND_WINDOW,
        holds_inquiries: true,
        dispute_outcome: "outcome_code".to_owned(),
        dispute_won: vec!["RESOLVED_SELLER_FAVOUR".to_owned()],
        dispute_lost: vec!["RESOLVED_BUYER_FAVOUR".to_owned()],
        timeout: Timeout::from_secs(10),
    };
    change(&mut settings);
    ProviderSettings::new("paypal", ProviderKind::Paypal(Box::new(settings)))
}

async fn world(db: &TestDb, authorize: bool) -> (World, Stub) {
    let stub = stub(db.clock().clock()).await;
    (world_at(db, &stub, authorize).await, stub)
}

async fn world_at(db: &TestDb, stub: &Stub, authorize: bool) -> World {
    let provider = at(stub, |settings| settings.authorize = authorize);
    let world = World::with(db, |settings| {
        settings.charge_deadline = Timeout::from_millis(500);
        settings.providers = vec![provider];
    });
    world.await
}

/// What was told since this was last asked, as it is posted here.
fn told(stub: &Stub) -> Vec<ProviderWebhook> {
    let now = stub.clock.now();
    stub.book(|book| book.told(now))
}

async fn heard(world: &World, stub: &Stub) {
    for webhook in told(stub) {
        world.notify(webhook).await;
    }
}

async fn started(world: &World, amount: i64) -> Paid {
    let start = world.asked(Method::Paypal {}, amount);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

/// Where its payer is sent.
fn link(payment: &Payment) -> Option<&str> {
    match &payment.next_action {
        NextAction::Redirect { url } => Some(url),
        _ => None,
    }
}

/// The payer approves it.
fn approve(stub: &Stub, payment: &Payment) {
    stub.book(|book| book.approve(&book.id(payment.id)));
}

/// It is approved and told, and its money is taken.
async fn paid(world: &World, stub: &Stub, amount: i64) -> Paid {
    let paid = started(world, amount).await;
    approve(stub, &paid.payment);
    heard(world, stub).await;
    let now = world.payment(paid.payment.id).await;
    assert_eq!(now.status, S::Completed);
    paid
}

#[feira_testkit::test("payments")]
async fn its_keys_are_tried_without_a_charge(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    assert_eq!(check(&world, "paypal").await.outcome, CheckOutcome::Good);
    stub.next("GET order", Fault::Before(403));
    assert_eq!(check(&world, "paypal").await.outcome, CheckOutcome::Refused);
    stub.next("GET order", Fault::Page(503));
    assert_eq!(
        check(&world, "paypal").await.outcome,
        CheckOutcome::Unreachable
    );
}

//! Woovi's adapter over HTTP: what every provider does, and what only this one answers.

#[path = "woovi/accounts.rs"]
mod accounts;
#[path = "woovi/book.rs"]
mod book;
#[path = "woovi/disputing.rs"]
mod disputing;
#[path = "woovi/faults.rs"]
mod faults;
#[path = "woovi/giving_back.rs"]
mod giving_back;
#[path = "woovi/gone.rs"]
mod gone;
#[path = "woovi/harness.rs"]
pub(crate) mod harness;
#[path = "woovi/signing.rs"]
pub(crate) mod signing;
#[path = "woovi/silence.rs"]
mod silence;
#[path = "woovi/split_refunds.rs"]
mod split_refunds;
#[path = "woovi/splits.rs"]
mod splits;
#[path = "woovi/telling.rs"]
mod telling;
#[path = "woovi/withdrawals.rs"]
mod withdrawals;

use std::time::Duration as Timeout;

use feira_kernel::Clock;
use feira_payment::{
    CheckOutcome, Method, Payment, ProviderKind, ProviderSettings, ProviderWebhook, WooviSettings,
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    entering::check,
    stub::{Fault, Server},
    world::{Paid, World},
};
use book::{APP_ID, PIX_KEY, REFUND_WINDOW, Woovi};
use signing::PUBLIC_KEY;

/// In which payments end of themselves.
const LIFE: Duration = Duration::minutes(31);

type Stub = Server<Woovi>;

async fn stub(clock: Clock) -> Stub {
    Server::start(Woovi::default(), clock).await
}

fn at(stub: &Stub, change: impl FnOnce(&mut WooviSettings)) -> ProviderSettings {
    let mut settings = WooviSettings {
        base_url: stub.base_url.clone(),
        app_id: APP_ID.to_owned(),
        webhook_key: PUBLIC_KEY.to_owned(),
        webhook_token: String::new(),
        webhook_token_previous: String::new(),
        pix_key: PIX_KEY.to_owned(),
        refund_window: REFUND_WINDOW,
        tells_disputes: true,
        dispute_path: "dispute".to_owned(),
        dispute_won: vec!["REJECTED".to_owned()],
        dispute_lost: vec!["ACCEPTED".to_owned()],
        splits: true,
        accounts_refund: false,
        timeout: Timeout::from_secs(10),
    };
    change(&mut settings);
    ProviderSettings::new("woovi", ProviderKind::Woovi(settings))
}

async fn world(db: &TestDb, change: impl FnOnce(&mut WooviSettings)) -> (World, Stub) {
    let stub = stub(db.clock().clock()).await;
    let provider = at(&stub, change);
    let world = World::with(db, |settings| {
        settings.charge_deadline = Timeout::from_millis(500);
        settings.providers = vec![provider];
    })
    .await;
    (world, stub)
}

/// What was told since this was last asked, as it is posted here.
fn told(stub: &Stub) -> Vec<ProviderWebhook> {
    stub.book(Woovi::told)
}

async fn heard(world: &World, stub: &Stub) {
    for webhook in told(stub) {
        world.notify(webhook).await;
    }
}

async fn started(world: &World, amount: i64) -> Paid {
    let start = world.asked(Method::Pix {}, amount);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

/// Started, and paid by the payer, which is told.
async fn paid(world: &World, stub: &Stub, amount: i64) -> Paid {
    let paid = started(world, amount).await;
    pay(stub, &paid.payment);
    heard(world, stub).await;
    paid
}

fn pay(stub: &Stub, payment: &Payment) {
    let (id, now) = (payment.id.to_string(), stub.clock.now());
    stub.book(|book| book.set(&id, "COMPLETED", now));
}

#[feira_testkit::test("payments")]
async fn its_keys_are_tried_without_a_charge(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    assert_eq!(check(&world, "woovi").await.outcome, CheckOutcome::Good);
    stub.next("GET charge", Fault::Before(401));
    assert_eq!(check(&world, "woovi").await.outcome, CheckOutcome::Refused);
    stub.next("GET charge", Fault::Page(503));
    assert_eq!(
        check(&world, "woovi").await.outcome,
        CheckOutcome::Unreachable
    );
}

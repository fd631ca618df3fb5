//! Mercado Pago's adapter over HTTP: what every provider does, and what only this one answers.

#[path = "mercado_pago/book.rs"]
pub(crate) mod book;
#[path = "mercado_pago/disputing.rs"]
mod disputing;
#[path = "mercado_pago/faults.rs"]
mod faults;
#[path = "mercado_pago/fees.rs"]
mod fees;
#[path = "mercado_pago/harness.rs"]
pub(crate) mod harness;
#[path = "mercado_pago/paying.rs"]
mod paying;
#[path = "mercado_pago/telling.rs"]
pub(crate) mod telling;
#[path = "mercado_pago/texts.rs"]
mod texts;

use std::time::Duration as Timeout;

use feira_kernel::Clock;
use feira_payment::{
    CheckOutcome, MercadoPagoSettings, Method, Payment, PaymentFailure, PaymentStatus as S,
    ProviderKind, ProviderSettings, ProviderWebhook, testing::brl,
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    entering::check,
    stub::{Fault, Server},
    world::{Paid, World},
};
use book::{ACCOUNT, KEYS_KEPT, MercadoPago, REFUND_WINDOW, SECRET, TOKEN};

type Stub = Server<MercadoPago>;

async fn stub(clock: Clock) -> Stub {
    Server::start(MercadoPago::default(), clock).await
}

fn at(stub: &Stub, change: impl FnOnce(&mut MercadoPagoSettings)) -> ProviderSettings {
    let mut settings = MercadoPagoSettings {
        base_url: stub.base_url.clone(),
        access_token: TOKEN.to_owned(),
        live: true,
        webhook_secrets: vec![SECRET.to_owned()],
        account: ACCOUNT.to_string(),
        takes: vec![brl(50)],
        instalments: 12,
        instalment_least: vec![brl(100)],
        instalment_plans: None,
        manual_capture: false,
        payer_email: "payer@shop.example".to_owned(),
        pix_lasts: Duration::minutes(31),
        keys_kept: KEYS_KEPT,
        refund_window: REFUND_WINDOW,
        timeout: Timeout::from_secs(10),
    };
    change(&mut settings);
    ProviderSettings::new("mp", ProviderKind::MercadoPago(Box::new(settings)))
}

async fn world(db: &TestDb, change: impl FnOnce(&mut MercadoPagoSettings)) -> (World, Stub) {
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
    let now = stub.clock.now();
    stub.book(|book| book.told(now))
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

async fn status(world: &World, payment: &Payment) -> (S, Option<PaymentFailure>) {
    let now = world.payment(payment.id).await;
    (now.status, now.failure)
}

#[feira_testkit::test("payments")]
async fn its_keys_are_tried_without_a_charge(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    assert_eq!(check(&world, "mp").await.outcome, CheckOutcome::Good);
    stub.next("GET search", Fault::Before(401));
    assert_eq!(check(&world, "mp").await.outcome, CheckOutcome::Refused);
    stub.next("GET search", Fault::Page(503));
    assert_eq!(check(&world, "mp").await.outcome, CheckOutcome::Unreachable);
}

//! Stripe's adapter over HTTP: what every provider does, and what only this one answers.

#[path = "stripe/capturing.rs"]
mod capturing;
#[path = "stripe/disputes.rs"]
mod disputes;
#[path = "stripe/harness.rs"]
pub(crate) mod harness;
#[path = "stripe/notifying.rs"]
mod notifying;
#[path = "stripe/paying.rs"]
mod paying;
#[path = "stripe/report.rs"]
mod report;
#[path = "stripe/reversed_there.rs"]
mod reversed_there;
#[path = "stripe/saving.rs"]
mod saving;
#[path = "stripe/without_us.rs"]
mod without_us;

use std::time::Duration as Timeout;

use feira_kernel::PageRequest;
use feira_payment::{
    NextAction, Payment, PaymentFailure, PaymentStatus as S, ProviderKind, ProviderSettings,
    ProviderWebhook, RefundStatus, StripeConnect, StripeSettings,
    testing::{brl, card},
};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::{
    stripe_book::{Instead, KEY, error},
    stripe_stub::{SECRET, Stub},
    stub::Fault,
    world::{World, operator},
};

const BACK: &str = "https://shop.example/back?from=bank&more=1";
const MAKE: &str = "POST payment_intents";

fn at(stub: &Stub, change: impl FnOnce(&mut StripeSettings)) -> ProviderSettings {
    // Whoever builds a client needs one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut settings = StripeSettings {
        base_url: stub.base_url.clone(),
        secret_key: KEY.to_owned(),
        webhook_secrets: vec![SECRET.to_owned()],
        takes: vec![brl(50)],
        instalments: 12,
        instalment_least: vec![brl(100)],
        manual_capture: false,
        return_url: None,
        connect: None,
        timeout: Timeout::from_secs(3),
    };
    change(&mut settings);
    ProviderSettings::new("cards", ProviderKind::Stripe(settings))
}

fn connected() -> StripeConnect {
    StripeConnect {
        losses: "application".to_owned(),
        dashboard: "express".to_owned(),
    }
}

fn told(header: String, body: Vec<u8>) -> ProviderWebhook {
    ProviderWebhook {
        provider: "cards".to_owned(),
        path: String::new(),
        headers: vec![("stripe-signature".to_owned(), header)],
        body,
    }
}

async fn world(db: &TestDb, change: impl FnOnce(&mut StripeSettings)) -> (World, Stub) {
    let stub = Stub::start(db.clock().clock()).await;
    let world = World::at(db, vec![at(&stub, change)]).await;
    (world, stub)
}

/// Everything that Stripe tells is told, twice.
async fn tell(world: &World, stub: &Stub) {
    for (header, body) in stub.events() {
        for _ in 0..2 {
            world.notify(told(header.clone(), body.clone())).await;
        }
    }
}

async fn status(world: &World, payment: &Payment) -> (S, Option<PaymentFailure>) {
    let now = world.payment(payment.id).await;
    (now.status, now.failure)
}

fn id(stub: &Stub, index: usize) -> String {
    stub.intents()[index]["id"].as_str().unwrap().to_owned()
}

#[feira_testkit::test("payments")]
async fn a_card_that_is_confirmed_is_paid_and_given_back_in_parts(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(card("tok_needs_confirmation"), 1990).await;
    let secret = Some("pi_1_secret_x".to_owned());
    assert_eq!(
        payment.next_action,
        NextAction::CardConfirmation {
            url: None,
            client_secret: secret
        }
    );
    let again = world.payment(payment.id).await;
    assert_eq!(again.next_action, payment.next_action, "it is kept");
    // It is the payer's alone.
    let details = world.payments.details(&operator(), payment.id).await;
    let listed = world
        .payments
        .payments(&operator(), PageRequest::first(9))
        .await;
    for seen in [details.unwrap().payment, listed.unwrap().items.remove(0)] {
        assert_eq!(
            (seen.id, seen.next_action),
            (payment.id, NextAction::None {})
        );
    }
    let intent = stub.intents()[0].clone();
    assert_eq!(
        (&intent["amount"], &intent["currency"]),
        (&json!(1990), &json!("brl"))
    );
    assert_eq!(intent["metadata"]["feira_reference"], "F-1001");
    stub.confirm("pi_1", true);
    tell(&world, &stub).await;
    let paid = world.payment(payment.id).await;
    assert_eq!(
        (paid.status, paid.next_action),
        (S::Completed, NextAction::None {})
    );
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    assert_eq!(world.count("provider_events").await, 1);

    let failing = world.started(card("tok_needs_confirmation"), 500).await;
    stub.confirm(&id(&stub, 1), false);
    tell(&world, &stub).await;
    let failed = (S::Failed, Some(PaymentFailure::AuthenticationFailed));
    assert_eq!(status(&world, &failing).await, failed);
    let kept = "payments WHERE client_secret IS NOT NULL";
    assert_eq!(world.count(kept).await, 0);

    let paid = world.captured(&[1000, 500]).await;
    stub.next_refund("pending");
    let slow = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(slow.status, RefundStatus::Pending);
    let rest = world
        .refund(paid.refund(&[(0, 600), (1, 500)]))
        .await
        .unwrap();
    assert_eq!(rest.status, RefundStatus::Completed);
    stub.settle_refund("re_1", "succeeded");
    // Longer than its key is known.
    world.after(Duration::hours(30)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    assert_eq!(stub.refunds().len(), 2, "asked again, it is given once");
    tell(&world, &stub).await;

    let paid = world.captured(&[700]).await;
    stub.next_refund("pending");
    world.refund(paid.refund(&[(0, 700)])).await.unwrap();
    stub.settle_refund("re_3", "failed");
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    let again = world.refund(paid.refund(&[(0, 700)])).await.unwrap();
    assert_eq!(again.status, RefundStatus::Completed);
}

#[feira_testkit::test("payments")]
async fn what_is_authorized_is_captured_in_time_or_given_up(db: TestDb) {
    let (world, stub) = world(&db, |settings| {
        settings.manual_capture = true;
        settings.return_url = Some(BACK.to_owned());
    })
    .await;
    let at_once = world.started(card("pm_card_visa"), 900).await;
    assert_eq!(at_once.status, S::Completed);

    let sent = world.started(card("tok_needs_confirmation"), 1990).await;
    let NextAction::CardConfirmation { url: Some(url), .. } = &sent.next_action else {
        panic!("{sent:?}");
    };
    assert_eq!(url, "https://hooks.stripe.example/pi_2");
    let intent = stub.intents()[1].clone();
    assert_eq!(intent["next_action"]["redirect_to_url"]["return_url"], BACK);
    stub.confirm("pi_2", true);
    let busy = error(429, "invalid_request_error", "lock_timeout", "");
    stub.next(
        "POST payment_intents/capture",
        Instead::Answer(busy.0, busy.1),
    );
    tell(&world, &stub).await;
    assert_eq!(world.payment(sent.id).await.status, S::Pending);
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(sent.id).await.status, S::Completed);
    assert_eq!(stub.calls("POST payment_intents/capture"), 3);

    let late = world.started(card("tok_needs_confirmation"), 1990).await;
    db.clock().advance(Duration::minutes(31));
    stub.confirm("pi_3", true);
    tell(&world, &stub).await;
    world.after(Duration::minutes(5)).await;
    assert_eq!(world.payment(late.id).await.status, S::Expired);
    assert_eq!(stub.intents()[2]["status"], "canceled");
    assert_eq!(stub.calls("POST payment_intents/capture"), 3);
}

#[feira_testkit::test("payments")]
async fn each_error_ends_a_payment_or_is_asked_about_again(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (token, failure) in [
        ("tok_declined", "card_declined"),
        ("pm_poor", "insufficient_funds"),
        ("pm_nobodys", "refused"),
    ] {
        let payment = world.started(card(token), 1990).await;
        assert_eq!(
            (payment.status, payment.failure.map(PaymentFailure::as_str)),
            (S::Failed, Some(failure))
        );
    }
    let invalid = "invalid_request_error";
    for (status, kind, code) in [
        (400, invalid, "parameter_missing"),
        (402, "card_error", "expired_card"),
    ] {
        let (status, body) = error(status, kind, code, "x");
        stub.next(MAKE, Instead::Answer(status, body));
        let payment = world.started(card("pm_card_visa"), 1990).await;
        assert_eq!(
            payment.failure.map(PaymentFailure::as_str),
            Some("refused"),
            "{code}"
        );
    }
    let made = stub.intents().len();
    let mut waiting = Vec::new();
    for (status, kind, code) in [
        (401, invalid, ""),
        (403, invalid, ""),
        (409, invalid, "idempotency_key_in_use"),
        (429, invalid, "rate_limit"),
        (400, invalid, "rate_limit"),
        (500, "api_error", ""),
        (503, "api_error", ""),
    ] {
        let (status, body) = error(status, kind, code, "");
        stub.next(MAKE, Instead::Answer(status, body));
        let payment = world.started(card("pm_card_visa"), 1990).await;
        assert_eq!(
            (payment.status, payment.failure),
            (S::Pending, None),
            "{status}"
        );
        waiting.push(payment);
    }
    for instead in [
        Instead::Fault(Fault::DropAfter),
        Instead::Answer(404, json!("a page of somebody between")),
        Instead::Answer(200, json!({"id": "pi_9"})),
        Instead::Change("status", json!("teleported")),
        Instead::Change("metadata", json!({})),
        Instead::Change("currency", json!("doubloons")),
    ] {
        stub.next(MAKE, instead);
        let payment = world.started(card("pm_card_visa"), 1990).await;
        assert_eq!(payment.status, S::Pending);
        waiting.push(payment);
    }
    let exchanged = "transactions WHERE outcome LIKE '%payments.providers.cards.api_key%'";
    assert_eq!(world.count(exchanged).await, 2);
    // A busy minute, of which this is not all.
    stub.crowd(120);
    // What was done is found by its key, and what was not is done: each once.
    world.after(Duration::minutes(1)).await;
    for payment in &waiting {
        assert_eq!(status(&world, payment).await, (S::Completed, None));
    }
    assert_eq!(stub.intents().len(), made + waiting.len() + 120);
}

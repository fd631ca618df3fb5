//! What is told, in which order and by whom.

use feira_payment::{Method, PaymentError, PaymentId, PaymentStatus as S, ProviderWebhook};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{heard, pay, signing::webhook, told, world};
use crate::world::gateway;

fn completed(id: &str) -> Value {
    let charge = json!({"correlationID": id, "status": "COMPLETED"});
    json!({"event": "OPENPIX:CHARGE_COMPLETED", "charge": charge})
}

#[feira_testkit::test("payments")]
async fn a_notification_is_a_hint_and_woovi_has_the_fact(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    // Nobody has paid, whatever is told.
    world
        .notify(webhook(&completed(&payment.id.to_string())))
        .await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);

    pay(&stub, &payment);
    let mut all = told(&stub);
    let received = json!({
        "event": "OPENPIX:TRANSACTION_RECEIVED", "pix": {"charge": {"correlationID": payment.id}},
    });
    all.push(webhook(&received));
    all.reverse();
    // Also a day later: no time is signed.
    for webhook in all.iter().chain(&all) {
        world.notify(webhook.clone()).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
        db.clock().advance(Duration::days(1));
    }
    assert_eq!(world.count("provider_events").await, 3);
    assert_eq!(world.events().await, ["payment.captured.v1"]);

    // One of nobody's payment is kept and left; of what is none of ours nothing is kept.
    let nobodys = PaymentId(feira_payment::testing::random());
    world
        .notify(webhook(&completed(&nobodys.to_string())))
        .await;
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);
    for other in [
        json!({"evento": "teste_webhook", "event": "OPENPIX:CHARGE_COMPLETED"}),
        json!({"event": "OPENPIX:MOVEMENT_CONFIRMED", "payment": {"correlationID": "rent-1"}}),
        completed("order-1042"),
    ] {
        world.notify(webhook(&other)).await;
    }
    assert_eq!(world.count("provider_events").await, 4);
}

#[feira_testkit::test("payments")]
async fn only_what_is_signed_is_heard(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    let right = webhook(&completed(&payment.id.to_string()));
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = right.clone();
        change(&mut forged);
        forged
    };
    let other = webhook(&completed("order-1042")).headers;
    for forged in [
        with(&|forged| forged.headers.clear()),
        with(&|forged| forged.headers.clone_from(&other)),
        with(&|forged| forged.headers[0].1.clear()),
        with(&|forged| forged.headers[0].1.truncate(100)),
        with(&|forged| "x-openpix-signature".clone_into(&mut forged.headers[0].0)),
        with(&|forged| forged.headers.push(forged.headers[0].clone())),
        with(&|forged| forged.body.push(b' ')),
        with(&|forged| forged.body.clear()),
    ] {
        let refused = world.payments.provider_webhook(&gateway(), forged).await;
        assert!(
            matches!(refused, Err(PaymentError::BadSignature)),
            "{refused:?}"
        );
    }
    assert_eq!(world.count("provider_events").await, 0);
    pay(&stub, &payment);
    heard(&world, &stub).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

/// Woovi signs for others, too, and does not sign where it sends a notification.
#[feira_testkit::test("payments")]
async fn with_a_token_only_its_path_is_heard(db: TestDb) {
    let token = "t".repeat(32);
    let previous = "p".repeat(32);
    let (world, stub) = world(&db, |settings| {
        settings.webhook_token.clone_from(&token);
        settings.webhook_token_previous.clone_from(&previous);
    })
    .await;
    let payment = world.started(Method::Pix {}, 4200).await;
    pay(&stub, &payment);
    let [told]: [ProviderWebhook; 1] = told(&stub).try_into().expect("one");
    let at = |path: &str| ProviderWebhook {
        path: path.to_owned(),
        ..told.clone()
    };
    for path in [
        "",
        "t",
        &token[1..],
        &format!("{token}/x"),
        &token.to_uppercase(),
        &previous[1..],
    ] {
        let refused = world.payments.provider_webhook(&gateway(), at(path)).await;
        assert!(
            matches!(refused, Err(PaymentError::BadSignature)),
            "{path}: {refused:?}"
        );
    }
    // Where it was registered before, it is still told.
    world.notify(at(&previous)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    let mut unsigned = at(&token);
    unsigned.headers.clear();
    let refused = world.payments.provider_webhook(&gateway(), unsigned).await;
    assert!(
        matches!(refused, Err(PaymentError::BadSignature)),
        "{refused:?}"
    );
}

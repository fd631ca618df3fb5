//! Notifications that tell of nothing, or of something else.

use feira_payment::{
    PaymentError, PaymentStatus as S, ProviderWebhook,
    testing::{self, card},
};
use feira_testkit::TestDb;
use serde_json::json;

use super::{tell, told, world};
use crate::{
    stripe_book::Instead,
    stripe_stub::SECRET,
    world::{World, gateway},
};

/// Signed, under this header.
pub(super) async fn notified(world: &World, body: &str, header: &str) -> Result<(), PaymentError> {
    let signed = testing::signature(world.env.now(), body.as_bytes(), SECRET);
    let webhook = ProviderWebhook {
        headers: vec![(header.to_owned(), signed)],
        ..told(String::new(), body.as_bytes().to_vec())
    };
    world.payments.provider_webhook(&gateway(), webhook).await
}

#[feira_testkit::test("payments")]
async fn a_notification_of_something_else_moves_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(card("tok_needs_confirmation"), 1990).await;
    let of = |event: &str, object: &str| {
        format!(r#"{{"id":"{event}","type":"x","data":{{"object":{object}}}}}"#)
    };
    for (event, object) in [
        ("evt_a", r#"{"id":"cus_1","object":"customer"}"#),
        ("evt_b", r#"{"id":"pi_99","object":"payment_intent"}"#),
        (
            "evt_c",
            r#"{"id":"pi_1/../../x","object":"payment_intent"}"#,
        ),
        (
            "evt_d",
            r#"{"id":"ch_1","object":"charge","payment_intent":null}"#,
        ),
    ] {
        let body = of(event, object);
        notified(&world, &body, "stripe-signature").await.unwrap();
    }
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 4);
    let thin = r#"{"id":"evt_9","object":"v2.core.event","type":"v2.x","related_object":{}}"#;
    for body in [thin, "", "[]"] {
        let refused = notified(&world, body, "stripe-signature").await;
        assert!(matches!(refused, Err(PaymentError::Invalid(_))), "{body}");
    }
    // The header of the simulated provider signs nothing here.
    let right = of("evt_e", r#"{"id":"pi_1","object":"payment_intent"}"#);
    let unsigned = notified(&world, &right, "feira-signature").await;
    assert!(matches!(unsigned, Err(PaymentError::BadSignature)));
    // It is as the provider says, whatever the notification says.
    notified(&world, &right, "stripe-signature").await.unwrap();
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    stub.next(
        "GET payment_intents/id",
        Instead::Change("transfer_data", json!({"destination": "acct_9"})),
    );
    stub.confirm("pi_1", true);
    tell(&world, &stub).await;
    assert_eq!(
        world.payment(payment.id).await.status,
        S::Pending,
        "another's money"
    );
}

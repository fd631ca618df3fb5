//! The secret of a provider's notifications is replaced while it is in use: what the one before it signs is taken as
//! long as that is set.

use std::collections::BTreeMap;

use feira_payment::{Entered, KindName, PaymentError, ProviderChange, ProviderWebhook, testing};
use feira_testkit::TestDb;

use crate::{
    entering::{cards, change, entered, pointers, with_key},
    stripe_stub::SECRET,
    world::{World, gateway},
};

const NEW: &str = "whsec_of_the_new_endpoint_at_stripe_";

fn settings(fields: Entered) -> ProviderChange {
    ProviderChange {
        settings: Some(fields),
        ..ProviderChange::default()
    }
}

/// Whether what is signed so is taken.
async fn takes(world: &World, event: &str, secret: &str) -> bool {
    let body = format!(
        r#"{{"id":"{event}","type":"payment_intent.succeeded","data":{{"object":{{"id":"pi_1","object":"payment_intent"}}}}}}"#
    );
    let signed = testing::signature(world.env.now(), body.as_bytes(), secret);
    let webhook = ProviderWebhook {
        provider: "cards".to_owned(),
        path: String::new(),
        headers: vec![("stripe-signature".to_owned(), signed)],
        body: body.into_bytes(),
    };
    match world.payments.provider_webhook(&gateway(), webhook).await {
        Ok(_) => true,
        Err(PaymentError::BadSignature) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[feira_testkit::test("payments")]
async fn the_previous_secret_is_taken_while_it_is_set(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let (_stub, _) = cards(&world).await;
    assert!(takes(&world, "evt_1", SECRET).await);
    assert!(!takes(&world, "evt_2", NEW).await);
    for (now, previous) in [
        ("webhook_secret", "webhook_secret_previous"),
        ("connect_webhook_secret", "connect_webhook_secret_previous"),
    ] {
        let replaced = settings(entered(&[("webhook_secret", NEW), (now, NEW)]));
        change(&world, "cards", replaced).await.unwrap();
        assert!(!takes(&world, &format!("{now}_3"), SECRET).await);
        assert!(takes(&world, &format!("{now}_4"), NEW).await);
        let short = change(
            &world,
            "cards",
            settings(entered(&[(previous, "whsec_short")])),
        );
        let short = short.await.unwrap_err();
        let pointer = format!("/settings/{previous}");
        assert_eq!(pointers(&short), [(&*pointer, "payment.key_too_short")]);
        let kept = settings(entered(&[(previous, SECRET)]));
        change(&world, "cards", kept).await.unwrap();
        for (event, secret) in [("5", SECRET), ("6", NEW)] {
            assert!(takes(&world, &format!("{now}_{event}"), secret).await);
        }
        let removed = Entered(BTreeMap::from([(previous.to_owned(), None)]));
        change(&world, "cards", settings(removed)).await.unwrap();
        assert!(!takes(&world, &format!("{now}_7"), SECRET).await);
        assert!(takes(&world, &format!("{now}_8"), NEW).await);
    }
}

/// By whichever of its secrets notifications are known.
#[test]
fn every_secret_of_notifications_can_be_replaced() {
    let mut found = Vec::new();
    for kind in KindName::ALL {
        let all = kind.fields().iter().map(|field| field.name);
        for name in all.filter(|name| name.ends_with("webhook_secret")) {
            let previous = kind.field(&format!("{name}_previous"));
            let previous = previous.unwrap_or_else(|| panic!("{kind:?} has one {name}"));
            assert!(previous.form.is_secret() && !previous.required);
            found.push(kind.as_str());
        }
    }
    let expected = [
        "mercado_pago",
        "pix_api",
        "sandbox",
        "stripe",
        "stripe",
        "woovi",
    ];
    assert_eq!(found, expected);
}

//! What is told, in which order and by whom.

use feira_kernel::Time;
use feira_payment::{Method, PaymentError, PaymentStatus as S, ProviderWebhook};
use feira_testkit::TestDb;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use time::Duration;

use super::{SECRET, told, world};
use crate::world::gateway;

/// As it is posted, signed by what its pages say.
pub(crate) fn webhook(id: &str, request: &str, now: Time) -> ProviderWebhook {
    let at = now.unix_timestamp();
    let text = format!("id:{id};request-id:{request};ts:{at};");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let hash = hex::encode(mac.finalize().into_bytes());
    let body = json!({
        "action": "payment.updated", "api_version": "v1", "data": {"id": id}, "id": 5,
        "date_created": "2026-03-02T12:00:00Z", "live_mode": true, "type": "payment", "user_id": "9",
    });
    let headers = [
        ("x-request-id", request.to_owned()),
        ("x-signature", format!("ts={at},v1={hash}")),
    ];
    ProviderWebhook {
        provider: "mp".to_owned(),
        path: String::new(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
        body: body.to_string().into_bytes(),
    }
}

#[feira_testkit::test("payments")]
async fn duplicates_and_disorder_change_nothing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    let id = stub.book(|book| book.id(payment.id));
    let now = world.env.now();
    stub.book(|book| book.set(&id, "in_process", now));
    stub.book(|book| book.set(&id, "approved", now));
    let mut all = told(&stub);
    assert_eq!(all.len(), 3);
    all.reverse();
    for webhook in all.iter().chain(&all) {
        world.notify(webhook.clone()).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }
    assert_eq!(world.count("provider_events").await, 3);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    // A late one finds it as it is, and one of nobody's payment nothing.
    world.notify(webhook(&id, "late", now)).await;
    world.notify(webhook("999", "nobodys", now)).await;
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);
}

#[feira_testkit::test("payments")]
async fn only_what_is_signed_and_new_is_heard(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    let id = stub.book(|book| book.id(payment.id));
    let now = world.env.now();
    let right = webhook(&id, "r-1", now);
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = right.clone();
        change(&mut forged);
        forged
    };
    let text = String::from_utf8(right.body.clone()).unwrap();
    let other = text.replace(&id, "1000001");
    for forged in [
        with(&|forged| forged.headers.clear()),
        with(&|forged| forged.headers.truncate(1)),
        with(&|forged| "r-2".clone_into(&mut forged.headers[0].1)),
        with(&|forged| forged.headers[1].1.push('0')),
        with(&|forged| forged.body = other.clone().into_bytes()),
        with(&|forged| forged.body.clear()),
        webhook(&id, "r-1", now - Duration::seconds(301)),
        webhook(&id, "r-1", now + Duration::seconds(301)),
    ] {
        let refused = world.payments.provider_webhook(&gateway(), forged).await;
        assert!(
            matches!(refused, Err(PaymentError::BadSignature)),
            "{refused:?}"
        );
    }
    assert_eq!(world.count("provider_events").await, 0);
    // What the body says besides is not signed, and not believed.
    let told = text.replace("payment.updated", "payment.approved_for_sure");
    world
        .notify(with(&|forged| forged.body = told.clone().into_bytes()))
        .await;
    assert_eq!(world.count("provider_events").await, 1);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
}

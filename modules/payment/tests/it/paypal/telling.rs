//! What is told, in which order and by whom; and tokens.

use feira_payment::{PaymentError, PaymentStatus as S, ProviderWebhook};
use feira_testkit::TestDb;
use time::Duration;

use super::{approve, heard, link, started, told, world};
use crate::{stub::Fault, world::gateway};

#[feira_testkit::test("payments")]
async fn duplicates_and_disorder_take_the_money_once(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let payment = started(&world, 4200).await.payment;
    approve(&stub, &payment);
    let approval = told(&stub).remove(0);
    world.notify(approval.clone()).await;
    let capture = told(&stub).remove(0);
    for webhook in [&capture, &approval, &capture, &approval] {
        world.notify(webhook.clone()).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }
    assert_eq!(world.count("provider_events").await, 2);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    assert_eq!(stub.calls("POST capture"), 1);
    // What names no order, or none of ours.
    stub.book(|book| {
        book.tell(
            "PAYMENT.CAPTURE.REFUNDED",
            serde_json::json!({"id": "1JU0"}),
        )
    });
    stub.book(|book| {
        book.tell(
            "CUSTOMER.DISPUTE.CREATED",
            serde_json::json!({"dispute_id": "D"}),
        )
    });
    heard(&world, &stub).await;
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);
    // Of a dispute nobody else tells: it is looked for again, and left in the end.
    for _ in 0..12 {
        world.after(Duration::hours(2)).await;
    }
    assert_eq!(world.count(ignored).await, 2);
}

#[feira_testkit::test("payments")]
async fn only_what_paypal_says_that_it_sent_is_heard(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let (payment, other) = (started(&world, 4200).await, started(&world, 990).await);
    let (payment, other) = (payment.payment, other.payment);
    approve(&stub, &payment);
    let right = told(&stub).remove(0);
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = right.clone();
        change(&mut forged);
        forged
    };
    let ids = stub.book(|book| [book.id(payment.id), book.id(other.id)]);
    let text = String::from_utf8(right.body.clone()).unwrap();
    let renamed = text.replace(&ids[0], &ids[1]);
    let value = |forged: &mut ProviderWebhook, name: &str, value: &str| {
        let found = forged.headers.iter_mut().find(|(found, _)| found == name);
        value.clone_into(&mut found.unwrap().1);
    };
    let elsewhere = "https://thief.example/v1/notifications/certs/CERT-1";
    for (forged, asked) in [
        (with(&|forged| forged.headers.clear()), 0),
        (with(&|forged| forged.body.clear()), 0),
        (
            with(&|forged| value(forged, "paypal-cert-url", elsewhere)),
            0,
        ),
        (
            with(&|forged| value(forged, "paypal-transmission-sig", "Zm9yZ2Vk")),
            1,
        ),
        (
            with(&|forged| value(forged, "paypal-transmission-id", "transmission-9")),
            1,
        ),
        (
            with(&|forged| forged.body = renamed.clone().into_bytes()),
            1,
        ),
        (
            with(&|forged| forged.body = text.replace("2.10", "2.1").into_bytes()),
            1,
        ),
    ] {
        let before = stub.calls("POST verify");
        let refused = world.payments.provider_webhook(&gateway(), forged).await;
        let bad = matches!(
            refused,
            Err(PaymentError::BadSignature | PaymentError::Invalid(_))
        );
        assert!(bad, "{refused:?}");
        assert_eq!(stub.calls("POST verify") - before, asked);
    }
    assert_eq!(world.count("provider_events").await, 0);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    // While it cannot be asked, it is to send it again.
    for fault in [
        Fault::Before(503),
        Fault::Before(403),
        Fault::StallAfter,
        Fault::Page(200),
    ] {
        stub.next("POST verify", fault);
        let later = world
            .payments
            .provider_webhook(&gateway(), right.clone())
            .await;
        assert!(
            matches!(later, Err(PaymentError::ProviderUnavailable)),
            "{later:?}"
        );
    }
    stub.next("POST verify", Fault::Before(400));
    let refused = world
        .payments
        .provider_webhook(&gateway(), right.clone())
        .await;
    assert!(
        matches!(refused, Err(PaymentError::BadSignature)),
        "{refused:?}"
    );
    assert_eq!(world.count("provider_events").await, 0);
    world.notify(right).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn a_token_is_kept_until_shortly_before_its_end(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    for (seconds, issued) in [(0, 1), (32_339, 1), (1, 2)] {
        db.clock().advance(Duration::seconds(seconds));
        let payment = started(&world, 900).await.payment;
        assert!(link(&payment).is_some());
        assert_eq!(stub.book(|book| book.issued), issued, "{seconds}");
    }
    // Taken back before its time, what was asked is asked again.
    stub.book(|book| book.forget_token());
    let payment = started(&world, 900).await.payment;
    assert!(link(&payment).is_some());
    assert_eq!(stub.book(|book| book.issued), 3);
    // Without one nothing happens, and it is tried again.
    stub.book(|book| book.forget_token());
    stub.next("POST token", Fault::Before(401));
    let payment = started(&world, 900).await.payment;
    assert_eq!((payment.status, link(&payment)), (S::Pending, None));
    world.after(Duration::seconds(30)).await;
    assert!(link(&world.payment(payment.id).await).is_some());
}

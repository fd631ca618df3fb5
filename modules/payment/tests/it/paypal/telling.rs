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
        // Of what only PayPal can tell it is asked, once that is stored.
        assert!(bad == (asked == 0), "{refused:?}");
        assert_eq!(stub.calls("POST verify") - before, asked);
    }
    let ignored = "provider_events WHERE state = 'ignored' AND told IS NULL \
                   AND reason = 'not sent by the provider'";
    assert_eq!(world.count(ignored).await, 4);
    stub.next("POST verify", Fault::Before(400));
    let unknown = with(&|forged| value(forged, "paypal-auth-algo", "SHA9"));
    world.notify(unknown).await;
    assert_eq!(world.count(ignored).await, 5);
    assert_eq!(world.count("provider_events").await, 5);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    // None of them keeps away the one that PayPal sent.
    world.notify(right).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn what_paypal_cannot_be_asked_about_waits_and_is_applied_once(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let waits = "provider_events WHERE state = 'received' AND told IS NOT NULL";
    for fault in [
        Fault::Refuse,
        Fault::Before(503),
        Fault::Before(403),
        Fault::StallAfter,
        Fault::Page(200),
    ] {
        let payment = started(&world, 900).await.payment;
        approve(&stub, &payment);
        let right = told(&stub).remove(0);
        stub.next("POST verify", fault);
        world.notify(right.clone()).await;
        assert_eq!(world.count(waits).await, 1, "{fault:?}");
        // The same again waits with it.
        world.notify(right).await;
        assert_eq!(world.count(waits).await, 1);
        let kept = "provider_events WHERE told LIKE '%paypal-cert-url%'";
        assert_eq!(world.count(kept).await, 1);
        assert_eq!(world.payment(payment.id).await.status, S::Pending);
        // It is asked again, before it is time to look at the payment itself, and nobody sends it a second time.
        world.after(Duration::seconds(15)).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
        assert_eq!(world.count(waits).await, 0);
        told(&stub);
    }
    let applied = "provider_events WHERE state = 'applied' AND told IS NULL";
    assert_eq!(world.count(applied).await, 5);
    assert_eq!(world.count("provider_events").await, 5);
    assert_eq!(stub.calls("POST capture"), 5);
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

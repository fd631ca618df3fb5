use feira_payment::{Method, PaymentError, PaymentStatus as S, ProviderWebhook, testing};
use feira_testkit::TestDb;
use tokio::task::JoinSet;

use crate::world::{OLD_SECRET, SECRET, World, gateway};

#[feira_testkit::test("payments")]
async fn repeated_reordered_and_parallel_notifications_have_one_effect(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.notify(world.webhook("evt_early", payment.id)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    world.provider.set(payment.id, "captured");
    let mut deliveries = JoinSet::new();
    for n in 0..32 {
        let webhook = world.webhook(&format!("evt_{}", n % 4), payment.id);
        let payments = world.payments.clone();
        deliveries.spawn(async move { payments.provider_webhook(&gateway(), webhook).await });
    }
    for result in deliveries.join_all().await {
        result.unwrap();
    }
    world.notify(world.webhook("evt_early", payment.id)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    assert_eq!(world.count("ledger_transactions").await, 1);
    assert_eq!(world.count("provider_events").await, 5);
    assert_eq!(
        world
            .count("provider_events WHERE state = 'received'")
            .await,
        0
    );
    // Later ones, whatever the provider says now, change nothing.
    world.provider.set(payment.id, "cancelled");
    world.notify(world.webhook("evt_late", payment.id)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    assert_eq!(world.events().await.len(), 1);
}

#[feira_testkit::test("payments")]
async fn forged_notifications_have_no_effect(db: TestDb, world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.provider.set(payment.id, "captured");
    let right = world.webhook("evt_1", payment.id);
    let change = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut webhook = right.clone();
        change(&mut webhook);
        webhook
    };
    let body = String::from_utf8(right.body.clone()).unwrap();
    let mut forged = vec![
        change(&|w| w.headers.clear()),
        change(&|w| w.headers[0].1.clear()),
        change(&|w| w.headers[0].1.truncate(40)),
        change(&|w| w.body[7] ^= 1),
        change(&|w| w.body.push(b' ')),
        change(&|w| w.headers.push(w.headers[0].clone())),
        world.signed(&body, &"x".repeat(32)),
        world.signed(&body, ""),
    ];
    for seconds in [301, -301] {
        db.clock().advance(time::Duration::seconds(seconds));
        let stale = world.signed(&body, SECRET);
        db.clock().advance(time::Duration::seconds(-seconds));
        forged.push(stale);
    }
    for webhook in forged {
        let refused = world
            .payments
            .provider_webhook(&gateway(), webhook)
            .await
            .unwrap_err();
        assert!(matches!(refused, PaymentError::BadSignature), "{refused:?}");
    }
    let stranger = feira_kernel::Actor::stranger();
    let refused = world
        .payments
        .provider_webhook(&stranger, right.clone())
        .await
        .unwrap_err();
    assert!(matches!(refused, PaymentError::Forbidden), "{refused:?}");
    let other = change(&|w| w.provider = "acme".to_owned());
    let unknown = world
        .payments
        .provider_webhook(&gateway(), other)
        .await
        .unwrap_err();
    assert!(matches!(unknown, PaymentError::NotFound), "{unknown:?}");
    assert_eq!(world.count("provider_events").await, 0);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    world.notify(world.signed(&body, OLD_SECRET)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn unknown_charges_are_taken_and_unreadable_bodies_are_not(world: World) {
    for charge in ["ch_99", "../secrets", "x?y"] {
        let body =
            format!(r#"{{"id":"evt_{charge}","type":"charge.captured","charge_id":"{charge}"}}"#);
        world.notify(world.signed(&body, SECRET)).await;
    }
    assert_eq!(
        world.count("provider_events WHERE state = 'ignored'").await,
        3
    );
    for body in [
        "",
        "[]",
        "null",
        r#"{"id":"e"}"#,
        r#"{"id":"","type":"t","charge_id":"c"}"#,
    ] {
        let refused = world
            .payments
            .provider_webhook(&gateway(), world.signed(body, SECRET))
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Invalid(_))),
            "{body}: {refused:?}"
        );
    }
}

#[feira_testkit::test("payments")]
async fn a_notification_that_could_not_be_acted_on_is_kept_and_acted_on(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.provider.set(payment.id, "captured");
    let webhook = world.webhook("evt_1", payment.id);
    world.provider.down(true);
    world.notify(webhook).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    assert_eq!(
        world
            .count("provider_events WHERE state = 'received'")
            .await,
        1
    );
    world.provider.down(false);
    // Not yet time to look at the payment itself again.
    world.after(time::Duration::seconds(15)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    world.after(time::Duration::minutes(1)).await;
    assert_eq!(
        world.count("provider_events WHERE state = 'applied'").await,
        1
    );
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

#[feira_testkit::test("payments")]
async fn a_notification_before_our_own_answer_gives_the_same_split(db: TestDb) {
    let world = World::with(&db, |s| {
        s.charge_deadline = std::time::Duration::from_millis(300)
    })
    .await;
    world.provider.next(crate::provider::Fault::StallAfter);
    let asked = world.asked(testing::card("tok_approved"), 5000);
    let (payments, start) = (world.payments.clone(), asked.clone());
    let starting =
        tokio::spawn(async move { payments.start(&testing::order(), start).await.unwrap() });
    while world.provider.charges().is_empty() {
        tokio::task::yield_now().await;
    }
    let charge = world.provider.charges()[0].clone();
    let id = feira_payment::PaymentId(charge.key.parse().unwrap());
    world.notify(world.webhook("evt_1", id)).await;
    assert_eq!(world.payment(id).await.status, S::Completed);
    let answered = starting.await.unwrap();
    assert_eq!(answered.id, id);
    assert_eq!(world.balance(asked.splits[0].store).await, [4500, 0, 0, 0]);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

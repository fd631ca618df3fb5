use std::time::Duration;

use feira_payment::{Method, PaymentError, PaymentFailure, PaymentStatus as S, testing};
use feira_testkit::TestDb;

use crate::{provider::Fault, world::World};

const HALF_HOUR: time::Duration = time::Duration::minutes(30);

#[feira_testkit::test("payments")]
async fn an_unpaid_payment_expires_at_the_provider_too(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.after(time::Duration::minutes(29)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    world.after(time::Duration::minutes(2)).await;
    let expired = world.payment(payment.id).await;
    assert_eq!(
        (expired.status, expired.failure.map(PaymentFailure::as_str)),
        (S::Expired, Some("expired"))
    );
    assert_eq!(world.provider.charge(payment.id).status, "cancelled");
    assert_eq!(world.events().await, ["payment.failed.v1"]);
}

#[feira_testkit::test("payments")]
async fn paid_at_the_last_moment_is_paid(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.provider.set(payment.id, "captured");
    world.after(HALF_HOUR).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

#[feira_testkit::test("payments")]
async fn money_that_comes_after_the_end_is_told_as_it_is(world: World) {
    let expired = world.started(Method::Pix {}, 1990).await;
    world.after(HALF_HOUR).await;
    let cancelled = world.started(Method::Pix {}, 1990).await;
    world.cancel(cancelled.id).await.unwrap();
    let failed = world.started(testing::card("tok_declined"), 1990).await;
    for (index, payment) in [&expired, &cancelled, &failed].into_iter().enumerate() {
        assert_ne!(world.payment(payment.id).await.status, S::Completed);
        world.provider.set(payment.id, "captured");
        world
            .notify(world.webhook(&format!("evt_{index}"), payment.id))
            .await;
        let late = world.payment(payment.id).await;
        assert_eq!((late.status, late.failure), (S::Completed, None));
    }
    let captured = world
        .events()
        .await
        .into_iter()
        .filter(|name| name == "payment.captured.v1");
    assert_eq!(captured.count(), 3);
}

#[feira_testkit::test("payments")]
async fn cancelling_what_is_paid_meanwhile_finds_it_paid(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.provider.set(payment.id, "captured");
    let found = world.cancel(payment.id).await.unwrap();
    assert_eq!(found.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

#[feira_testkit::test("payments")]
async fn a_cancel_that_the_provider_does_not_answer_is_asked_again(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    world.provider.down(true);
    let unknown = world.cancel(payment.id).await.unwrap_err();
    assert!(
        matches!(unknown, PaymentError::ProviderUnavailable),
        "{unknown:?}"
    );
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    world.provider.down(false);
    let ended = world.cancel(payment.id).await.unwrap();
    assert_eq!(ended.status, S::Cancelled);
    // Whoever cancels is told by the answer.
    assert!(world.events().await.is_empty());
}

/// The request was on its way when the order gave up: the charge came to be afterwards.
#[feira_testkit::test("payments")]
async fn a_charge_that_arrives_after_the_cancel_is_found_by_a_last_look(db: TestDb) {
    let world = World::with(&db, |s| s.charge_deadline = Duration::from_millis(300)).await;
    for (token, then) in [
        ("tok_approved", S::Completed),
        ("tok_delayed", S::Cancelled),
    ] {
        world.provider.next(Fault::Refuse);
        let asked = world.asked(testing::card(token), 4200);
        let payment = world.begin(asked).await.unwrap();
        let ended = world.cancel(payment.id).await.unwrap();
        assert_eq!(ended.status, S::Cancelled);
        let client = reqwest::Client::new();
        let body = serde_json::json!({"method": "card", "token": token, "amount": 4200, "currency": "BRL"});
        let request = client
            .post(format!("{}/v1/charges", world.provider.base_url))
            .json(&body);
        let request = request.header("idempotency-key", payment.id.to_string());
        request
            .bearer_auth("key-of-the-stub-0001")
            .send()
            .await
            .unwrap();
        world.after(time::Duration::minutes(11)).await;
        assert_eq!(world.payment(payment.id).await.status, then);
        assert_ne!(world.provider.charge(payment.id).status, "pending");
    }
    assert_eq!(
        world.count("payments WHERE next_poll_at IS NOT NULL").await,
        0
    );
}

#[feira_testkit::test("payments")]
async fn looks_become_rarer_but_never_miss_the_end(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    for _ in 0..120 {
        world.after(time::Duration::seconds(15)).await;
    }
    assert_eq!(world.payment(payment.id).await.status, S::Expired);
    let looks = world.provider.calls("GET charges");
    assert!((8..=16).contains(&looks), "{looks} looks in half an hour");
}

#[feira_testkit::test("payments")]
async fn the_poller_tells_how_many_it_settled_and_two_do_not_settle_twice(
    db: TestDb,
    world: World,
) {
    for _ in 0..10 {
        let payment = world.started(Method::Pix {}, 700).await;
        world.provider.set(payment.id, "captured");
    }
    db.clock().advance(time::Duration::minutes(1));
    let system = feira_kernel::Actor::system("order");
    let (a, b) = tokio::join!(world.payments.poll(&system), world.payments.poll(&system));
    assert_eq!(a.unwrap() + b.unwrap(), 10);
    assert_eq!(world.events().await.len(), 10);
    assert_eq!(world.payments.poll(&system).await.unwrap(), 0);
    let person = feira_kernel::Actor::stranger();
    assert!(matches!(
        world.payments.poll(&person).await,
        Err(PaymentError::Forbidden)
    ));
}

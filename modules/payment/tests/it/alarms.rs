//! What somebody must look at, and how often a refused notification is kept.

use feira_kernel::{Page, PageRequest};
use feira_payment::{Alarm, PaymentError, ProviderOverview, ProviderWebhook, testing};
use time::Duration;

use crate::{
    entering::chief,
    provider::Fault,
    world::{SECRET, World, gateway, operator, seller},
};

async fn alarms(world: &World) -> Page<Alarm> {
    let first = PageRequest::first(10);
    world.payments.alarms(&operator(), first).await.unwrap()
}

async fn overview(world: &World) -> ProviderOverview {
    world.payments.providers(&chief()).await.unwrap().remove(0)
}

async fn notify(world: &World, webhook: ProviderWebhook) -> Result<(), PaymentError> {
    world.payments.provider_webhook(&gateway(), webhook).await
}

#[feira_testkit::test("payments")]
async fn a_charge_that_is_not_what_was_asked_for_is_listed_once(world: World) {
    assert_eq!(alarms(&world).await.items, []);
    world.provider.next(Fault::WrongPayee);
    world.provider.next_fetch(Fault::WrongPayee);
    let payment = world.started(testing::card("tok_approved"), 4200).await;
    world.notify(world.webhook("evt_1", payment.id)).await;
    let told = alarms(&world).await.items;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].payment, payment.id);
    assert!(told[0].message.contains("payee"), "{told:?}");
    let store = seller(world.store());
    let refused = world.payments.alarms(&store, PageRequest::first(10)).await;
    assert!(matches!(refused, Err(PaymentError::Forbidden)));
}

#[feira_testkit::test("payments")]
async fn a_refused_notification_is_kept_once_a_minute_until_one_is_good(world: World) {
    let payment = world.started(testing::card("tok_approved"), 4200).await;
    let good = world.webhook("evt_1", payment.id);
    let body = String::from_utf8(good.body.clone()).unwrap();
    let forged = |world: &World| world.signed(&body, &"x".repeat(32));
    let first = world.env.now();
    for seconds in [0, 59] {
        world.db.clock().set(first + Duration::seconds(seconds));
        let refused = notify(&world, forged(&world)).await;
        assert!(matches!(refused, Err(PaymentError::BadSignature)));
        let seen = overview(&world).await;
        assert_eq!(seen.refusal.as_deref(), Some("signature"));
        assert_eq!(seen.refused_at, Some(first));
        assert_eq!((seen.notified_at, seen.failure), (None, None));
    }
    let later = first + Duration::seconds(61);
    world.db.clock().set(later);
    let unreadable = world.signed("{", SECRET);
    let refused = notify(&world, unreadable).await;
    assert!(
        matches!(refused, Err(PaymentError::Invalid(_))),
        "{refused:?}"
    );
    let seen = overview(&world).await;
    assert_eq!(seen.refusal.as_deref(), Some("unreadable"));
    assert_eq!(seen.refused_at, Some(later));

    let unknown = ProviderWebhook {
        provider: "nobody".to_owned(),
        ..forged(&world)
    };
    assert!(notify(&world, unknown).await.is_err());
    assert_eq!(world.count("provider_refusals").await, 1);
    world.db.clock().advance(Duration::seconds(1));
    notify(&world, world.signed(&body, SECRET)).await.unwrap();
    let seen = overview(&world).await;
    assert!(seen.notified_at > seen.refused_at);
}

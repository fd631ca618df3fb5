use feira_cart::{
    CartCompleted, CartError, CartId, CartOwner, CartStatus, Carts,
    testing::{FakeCarts, cart},
};
use feira_kernel::{Actor, outbox::Event};
use uuid::Uuid;

use crate::support::{ana, bia, order, world};

#[test]
fn a_cart_is_completed_by_one_order_however_often_it_is_said() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        world.add(&ana(), id, 1, 1).await.unwrap();
        let made = Uuid::from_u128(1);
        for _ in 0..3 {
            world.api.close(&order(), id, made).await.unwrap();
        }
        let other = world.api.close(&order(), id, Uuid::from_u128(2)).await;
        assert!(matches!(other, Err(CartError::Closed)), "{other:?}");
        let late = world.add(&ana(), id, 2, 1).await;
        assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
        let seen = world.api.cart(&ana(), id).await.unwrap();
        assert_eq!(seen.status, CartStatus::Completed);
        assert_ne!(world.open(&ana()).await, id, "her next cart is a new one");
        for _ in 0..2 {
            world.runner.settle().await.unwrap();
        }
        let told = world.events.lock().unwrap().clone();
        assert_eq!(
            told,
            [CartCompleted {
                cart: id,
                version: 3,
                order: made
            }]
        );
    });
}

#[test]
fn sixteen_orders_of_one_cart_close_it_once() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        let tries: Vec<_> = (1..=16)
            .map(|n| {
                let api = world.api.clone();
                tokio::spawn(async move { api.close(&order(), id, Uuid::from_u128(n)).await })
            })
            .collect();
        let mut closed = 0;
        for attempt in tries {
            match attempt.await.unwrap() {
                Ok(()) => closed += 1,
                Err(error) => assert!(matches!(error, CartError::Closed), "{error:?}"),
            }
        }
        assert_eq!(closed, 1);
        world.runner.settle().await.unwrap();
        assert_eq!(world.events.lock().unwrap().len(), 1);
    });
}

/// What `order` relies on, of the real carts and of the fake.
async fn contract(api: &dyn Carts, id: CartId, owner: CartOwner) {
    let foreign = CartOwner::User(bia().user().unwrap());
    let nowhere = CartId(Uuid::from_u128(404));
    for actor in [ana(), Actor::stranger(), Actor::system("catalog")] {
        let refused = api.for_checkout(&actor, id, owner.clone()).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
        let refused = api.close(&actor, id, Uuid::from_u128(1)).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
    }
    for (id, owner) in [(id, foreign), (nowhere, owner.clone())] {
        let absent = api.for_checkout(&order(), id, owner).await;
        assert!(matches!(absent, Err(CartError::NotFound)), "{absent:?}");
    }
    let absent = api.close(&order(), nowhere, Uuid::from_u128(1)).await;
    assert!(matches!(absent, Err(CartError::NotFound)));
    let found = api.for_checkout(&order(), id, owner.clone()).await.unwrap();
    assert_eq!((found.id, found.status), (id, CartStatus::Open));
    api.close(&order(), id, Uuid::from_u128(1)).await.unwrap();
    api.close(&order(), id, Uuid::from_u128(1)).await.unwrap();
    let other = api.close(&order(), id, Uuid::from_u128(2)).await;
    assert!(matches!(other, Err(CartError::Closed)));
    let late = api.for_checkout(&order(), id, owner).await;
    assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
}

#[test]
fn the_real_carts_keep_the_contract() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        contract(&*world.api, id, CartOwner::User(ana().user().unwrap())).await;
    });
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    let fake = FakeCarts::new();
    let owner = CartOwner::User(ana().user().unwrap());
    let id = fake.put(cart(owner.clone(), Vec::new()).unwrap());
    assert!(!fake.is_closed(id));
    contract(&fake, id, owner).await;
    assert!(fake.is_closed(id));
}

#[test]
fn a_recorded_event_goes_on_decoding() {
    let recorded = serde_json::json!({
        "cart": "01900000-0000-7000-8000-000000010ca7",
        "version": 3,
        "order": "01900000-0000-7000-8000-000000020a01"
    });
    let event: CartCompleted = serde_json::from_value(recorded.clone()).unwrap();
    insta::assert_json_snapshot!(CartCompleted::NAME, event);
    assert_eq!(serde_json::to_value(event).unwrap(), recorded);
}

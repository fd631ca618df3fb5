use feira_cart::{
    CartCompleted, CartError, CartId, CartOwner, CartStatus, Carts,
    testing::{FakeCarts, cart, group, line},
};
use feira_catalog::testing::sellable;
use feira_kernel::{Actor, Currency, outbox::Event};
use feira_store::testing::{shipping_option, store};
use uuid::Uuid;

use crate::support::{World, ana, bia, brl, order};

#[feira_testkit::test("carts")]
async fn a_cart_is_completed_by_the_order_that_holds_it_however_often_told(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let made = Uuid::from_u128(1);
    let early = world.api.close(&order(), id, made, None).await;
    assert!(matches!(early, Err(CartError::Closed)), "{early:?}");
    world.hold(&ana(), id, made).await;
    for _ in 0..3 {
        world.api.close(&order(), id, made, None).await.unwrap();
    }
    for bought in [None, Some(Vec::new())] {
        let other = world
            .api
            .close(&order(), id, Uuid::from_u128(2), bought)
            .await;
        assert!(matches!(other, Err(CartError::Closed)), "{other:?}");
    }
    let late = world.add(&ana(), id, 2, 1).await;
    assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
    let seen = world.api.cart(&ana(), id).await.unwrap();
    assert_eq!(seen.status, CartStatus::Completed);
    assert_eq!(seen.order, Some(made));
    assert_ne!(world.open(&ana()).await, id, "her next cart is a new one");
    for _ in 0..2 {
        world.runner.settle().await.unwrap();
    }
    let told = world.events.lock().unwrap().clone();
    assert_eq!(
        told,
        [CartCompleted {
            cart: id,
            version: 4,
            order: made
        }]
    );
}

/// What `order` relies on, of the real carts and of the fake.
async fn contract(api: &dyn Carts, id: CartId, owner: CartOwner) {
    let foreign = CartOwner::User(bia().user().unwrap());
    let nowhere = CartId(Uuid::from_u128(404));
    let [one, two] = [1, 2].map(Uuid::from_u128);
    let order = &order();
    for actor in [ana(), Actor::stranger(), Actor::system("catalog")] {
        let answers = [
            api.for_checkout(&actor, id, owner.clone()).await.map(drop),
            api.hold(&actor, id, 1, one).await.map(drop),
            api.release(&actor, id, one).await.map(drop),
            api.held(&actor, Default::default()).await.map(drop),
            api.close(&actor, id, one, None).await,
        ];
        for refused in answers {
            assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
        }
    }
    for (id, owner) in [(id, foreign), (nowhere, owner.clone())] {
        let absent = api.for_checkout(order, id, owner).await;
        assert!(matches!(absent, Err(CartError::NotFound)), "{absent:?}");
    }
    for bought in [None, Some(Vec::new())] {
        let absent = api.close(order, nowhere, one, bought).await;
        assert!(matches!(absent, Err(CartError::NotFound)));
    }
    assert!(!api.hold(order, nowhere, 1, one).await.unwrap());

    let found = api.for_checkout(order, id, owner.clone()).await.unwrap();
    assert_eq!((found.id, found.status), (id, CartStatus::Open));
    let hold = |version, order_id| api.hold(order, id, version, order_id);
    let early = hold(found.version - 1, one).await.unwrap();
    assert!(!early, "it has changed");
    for _ in 1..=2 {
        assert!(hold(found.version, one).await.unwrap());
    }
    let other = hold(found.version, two).await.unwrap();
    assert!(!other, "it is another's");
    let held = api.for_checkout(order, id, owner.clone()).await.unwrap();
    assert_eq!((held.status, held.order), (CartStatus::Held, Some(one)));

    let release = |order_id| api.release(order, id, order_id);
    assert_eq!(release(two).await.unwrap(), None);
    let released = release(one).await.unwrap().unwrap();
    assert_eq!((released.cart, released.report.len()), (id, 2));
    assert_eq!(release(one).await.unwrap(), Some(released), "told again");

    let open = api.for_checkout(order, id, owner.clone()).await.unwrap();
    assert_eq!((open.status, open.order), (CartStatus::Open, None));
    assert!(hold(open.version, two).await.unwrap());
    let other = api.close(order, id, one, None).await;
    assert!(matches!(other, Err(CartError::Closed)));
    for _ in 0..2 {
        api.close(order, id, two, None).await.unwrap();
    }
    assert_eq!(release(two).await.unwrap(), None, "it is bought");
    let late = api.for_checkout(order, id, owner).await;
    assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
}

#[feira_testkit::test("carts")]
async fn the_real_carts_keep_the_contract(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 2).await.unwrap();
    world.add(&ana(), id, 2, 1).await.unwrap();
    contract(&*world.api, id, CartOwner::User(ana().user().unwrap())).await;
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    let fake = FakeCarts::new();
    let owner = CartOwner::User(ana().user().unwrap());
    let of = store("Ateliê");
    let offered = [(1, 2), (2, 1)].map(|(number, quantity)| {
        let sellable = sellable(number, of.id, brl(100), 50);
        line(&sellable, quantity).unwrap()
    });
    let shipping = shipping_option(of.id, "Standard", 1500, Currency::BRL);
    let group = group(&of, offered.to_vec(), shipping).unwrap();
    let id = fake.put(cart(owner.clone(), vec![group]).unwrap());
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

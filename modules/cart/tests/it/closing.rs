use feira_cart::{
    CartCompleted, CartError, CartId, CartOwner, CartStatus, Carts,
    testing::{FakeCarts, cart, group, line},
};
use feira_catalog::{StockLine, testing::sellable};
use feira_kernel::{Actor, Currency, outbox::Event};
use feira_store::testing::{shipping_option, store};
use uuid::Uuid;

use crate::support::{ana, bia, brl, lines, order, sku, units, variant, world};

fn stock(number: u128, quantity: u32) -> StockLine {
    StockLine {
        variant: variant(number),
        quantity,
    }
}

#[test]
fn a_cart_is_completed_by_one_order_however_often_it_is_said() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        world.add(&ana(), id, 1, 1).await.unwrap();
        let made = Uuid::from_u128(1);
        for _ in 0..3 {
            let sold = vec![stock(1, 1)];
            world.api.close(&order(), id, made, sold).await.unwrap();
        }
        let other = world
            .api
            .close(&order(), id, Uuid::from_u128(2), Vec::new())
            .await;
        assert!(matches!(other, Err(CartError::Closed)), "{other:?}");
        let late = world.add(&ana(), id, 2, 1).await;
        assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
        let seen = world.api.cart(&ana(), id).await.unwrap();
        assert_eq!(seen.status, CartStatus::Completed);
        assert_eq!(seen.continued_in, None);
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
        world.add(&ana(), id, 1, 1).await.unwrap();
        let tries: Vec<_> = (1..=16)
            .map(|n| {
                let api = world.api.clone();
                let sold = Vec::new();
                tokio::spawn(async move { api.close(&order(), id, Uuid::from_u128(n), sold).await })
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
        let next = world.api.cart(&ana(), id).await.unwrap().continued_in;
        assert_eq!(next, Some(world.open(&ana()).await));
        world.runner.settle().await.unwrap();
        assert_eq!(world.events.lock().unwrap().len(), 1);
    });
}

#[test]
fn what_a_person_puts_in_after_her_order_goes_on_in_her_next_cart() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        for (number, quantity) in [(1, 2), (2, 1)] {
            world.add(&ana(), id, number, quantity).await.unwrap();
        }
        // Two units of 1 and one of 2 are an order that waits for its money. Meanwhile:
        let before = world.add(&ana(), id, 1, 3).await.unwrap();
        let taken_out = feira_cart::testing::item_of(&before, variant(2)).unwrap();
        world
            .api
            .remove_item(&ana(), id, taken_out, None)
            .await
            .unwrap();
        world.add(&ana(), id, 11, 4).await.unwrap();
        let sold = || vec![stock(1, 1), stock(1, 1), stock(2, 1)];
        for _ in 0..2 {
            let made = Uuid::from_u128(1);
            world.api.close(&order(), id, made, sold()).await.unwrap();
        }
        let old = world.api.cart(&ana(), id).await.unwrap();
        assert_eq!(units(&old), [sku(1, 2)]);
        let next = world.open(&ana()).await;
        assert_eq!(old.continued_in, Some(next));
        let next = world.api.cart(&ana(), next).await.unwrap();
        assert_eq!(units(&next), [sku(1, 3), sku(11, 4)]);
        assert_eq!(lines(&next)[0].unit_price_seen, brl(100));
        assert_eq!((next.status, next.version), (CartStatus::Open, 1));
    });
}

#[test]
fn a_guests_token_opens_the_cart_that_goes_on() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let (guest, id) = world.guest().await;
        world.add(&guest, id, 1, 1).await.unwrap();
        let destination = feira_store::Destination {
            country: "BR".to_owned(),
            state: Some("SP".to_owned()),
            postal_code: "01310-200".to_owned(),
        };
        let shipping = feira_cart::ShippingSelection {
            destination: Some(destination),
            choices: Vec::new(),
        };
        let set = world.api.set_shipping(&guest, id, shipping, None).await;
        set.unwrap();
        world.add(&guest, id, 2, 1).await.unwrap();
        db.clock().advance(time::Duration::days(29));
        let sold = vec![stock(1, 1)];
        let closed = world
            .api
            .close(&order(), id, Uuid::from_u128(1), sold)
            .await;
        closed.unwrap();
        // It lives as long as any guest's cart that was just changed.
        db.clock().advance(time::Duration::days(29));
        let old = world.api.cart(&guest, id).await.unwrap();
        let next = old.continued_in.unwrap();
        let next = world.add(&guest, next, 3, 1).await.unwrap();
        assert_eq!(units(&next), [sku(2, 1), sku(3, 1)]);
        assert!(next.destination.is_some());
        assert_eq!(next.destination, old.destination);
        let foreign = world.api.cart(&ana(), next.id).await;
        assert!(matches!(foreign, Err(CartError::NotFound)));
        let token = guest.guest_token().unwrap().clone();
        let claimed = world.api.claim(&ana(), next.id, token, None).await.unwrap();
        assert_eq!(units(&claimed.cart), [sku(2, 1), sku(3, 1)]);
    });
}

/// What `order` relies on, of the real carts and of the fake. The cart has two units of product 1
/// and one of product 2.
async fn contract(api: &dyn Carts, id: CartId, owner: CartOwner) {
    let foreign = CartOwner::User(bia().user().unwrap());
    let nowhere = CartId(Uuid::from_u128(404));
    for actor in [ana(), Actor::stranger(), Actor::system("catalog")] {
        let refused = api.for_checkout(&actor, id, owner.clone()).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
        let refused = api.close(&actor, id, Uuid::from_u128(1), Vec::new()).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
    }
    for (id, owner) in [(id, foreign), (nowhere, owner.clone())] {
        let absent = api.for_checkout(&order(), id, owner).await;
        assert!(matches!(absent, Err(CartError::NotFound)), "{absent:?}");
    }
    let absent = api
        .close(&order(), nowhere, Uuid::from_u128(1), Vec::new())
        .await;
    assert!(matches!(absent, Err(CartError::NotFound)));
    let found = api.for_checkout(&order(), id, owner.clone()).await.unwrap();
    assert_eq!((found.id, found.status), (id, CartStatus::Open));
    let mut next = Vec::new();
    for _ in 0..2 {
        let sold = vec![stock(1, 1), stock(2, 1)];
        let closed = api.close(&order(), id, Uuid::from_u128(1), sold).await;
        closed.unwrap();
        next.push(api.cart(&ana(), id).await.unwrap().continued_in.unwrap());
    }
    assert_eq!(next[0], next[1], "the rest goes on once");
    let other = api
        .close(&order(), id, Uuid::from_u128(2), Vec::new())
        .await;
    assert!(matches!(other, Err(CartError::Closed)));
    let rest = api.for_checkout(&order(), next[0], owner.clone()).await;
    assert_eq!(units(&rest.unwrap()), [sku(1, 1)]);
    let sold = vec![stock(1, 1)];
    let closed = api.close(&order(), next[0], Uuid::from_u128(3), sold).await;
    closed.unwrap();
    let whole = api.cart(&ana(), next[0]).await.unwrap();
    assert_eq!(
        (whole.status, whole.continued_in),
        (CartStatus::Completed, None)
    );
    let late = api.for_checkout(&order(), id, owner).await;
    assert!(matches!(late, Err(CartError::Closed)), "{late:?}");
}

#[test]
fn the_real_carts_keep_the_contract() {
    feira_testkit::run_module("carts", |db| async move {
        let world = world(&db);
        let id = world.open(&ana()).await;
        world.add(&ana(), id, 1, 2).await.unwrap();
        world.add(&ana(), id, 2, 1).await.unwrap();
        contract(&*world.api, id, CartOwner::User(ana().user().unwrap())).await;
    });
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

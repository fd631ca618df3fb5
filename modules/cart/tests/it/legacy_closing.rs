//! Carts of orders that release 0.1.0 placed, which held none: paid after the upgrade.

use feira_cart::{CartError, CartStatus};
use feira_catalog::StockLine;
use feira_kernel::Actor;
use uuid::Uuid;

use crate::support::{World, ana, bia, order, sku, units, variant};

const ORDER: Uuid = Uuid::from_u128(1);

fn bought(lines: &[(u128, u32)]) -> Option<Vec<StockLine>> {
    let lines = lines.iter().map(|(number, quantity)| StockLine {
        variant: variant(*number),
        quantity: *quantity,
    });
    Some(lines.collect())
}

/// Her units by what her open cart says.
async fn open_units(world: &World, who: &Actor) -> Vec<(String, u32)> {
    let open = world.open(who).await;
    units(&world.api.cart(who, open).await.unwrap())
}

#[feira_testkit::test("carts")]
async fn what_was_put_in_after_the_order_goes_on_in_a_new_cart(world: World) {
    let (guest, guests) = world.guest().await;
    let hers = world.open(&ana()).await;
    for (who, id, made) in [(ana(), hers, 1), (guest, guests, 2)] {
        let made = Uuid::from_u128(made);
        // The order bought 2 and 3, of which two were taken out again; the rest came later.
        for (number, quantity) in [(1, 5), (2, 1), (11, 4)] {
            world.add(&who, id, number, quantity).await.unwrap();
        }
        // Two lines of one variant, as an order may have them.
        let bought = bought(&[(1, 1), (1, 1), (2, 3)]);
        for _ in 0..2 {
            let closed = world.api.close(&order(), id, made, bought.clone()).await;
            closed.unwrap();
        }
        let old = world.api.cart(&who, id).await.unwrap();
        assert_eq!((old.status, old.order), (CartStatus::Completed, Some(made)));
        assert_eq!(units(&old), [sku(1, 2), sku(2, 1)]);
        let next = old.continued_in.expect("a cart with the rest");
        let next = world.api.cart(&who, next).await.unwrap();
        assert_eq!(next.status, CartStatus::Open);
        assert_eq!(units(&next), [sku(1, 3), sku(11, 4)]);
        let more = world.add(&who, next.id, 11, 1).await.unwrap();
        assert_eq!(units(&more), [sku(1, 3), sku(11, 5)]);
    }
    assert_eq!(open_units(&world, &ana()).await.len(), 2, "it is hers");
}

#[feira_testkit::test("carts")]
async fn a_cart_with_nothing_but_what_was_bought_leaves_no_other_behind(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let tries: Vec<_> = (1..=16)
        .map(|n| {
            let api = world.api.clone();
            let made = Uuid::from_u128(n);
            tokio::spawn(async move { api.close(&order(), id, made, bought(&[(1, 1)])).await })
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
    let old = world.api.cart(&ana(), id).await.unwrap();
    assert_eq!((old.continued_in, units(&old)), (None, vec![sku(1, 1)]));
    assert!(open_units(&world, &ana()).await.is_empty());
    world.runner.settle().await.unwrap();
    assert_eq!(world.events.lock().unwrap().len(), 1);
}

/// The guest signed in meanwhile. The cart that has the lines now may itself have been held, and
/// have gone into another one.
#[feira_testkit::test("carts")]
async fn what_was_bought_leaves_the_cart_that_the_lines_went_to(world: World) {
    for (who, goes_on) in [(ana(), false), (bia(), true)] {
        let own = world.open(&who).await;
        world.add(&who, own, 1, 1).await.unwrap();
        let (guest, id) = world.guest().await;
        for (number, quantity) in [(1, 2), (2, 1), (11, 4)] {
            world.add(&guest, id, number, quantity).await.unwrap();
        }
        let token = guest.guest_token().unwrap().clone();
        world.api.claim(&who, id, token, None).await.unwrap();
        if goes_on {
            let other = Uuid::from_u128(7);
            world.hold(&who, own, other).await;
            let next = world.open(&who).await;
            assert_ne!(next, own);
            world.api.release(&order(), own, other).await.unwrap();
        }
        let made = id.0;
        for _ in 0..2 {
            let bought = bought(&[(1, 2), (2, 1), (11, 3)]);
            world.api.close(&order(), id, made, bought).await.unwrap();
        }
        assert_eq!(open_units(&world, &who).await, [sku(1, 1), sku(11, 1)]);
    }
}

#[feira_testkit::test("carts")]
async fn a_cart_held_for_a_second_try_is_closed_when_that_is_refused(world: World) {
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let second = Uuid::from_u128(2);
    world.hold(&ana(), id, second).await;
    let close = || async {
        world
            .api
            .close(&order(), id, ORDER, bought(&[(1, 1)]))
            .await
    };
    let early = close().await;
    assert!(matches!(early, Err(CartError::Held { .. })), "{early:?}");
    world.api.release(&order(), id, second).await.unwrap();
    close().await.unwrap();
    assert!(open_units(&world, &ana()).await.is_empty());
}

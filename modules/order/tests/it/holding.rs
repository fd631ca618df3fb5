//! The cart while its order is on its way: held from before the order exists until it is paid or
//! has ended, whoever dies in between.

use feira_kernel::Actor;
use feira_order::OrderStatus;
use feira_payment::{Method, PaymentStatus};
use feira_testkit::run_module;
use futures::future::join_all;
use time::Duration;
use uuid::Uuid;

use crate::support::{When, World, card, code, guest, person};

/// A request that died right after it held the cart: for which order, and the cart.
async fn dead_hold(world: &World, buyer: &Actor) -> (Uuid, feira_cart::Cart) {
    let cart = world.cart_of(buyer, &[(0, 1), (2, 1)]).await;
    let request = world.request("dead", &cart, Method::Pix {});
    world.faults.break_call(2, When::After);
    let refused = world.orders.checkout(buyer, request).await;
    assert_eq!(code(refused), "order.unavailable");
    assert_eq!(world.faults.calls(), ["for_checkout", "accepts", "hold"]);
    world.faults.heal();
    let held = world.carts.held_for(cart.id).expect("the cart is held");
    let placed = format!("orders WHERE id = '{held}'");
    assert_eq!(world.count(&placed).await, 0);
    (held, cart)
}

#[test]
fn whoever_comes_next_goes_on_with_a_hold_whose_request_died() {
    run_module("orders", |db| async move {
        for keys in [&["dead"][..], &["other"], &["a", "b", "c", "a", "b", "c"]] {
            let world = World::new(&db).await;
            let buyer = guest(keys[0]);
            let (order, cart) = dead_hold(&world, &buyer).await;
            let tries = keys.iter().map(|key| {
                let request = world.request(key, &cart, Method::Pix {});
                world.orders.checkout(&buyer, request)
            });
            let mut placed = 0;
            for answer in join_all(tries).await {
                match answer {
                    Ok(answer) => {
                        assert_eq!(answer.order.id.0, order);
                        placed += 1;
                    }
                    Err(error) => assert_eq!(code::<()>(Err(error)), "order.cart_has_order"),
                }
            }
            assert!(placed >= 1, "{keys:?}");
            assert_eq!(world.stock(), [(10, 1), (10, 0), (10, 1)], "{keys:?}");
            assert_eq!(world.carts.held_for(cart.id), Some(order));
            world.cancel(&buyer, order.into(), "").await;
            assert_eq!(world.stock(), [(10, 0); 3], "{keys:?}");
        }
    });
}

#[test]
fn a_hold_that_nobody_goes_on_with_is_released_and_a_living_one_is_not() {
    run_module("orders", |db| async move {
        let world = World::new(&db).await;
        let waiting = world.buy(&person(), Method::Pix {}).await.order;
        let (_, dead) = dead_hold(&world, &guest("ana")).await;
        world.settle_after(feira_cart::HOLD_LEASE).await;
        assert_eq!(world.carts.held_for(dead.id), None);
        assert_eq!(world.carts.held_for(waiting.cart), Some(waiting.id.0));
        world.settle_after(Duration::minutes(30)).await;
        assert_eq!(world.carts.held_for(waiting.cart), None, "it has expired");
        assert!(!world.carts.is_closed(waiting.cart));
    });
}

#[test]
fn a_refusal_before_the_order_leaves_the_cart_open() {
    run_module("orders", |db| async move {
        let world = World::new(&db).await;
        let cart = world.cart_of(&person(), &[(0, 11)]).await;
        let request = world.request("k", &cart, Method::Pix {});
        let refused = world.orders.checkout(&person(), request).await;
        assert_eq!(code(refused), "catalog.out_of_stock");
        assert_eq!(world.carts.held_for(cart.id), None);
    });
}

#[test]
fn the_answer_to_a_cancel_says_where_the_lines_are_unless_they_were_paid() {
    run_module("orders", |db| async move {
        let world = World::new(&db).await;
        for (buyer, method, comes_back) in [
            (person(), Method::Pix {}, true),
            (guest("ana"), Method::Pix {}, true),
            (guest("bea"), card("tok_declined"), true),
            (guest("cleo"), card("tok_approved"), false),
        ] {
            let order = world.buy(&buyer, method).await.order;
            // The guest has no more than her cart's token.
            let cancel = || world.orders.cancel(&buyer, order.id, String::new(), None);
            let cancelled = cancel().await.unwrap();
            assert_eq!(cancelled.status, OrderStatus::Cancelled);
            let returned = cancelled.returned.map(|returned| returned.cart);
            assert_eq!(returned, comes_back.then_some(order.cart));
            assert_eq!(world.carts.is_closed(order.cart), !comes_back);
            assert_eq!(world.carts.held_for(order.cart), None);
            if comes_back {
                assert_eq!(world.stock(), [(10, 0); 3], "at once");
            }
            let again = cancel().await.unwrap();
            assert_eq!((again.status, again.returned), (cancelled.status, None));
            world.settle_after(Duration::minutes(1)).await;
            assert_eq!(world.carts.is_closed(order.cart), !comes_back);
        }
    });
}

#[test]
fn who_holds_the_carts_token_pays_again() {
    run_module("orders", |db| async move {
        let world = World::new(&db).await;
        let ana = guest("ana");
        let placed = world.buy(&ana, card("tok_declined")).await;
        let id = placed.order.id;
        let again = |actor: Actor| {
            let orders = world.orders.clone();
            async move {
                let key = "again".to_owned();
                let method = card("tok_approved");
                orders.retry_payment(&actor, id, key, method).await
            }
        };
        for stranger in [guest("bea"), person(), Actor::stranger()] {
            assert_eq!(code(again(stranger).await), "order.not_found");
        }
        let paid = again(ana).await.unwrap();
        assert_eq!(paid.status, PaymentStatus::Completed);
        world.assert_confirmed(id, placed.order.cart).await;
    });
}

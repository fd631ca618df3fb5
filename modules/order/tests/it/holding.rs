//! The cart while its order is on its way: held from before the order exists until it is paid or
//! has ended, whoever dies in between.

use feira_cart::{Cart, CartStatus, Carts};
use feira_kernel::{Actor, IdempotencyKey, UserId};
use feira_order::OrderStatus;
use feira_payment::{Method, PaymentStatus};
use feira_testkit::{FromTestDb, TestDb};
use futures::future::join_all;
use time::Duration;
use uuid::Uuid;

use crate::support::{Fault, World, card, code, guest, owner, person};

/// A request that died right after it held the cart: for which order, and the cart.
pub(crate) async fn dead_hold(world: &World, buyer: &Actor) -> (Uuid, Cart) {
    let cart = world.cart_of(buyer, &[(0, 1), (2, 1)]).await;
    let request = world.request("dead", &cart, Method::Pix {});
    world.faults.break_call(2, Fault::AnswerLost);
    let refused = world.check_out(buyer, request).await;
    assert_eq!(code(refused), "order.unavailable");
    assert_eq!(world.faults.calls(), ["for_checkout", "accepts", "hold"]);
    world.faults.heal();
    let held = world.carts.held_for(cart.id).expect("the cart is held");
    let placed = format!("orders WHERE id = '{held}'");
    assert_eq!(world.count(&placed).await, 0);
    (held, cart)
}

#[feira_testkit::test("orders")]
async fn whoever_comes_next_goes_on_with_a_hold_whose_request_died(db: TestDb) {
    for keys in [&["dead"][..], &["other"], &["a", "b", "c", "a", "b", "c"]] {
        let world = World::start(&db).await;
        let buyer = guest(keys[0]);
        let (order, cart) = dead_hold(&world, &buyer).await;
        let tries = keys.iter().map(|key| {
            let request = world.request(key, &cart, Method::Pix {});
            world.check_out(&buyer, request)
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
}

#[feira_testkit::test("orders")]
async fn a_hold_that_nobody_goes_on_with_is_released_and_a_living_one_is_not(world: World) {
    let waiting = world.buy(&person(), Method::Pix {}).await.order;
    let (_, dead) = dead_hold(&world, &guest("ana")).await;
    world.settle_after(feira_cart::HOLD_LEASE).await;
    assert_eq!(world.carts.held_for(dead.id), None);
    assert_eq!(world.carts.held_for(waiting.cart), Some(waiting.id.0));
    world.settle_after(Duration::minutes(30)).await;
    assert_eq!(world.carts.held_for(waiting.cart), None, "it has expired");
    assert!(!world.carts.is_closed(waiting.cart));
}

#[feira_testkit::test("orders")]
async fn a_refusal_before_the_order_leaves_the_cart_open(world: World) {
    let cart = world.cart_of(&person(), &[(0, 11)]).await;
    let request = world.request("k", &cart, Method::Pix {});
    let refused = world.check_out(&person(), request).await;
    assert_eq!(code(refused), "catalog.out_of_stock");
    assert_eq!(world.carts.held_for(cart.id), None);
}

#[feira_testkit::test("orders")]
async fn the_cart_of_an_order_that_release_0_1_0_ended_is_released(world: World) {
    let waiting = world.buy(&person(), Method::Pix {}).await.order;
    let ended = world.buy(&guest("ana"), Method::Pix {}).await.order;
    world.carts.set_down(true);
    let ana = guest("ana");
    let cancelled = world.orders.cancel(&ana, ended.id, String::new(), None);
    assert_eq!(cancelled.await.unwrap().returned, None);
    world.carts.set_down(false);
    let sql = "UPDATE checkouts SET state = 'cancelled', due_at = NULL WHERE state = 'cancelling'";
    world.execute(sql).await;
    assert_eq!(world.carts.held_for(ended.cart), Some(ended.id.0));
    world.settle_after(feira_cart::HOLD_LEASE).await;
    assert_eq!(world.carts.held_for(ended.cart), None);
    assert!(world.order(ended.id).await.returned.is_some());
    assert_eq!(world.carts.held_for(waiting.cart), Some(waiting.id.0));
}

#[feira_testkit::test("orders")]
async fn an_order_of_release_0_1_0_closes_its_open_cart(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await.order;
    world.execute("UPDATE orders SET cart_held = false").await;
    let cart = world.carts.cart(&person(), placed.cart).await.unwrap();
    let open = CartStatus::Open;
    world.carts.put(Cart {
        status: open,
        order: None,
        ..cart
    });
    world.capture(placed.id).await;
    world.assert_confirmed(placed.id, placed.cart).await;
}

#[feira_testkit::test("orders")]
async fn an_order_that_ended_unpaid_says_where_the_lines_are(world: World) {
    for (buyer, method, comes_back) in [
        (person(), Method::Pix {}, true),
        (guest("ana"), Method::Pix {}, true),
        (guest("bea"), card("tok_declined"), true),
        (guest("cleo"), card("tok_approved"), false),
    ] {
        let order = world.buy(&buyer, method).await.order;
        // The guest has no more than her cart's token.
        let cancel = |key: Option<&str>| {
            let key = key.map(|key| IdempotencyKey {
                route: "cancel".to_owned(),
                key: format!("{key} {}", order.id),
                fingerprint: String::new(),
            });
            world.orders.cancel(&buyer, order.id, String::new(), key)
        };
        let cancelled = cancel(Some("k")).await.unwrap();
        assert_eq!(cancelled.status, OrderStatus::Cancelled);
        let returned = cancelled.returned;
        let told = returned.as_ref().map(|r| (r.cart, r.report.len()));
        assert_eq!(told, comes_back.then_some((order.cart, 3)));
        assert_eq!(world.carts.is_closed(order.cart), !comes_back);
        assert_eq!(world.carts.held_for(order.cart), None);
        if comes_back {
            assert_eq!(world.stock(), [(10, 0); 3], "at once");
        }
        for key in [Some("k"), Some("other"), None] {
            assert_eq!(cancel(key).await.unwrap().returned, returned, "{key:?}");
        }
        world.settle_after(Duration::minutes(1)).await;
        assert_eq!(world.carts.is_closed(order.cart), !comes_back);
        assert_eq!(world.order(order.id).await.returned, returned);
    }
    // The sweeper was first.
    let order = world.buy(&person(), Method::Pix {}).await.order;
    world.settle_after(Duration::minutes(31)).await;
    world.settle_after(Duration::minutes(1)).await;
    let she = person();
    let late = world.orders.cancel(&she, order.id, String::new(), None);
    let told = late
        .await
        .unwrap()
        .returned
        .map(|r| (r.cart, r.report.len()));
    assert_eq!(told, Some((order.cart, 3)));
}

#[feira_testkit::test("orders")]
async fn a_person_who_claimed_the_cart_has_the_order_that_she_made_as_a_guest(world: World) {
    let placed = world.buy(&guest("ana"), card("tok_declined")).await;
    let (id, ana) = (placed.order.id, person());
    let seen = world.orders.order(&ana, id).await;
    assert_eq!(code(seen), "order.not_found");
    let cart = world.carts.cart(&guest("ana"), placed.order.cart).await;
    let owner = owner(&ana);
    world.carts.put(Cart {
        owner,
        ..cart.unwrap()
    });
    let bia = Actor::customer(UserId(Uuid::from_u128(2)));
    let seen = world.orders.order(&bia, id).await;
    assert_eq!(code(seen), "order.not_found");
    for actor in [&ana, &guest("ana")] {
        world.orders.order(actor, id).await.unwrap();
        world
            .orders
            .payment(actor, placed.payment.id)
            .await
            .unwrap();
    }
    let method = card("tok_approved");
    let paid = world.orders.retry_payment(&ana, id, "r".to_owned(), method);
    assert_eq!(paid.await.unwrap().status, PaymentStatus::Completed);
    // The cart is completed by now.
    let cancelled = world.cancel(&ana, id, "").await;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
}

#[feira_testkit::test("orders")]
async fn who_holds_the_carts_token_pays_again(world: World) {
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
}

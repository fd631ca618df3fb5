//! A try to buy that is refused gives the cart back, also one that another try left held.

use std::sync::Arc;

use feira_cart::Cart;
use feira_kernel::Actor;
use feira_payment::Method;
use feira_testkit::{FromTestDb, TestDb, run_module};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::{
    holding::dead_hold,
    support::{self, Fault, Slow, World, brl, code, guest},
};

/// What is refused after another try died, and how.
async fn refused_next(world: &World, buyer: &Actor, cart: &Cart, code: &str) {
    let mut request = world.request("next", cart, Method::Pix {});
    match code {
        "cart.total_changed" => request.expected_total = brl(1),
        "payment.not_offered" => world.payments.close(),
        "catalog.out_of_stock" => {
            let fast = guest(&format!("faster than {}", cart.id));
            let all = world.cart_of(&fast, &[(0, 10)]).await;
            let all = world.request("all", &all, Method::Pix {});
            world.check_out(&fast, all).await.unwrap();
        }
        "order.internal" => {
            let broken = "ALTER TABLE orders.orders ADD CONSTRAINT no_more CHECK (false) NOT VALID";
            let owner = world.db.owner().await;
            owner.execute_unprepared(broken).await.unwrap();
        }
        other => panic!("{other}"),
    }
    let refused = world.check_out(buyer, request).await;
    assert_eq!(support::code(refused), code);
}

#[test]
fn a_refusal_for_good_gives_a_cart_back_that_a_dead_try_left_held() {
    let codes = [
        "cart.total_changed",
        "payment.not_offered",
        "catalog.out_of_stock",
        "order.internal",
    ];
    for refusal in codes {
        run_module("orders", move |db| async move {
            let world = World::start(&db).await;
            let buyer = guest("ana");
            let (order, cart) = dead_hold(&world, &buyer).await;
            refused_next(&world, &buyer, &cart, refusal).await;
            assert_eq!(world.carts.held_for(cart.id), None, "{refusal}");
            let placed = format!("orders WHERE id = '{order}'");
            assert_eq!(world.count(&placed).await, 0, "{refusal}");
        });
    }
}

/// One that may succeed when it is repeated leaves it, and is repeated.
#[feira_testkit::test("orders")]
async fn a_failure_that_a_repeat_may_mend_goes_on_with_the_hold(world: World) {
    let buyer = guest("ana");
    let (order, cart) = dead_hold(&world, &buyer).await;
    let request = world.request("next", &cart, Method::Pix {});
    world.faults.break_call(1, Fault::Before);
    let refused = world.check_out(&buyer, request.clone()).await;
    assert_eq!(code(refused), "order.unavailable");
    assert_eq!(world.carts.held_for(cart.id), Some(order));
    world.faults.heal();
    let placed = world.check_out(&buyer, request).await.unwrap();
    assert_eq!(placed.order.id.0, order);
}

#[feira_testkit::test("orders")]
async fn a_try_whose_id_another_process_gave_up_begins_anew(db: TestDb, world: World) {
    let buyer = guest("ana");
    let cart = world.cart_of(&buyer, &[(0, 1)]).await;
    let slow = Slow {
        method: "reserve",
        meet: Arc::new(tokio::sync::Barrier::new(2)),
        clock: db.clock().clone(),
        takes: Duration::ZERO,
    };
    world.faults.slow_down(slow.clone());
    let first = tokio::spawn({
        let (orders, buyer) = (world.orders.clone(), buyer.clone());
        let request = world.request("first", &cart, Method::Pix {});
        async move { orders.checkout(&buyer, request).await }
    });
    while !world.faults.calls().contains(&"reserve") {
        tokio::task::yield_now().await;
    }
    world.faults.heal();
    let given_up = world.carts.held_for(cart.id).expect("it is held");
    let mut request = world.request("second", &cart, Method::Pix {});
    request.expected_total = brl(1);
    let refused = world.another_process().checkout(&buyer, request).await;
    assert_eq!(code(refused), "cart.total_changed");
    assert_eq!(world.carts.held_for(cart.id), None);

    slow.meet.wait().await;
    let placed = first.await.unwrap().unwrap();
    assert_ne!(placed.order.id.0, given_up);
    assert_eq!(world.count("orders").await, 1);
    assert_eq!(world.carts.held_for(cart.id), Some(placed.order.id.0));
    assert_eq!(world.stock()[0], (10, 1));
    assert_eq!(world.count("decided_ids").await, 2);
    world.settle_after(Duration::DAY).await;
    assert_eq!(world.count("decided_ids").await, 0, "forgotten");
}

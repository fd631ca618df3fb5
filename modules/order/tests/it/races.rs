//! Many at once: real tasks against one database.

use std::{collections::HashSet, sync::Arc};

use feira_kernel::Actor;
use feira_order::{Checkout, OrderError, Placed};
use feira_payment::{Method, PaymentStatus, Reference};
use feira_testkit::{FromTestDb, TestDb};
use futures::future::join_all;

use crate::support::{World, card, guest, person};

async fn at_once(world: &World, tries: Vec<(Actor, Checkout)>) -> Vec<Result<Placed, OrderError>> {
    let start = Arc::new(tokio::sync::Barrier::new(tries.len()));
    let tasks = tries.into_iter().map(|(actor, request)| {
        let (orders, start) = (world.orders.clone(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            orders.checkout(&actor, request).await
        })
    });
    let done = join_all(tasks).await;
    done.into_iter().map(|task| task.unwrap()).collect()
}

#[feira_testkit::test("orders")]
async fn one_cart_sixteen_times_with_one_key_is_one_order(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, card("tok_approved"));
    let placed = at_once(&world, vec![(person(), request); 16]).await;
    let ids: HashSet<_> = placed.into_iter().map(|p| p.unwrap().order.id).collect();
    assert_eq!(ids.len(), 1);
    let keys: HashSet<_> = world.payments.starts().iter().map(|s| s.key).collect();
    assert_eq!(keys.len(), 1, "one payment, however often it was asked for");
    world.runner.settle().await.unwrap();
    let id = ids.into_iter().next().unwrap();
    world.assert_confirmed(id, cart.id).await;
    assert_eq!(world.events(id, "order.placed.v1").await, 1);
}

#[feira_testkit::test("orders")]
async fn one_cart_sixteen_times_with_sixteen_keys_is_one_order(world: World) {
    let cart = world.cart_of(&person(), &[(0, 1), (2, 1)]).await;
    let tries = (0..16).map(|n| {
        let request = world.request(&format!("k{n}"), &cart, card("tok_approved"));
        (person(), request)
    });
    let answers = at_once(&world, tries.collect()).await;
    let mut winners = Vec::new();
    for answer in answers {
        match answer {
            Ok(placed) => winners.push(placed.order.id),
            Err(OrderError::CartHasOrder { .. } | OrderError::OutOfStock(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(winners.len(), 1);
    let keys: HashSet<_> = world.payments.starts().iter().map(|s| s.key).collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(world.count("orders").await, 1);
    assert_eq!(
        world.stock(),
        [(9, 0), (10, 0), (9, 0)],
        "the losers' holds went back"
    );
}

#[feira_testkit::test("orders")]
async fn the_last_unit_goes_to_one_of_sixteen(world: World) {
    world.catalog.change(world.variants[2], |s| s.available = 1);
    let mut last = feira_catalog::testing::sellable(3, world.mar.id, crate::support::brl(735), 1);
    last.variant = world.variants[2];
    world.catalog.put(last);
    let mut tries = Vec::new();
    for n in 0..16 {
        let buyer = guest(&format!("buyer {n}"));
        let cart = world.cart_of(&buyer, &[(2, 1)]).await;
        tries.push((buyer, world.request("k", &cart, card("tok_approved"))));
    }
    let answers = at_once(&world, tries).await;
    let won = answers.iter().filter(|a| a.is_ok()).count();
    let lost = answers
        .iter()
        .filter(|a| matches!(a, Err(OrderError::OutOfStock(short)) if short[0].available == 0))
        .count();
    assert_eq!((won, lost), (1, 15));
    assert_eq!(world.count("orders").await, 1);
    assert_eq!(world.stock()[2], (0, 0));
}

#[feira_testkit::test("orders")]
async fn request_event_and_sweeper_meet_at_one_order(db: TestDb, world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, Method::Pix {});
    let placed = world.check_out(&person(), request.clone()).await.unwrap();
    let id = placed.order.id;
    let event = world.payments.capture(Reference::new(id.0));
    feira_payment::testing::FakePayments::announce(&world.payments_env, event.clone()).await;
    feira_payment::testing::FakePayments::announce(&world.payments_env, event).await;
    db.clock().advance(time::Duration::minutes(31));
    let tries = vec![(person(), request); 6];
    let stranger = Actor::stranger();
    let cancel = world.orders.cancel(&stranger, id, String::new(), None);
    let settles = join_all((0..3).map(|_| world.runner.settle()));
    let (answers, settled, refused) = tokio::join!(at_once(&world, tries), settles, cancel);
    assert!(refused.is_err());
    for done in settled {
        done.unwrap();
    }
    for answer in answers {
        assert_eq!(answer.unwrap().payment.status, PaymentStatus::Completed);
    }
    world.runner.settle().await.unwrap();
    world.assert_confirmed(id, cart.id).await;
}

#[feira_testkit::test("orders")]
async fn paying_and_cancelling_at_once_ends_one_way_or_the_other(db: TestDb) {
    for round in 0..8 {
        let world = World::start(&db).await;
        let buyer = guest(&format!("round {round}"));
        let cart = world.cart(&buyer).await;
        let request = world.request("k", &cart, Method::Pix {});
        let placed = world.check_out(&buyer, request).await.unwrap();
        let id = placed.order.id;
        let token = placed.order_token.unwrap();
        let holder = Actor::guest(feira_kernel::token::TokenHash::of(&token));
        let event = world.payments.capture(Reference::new(id.0));
        feira_payment::testing::FakePayments::announce(&world.payments_env, event).await;
        let cancel = world.orders.cancel(&holder, id, String::new(), None);
        let (settled, cancelled) = tokio::join!(world.runner.settle(), cancel);
        settled.unwrap();
        cancelled.unwrap();
        world.settle_after(time::Duration::minutes(1)).await;
        let order = world.order(id).await;
        // Before or after the confirmation: nothing was sent, so it is cancelled either way.
        assert_eq!(order.status, feira_order::OrderStatus::Cancelled);
        assert_eq!(order.payment.unwrap().status, PaymentStatus::Refunded);
        assert_eq!(world.stock(), [(10, 0); 3]);
        assert_eq!(world.due().await, 0);
        assert_eq!(world.carts.held_for(cart.id), None);
    }
}

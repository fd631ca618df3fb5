//! Time: orders that nobody pays, requests that died, payments that come too late.

use std::sync::Arc;

use feira_order::{OrderStatus, Settlement};
use feira_payment::{Method, PaymentStatus, Reference, testing::FakeOutcome};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{Fault, Slow, World, card, code, guest, person};

#[feira_testkit::test("orders")]
async fn an_order_that_nobody_pays_ends_and_its_stock_returns(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let id = placed.order.id;
    world.settle_after(Duration::minutes(29)).await;
    assert_eq!(world.order(id).await.status, OrderStatus::Pending);
    world.settle_after(Duration::minutes(1)).await;
    world.assert_cancelled(id, Settlement::Unpaid).await;
    assert_eq!(world.payments.cancels(), [placed.payment.id]);
    let order = world.order(id).await;
    assert_eq!(order.payment.unwrap().status, PaymentStatus::Cancelled);
    let last = order.history.last().unwrap();
    let told = serde_json::to_value(last).unwrap();
    assert_eq!(
        (&told["to"], &told["reason"]),
        (&json!("cancelled"), &json!("expired"))
    );
    assert_eq!(last.actor, "system:order");
    let cart = order.cart;
    assert!(!world.carts.is_closed(cart), "she may buy it after all");
    world.settle_after(Duration::hours(1)).await;
    world.assert_cancelled(id, Settlement::Unpaid).await;
}

#[feira_testkit::test("orders")]
async fn a_payment_that_is_found_captured_at_expiry_goes_forward(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    // The event of it is late, or lost.
    world.payments.capture(Reference::new(placed.order.id.0));
    world.settle_after(Duration::minutes(31)).await;
    world
        .assert_confirmed(placed.order.id, placed.order.cart)
        .await;
}

#[feira_testkit::test("orders")]
async fn a_request_that_died_is_finished_by_the_sweeper(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, card("tok_approved"));
    world.faults.break_call(4, Fault::Before);
    let refused = world.check_out(&person(), request).await;
    assert_eq!(code(refused), "order.unavailable");
    assert_eq!(
        world.faults.calls()[..5],
        ["for_checkout", "accepts", "hold", "reserve", "start"]
    );
    world.faults.heal();
    world.settle_after(Duration::seconds(20)).await;
    assert_eq!(
        world.count("orders WHERE status = 'pending'").await,
        1,
        "not stale yet"
    );
    world.settle_after(Duration::seconds(10)).await;
    let reference = world.payments.starts()[0].reference;
    world.assert_confirmed(reference.0.into(), cart.id).await;
}

#[feira_testkit::test("orders")]
async fn an_attempt_that_was_never_started_expires(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, card("tok_approved"));
    world.faults.break_call(4, Fault::Before);
    world
        .check_out(&person(), request.clone())
        .await
        .unwrap_err();
    world.faults.heal();
    world.settle_after(Duration::minutes(30)).await;
    assert!(
        world.payments.starts().is_empty(),
        "nothing is asked for after the deadline"
    );
    assert_eq!(world.count("orders WHERE status = 'cancelled'").await, 1);
    assert_eq!(world.stock(), [(10, 0); 3]);
}

/// A payment whose hold ended before the money came: the sweeper was away for an hour.
async fn late_capture(world: &World) -> feira_order::Placed {
    world.payments.next_outcome(FakeOutcome::Unknown);
    let placed = world.buy(&person(), card("tok_approved")).await;
    world.db.clock().advance(Duration::hours(1));
    assert_eq!(world.stock(), [(10, 0); 3], "the hold has ended");
    placed
}

#[feira_testkit::test("orders")]
async fn paid_too_late_takes_the_stock_again_if_it_is_there(world: World) {
    let placed = late_capture(&world).await;
    world.capture(placed.order.id).await;
    world
        .assert_confirmed(placed.order.id, placed.order.cart)
        .await;
    let cancelled = world.cancel(&person(), placed.order.id, "").await;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    world
        .assert_cancelled(placed.order.id, Settlement::Refunded)
        .await;
}

#[feira_testkit::test("orders")]
async fn paid_too_late_goes_back_if_the_stock_is_gone(world: World) {
    let placed = late_capture(&world).await;
    let other = world.cart_of(&guest("fast"), &[(0, 9)]).await;
    let request = world.request("k", &other, card("tok_approved"));
    world.check_out(&guest("fast"), request).await.unwrap();
    world.capture(placed.order.id).await;
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Cancelled);
    assert_eq!(order.payment.unwrap().status, PaymentStatus::Refunded);
    assert!(
        order
            .store_orders
            .iter()
            .all(|p| p.settlement == Settlement::Refunded)
    );
    let reasons: Vec<_> = order
        .history
        .iter()
        .filter_map(|h| h.reason.as_deref())
        .collect();
    assert!(reasons.contains(&"out_of_stock"), "{reasons:?}");
    assert_eq!(world.stock(), [(1, 0), (10, 0), (10, 0)]);
    assert_eq!(world.due().await, 0);
}

#[feira_testkit::test("orders")]
async fn what_fails_waits_longer_and_keeps_nobody_back(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    world.catalog.set_down(true);
    world.settle_after(Duration::minutes(31)).await;
    let order = world.order(placed.order.id).await;
    let done = OrderStatus::Cancelled;
    assert_eq!(order.status, done, "that needs no other module");
    for tries in 1..=2 {
        world.settle_after(Duration::seconds(30)).await;
        let waiting = format!("checkouts WHERE tries = {tries} AND state = 'cancelling'");
        assert_eq!(world.count(&waiting).await, 1, "{tries}");
    }
    world.catalog.set_down(false);
    world.settle_after(Duration::seconds(19)).await;
    assert_eq!(world.due().await, 1, "not due yet");
    world.settle_after(Duration::seconds(10)).await;
    world
        .assert_cancelled(placed.order.id, Settlement::Unpaid)
        .await;
}

#[feira_testkit::test("orders")]
async fn a_provider_that_hangs_keeps_the_sweeper_for_half_a_minute_at_most(
    db: TestDb,
    world: World,
) {
    for number in 0..24 {
        let buyer = guest(&format!("buyer {number}"));
        let cart = world.cart_of(&buyer, &[(number % 3, 1)]).await;
        let request = world.request("k", &cart, Method::Pix {});
        world.check_out(&buyer, request).await.unwrap();
    }
    // Eight calls are under way together, or none would ever be answered; and the first
    // three answers come after the run should have ended.
    world.faults.slow_down(Slow {
        method: "cancel",
        meet: Arc::new(tokio::sync::Barrier::new(8)),
        clock: db.clock().clone(),
        takes: Duration::seconds(11),
    });
    let ended = async || world.count("checkouts WHERE state = 'cancelled'").await;
    db.clock().advance(Duration::minutes(30));
    world.runner.settle().await.unwrap();
    assert_eq!(ended().await, 8, "what was begun, and nothing more");
    for (pass, expected) in [(2, 16), (3, 24)] {
        world.settle_after(Duration::seconds(10)).await;
        assert_eq!(ended().await, expected, "run {pass}");
    }
    assert_eq!(world.due().await, 0);
    assert_eq!(world.stock(), [(10, 0); 3]);
}

//! What can become of a payment, and what the order makes of it.

use feira_kernel::outbox::{Envelope, Event};
use feira_order::{OrderStatus, Settlement};
use feira_payment::{
    Method, PaymentCaptured, PaymentFailed, PaymentFailure, PaymentStatus, Reference,
    testing::{FakeOutcome, FakePayments},
};
use uuid::Uuid;

use crate::support::{World, card, code, field, person};

#[feira_testkit::test("orders")]
async fn a_declined_card_is_an_order_that_can_be_paid_another_way(world: World) {
    let placed = world.buy(&person(), card("tok_declined")).await;
    let (id, cart) = (placed.order.id, placed.order.cart);
    assert_eq!(placed.payment.status, PaymentStatus::Failed);
    assert_eq!(placed.payment.failure, Some(PaymentFailure::CardDeclined));
    assert_eq!(placed.order.status, OrderStatus::Pending);
    let buyer = person();
    let retry = |key: &str, method| {
        world
            .orders
            .retry_payment(&buyer, id, key.to_owned(), method)
    };

    let pix = retry("r1", Method::Pix {});
    let pix = pix.await.unwrap();
    assert_eq!(pix.status, PaymentStatus::Pending);
    assert_eq!(retry("r1", Method::Pix {}).await.unwrap().id, pix.id);
    let refused = retry("r1", card("tok_approved")).await;
    assert_eq!(field(refused), "request.idempotency_key_reused");

    let paid = retry("r2", card("tok_approved")).await.unwrap();
    assert_eq!(paid.status, PaymentStatus::Completed);
    assert_eq!(
        world.payments.cancels(),
        [pix.id],
        "one live attempt at a time"
    );
    world.assert_confirmed(id, cart).await;
    assert_eq!(retry("r2", card("tok_approved")).await.unwrap().id, paid.id);
    assert_eq!(retry("r1", Method::Pix {}).await.unwrap().id, paid.id);
    let refused = retry("r3", Method::Pix {}).await;
    assert_eq!(code(refused), "order.illegal_move");
    assert_eq!(world.payments.starts().len(), 3);
    let order = world.order(id).await;
    assert_eq!(order.payment.unwrap().id, paid.id);
}

#[feira_testkit::test("orders")]
async fn an_unknown_outcome_is_settled_by_the_event(world: World) {
    world.payments.next_outcome(FakeOutcome::Unknown);
    let placed = world.buy(&person(), card("tok_approved")).await;
    assert_eq!(placed.payment.status, PaymentStatus::Pending);
    world.capture(placed.order.id).await;
    world
        .assert_confirmed(placed.order.id, placed.order.cart)
        .await;
}

/// Delivers an event by hand, as often and as early as a test likes.
pub(crate) async fn deliver<E: Event>(world: &World, event: &E) -> Result<(), String> {
    let envelope = Envelope {
        id: Uuid::from_u128(5),
        name: E::NAME.to_owned(),
        aggregate_id: event.aggregate_id(),
        aggregate_version: event.aggregate_version(),
        occurred_at: world.env.now(),
        payload: serde_json::to_value(event).unwrap(),
    };
    let mut subscriptions = world.runtime.subscriptions.iter();
    let found = subscriptions.find(|s| s.events.contains(&E::NAME)).unwrap();
    (found.handler)(envelope).await
}

#[feira_testkit::test("orders")]
async fn events_may_come_twice_and_in_any_order(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let id = placed.order.id;
    let reference = Reference::new(id.0);
    let failed = PaymentFailed {
        payment: placed.payment.id,
        version: 1,
        reference,
        failure: PaymentFailure::CardDeclined,
    };
    deliver(&world, &failed).await.unwrap();
    assert_eq!(world.order(id).await.status, OrderStatus::Pending);
    let captured = world.payments.capture(reference);
    for _ in 0..2 {
        deliver(&world, &captured).await.unwrap();
        deliver(&world, &failed).await.unwrap();
    }
    world.assert_confirmed(id, placed.order.cart).await;
    assert!(world.payments.refunds().is_empty());
    let unknown = PaymentCaptured {
        reference: Reference::new(Uuid::from_u128(404)),
        ..captured
    };
    deliver(&world, &unknown).await.unwrap();
}

#[feira_testkit::test("orders")]
async fn the_webhook_may_come_before_our_own_commit(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, Method::Pix {});
    // The payment was started, but the request died before it wrote `awaiting`.
    world
        .faults
        .break_call(4, crate::support::Fault::AnswerLost);
    world
        .check_out(&person(), request.clone())
        .await
        .unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(
        world.faults.calls()[..5],
        ["for_checkout", "accepts", "hold", "reserve", "start"]
    );
    assert_eq!(world.count("checkouts WHERE state = 'paying'").await, 1);
    world.faults.heal();
    let id = world.payments.starts()[0].reference;
    let captured = world.payments.capture(id);
    deliver(&world, &captured).await.unwrap();
    world.assert_confirmed(id.0.into(), cart.id).await;
    let replay = world.check_out(&person(), request).await.unwrap();
    assert_eq!(replay.payment.status, PaymentStatus::Completed);
    assert_eq!(replay.order.status, OrderStatus::Confirmed);
}

#[feira_testkit::test("orders")]
async fn a_capture_after_a_cancel_goes_back(world: World) {
    world.payments.next_outcome(FakeOutcome::Unknown);
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    world.cancel(&person(), id, "").await;
    world.assert_cancelled(id, Settlement::Unpaid).await;
    assert_eq!(world.payments.cancels(), [placed.payment.id]);
    let captured = world.payments.capture(Reference::new(id.0));
    for _ in 0..2 {
        deliver(&world, &captured).await.unwrap();
    }
    world.assert_cancelled(id, Settlement::Refunded).await;
    let order = world.order(id).await;
    assert_eq!(order.payment.unwrap().status, PaymentStatus::Refunded);
    let told = serde_json::to_value(order.history.last()).unwrap();
    assert_eq!(told["to"], "refunded");
}

#[feira_testkit::test("orders")]
async fn an_older_attempt_that_is_captured_counts_and_the_newer_one_ends(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let id = placed.order.id;
    let newer = world
        .orders
        .retry_payment(&person(), id, "r".to_owned(), Method::Pix {})
        .await
        .unwrap();
    assert_ne!(newer.id, placed.payment.id);
    // The provider took the money of the first code though it was cancelled there, and does
    // not answer at first when the second code is to be ended.
    let late = world.payments.capture_payment(placed.payment.id);
    let to_end = ["payment", "commit_reservation", "close", "by_references"].len();
    world
        .faults
        .break_call(to_end, crate::support::Fault::Before);
    deliver(&world, &late).await.unwrap_err();
    assert_eq!(world.faults.calls().last(), Some(&"cancel"));
    world.faults.heal();
    deliver(&world, &late).await.unwrap();
    let order = world.order(id).await;
    assert_eq!(order.status, OrderStatus::Confirmed);
    assert_eq!(order.payment.unwrap().id, placed.payment.id);
    assert_eq!(world.payments.cancels().last(), Some(&newer.id));
    // And should the newer one be paid too, that money goes back.
    let second = world.payments.capture_payment(newer.id);
    deliver(&world, &second).await.unwrap();
    let refund = world.payments.refunds().pop().unwrap();
    assert_eq!(refund.payment, newer.id);
    world.assert_confirmed(id, placed.order.cart).await;
}

#[feira_testkit::test("orders")]
async fn announced_twice_confirmed_once(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let event = world.payments.capture(Reference::new(placed.order.id.0));
    for _ in 0..3 {
        FakePayments::announce(&world.payments_env, event.clone()).await;
    }
    world.runner.settle().await.unwrap();
    world
        .assert_confirmed(placed.order.id, placed.order.cart)
        .await;
    assert_eq!(
        world
            .count("inbox WHERE consumer = 'order.payment_captured'")
            .await,
        1
    );
}

//! Money that the provider does not give back at first.

use feira_order::{OrderStatus, Settlement};
use feira_payment::{Method, PaymentCaptured, PaymentStatus, Reference, RefundStatus};
use feira_testkit::{TestDb, violations};
use time::Duration;

use crate::{
    payments::deliver,
    support::{World, card, code, person},
};

#[feira_testkit::test("orders")]
async fn a_refused_refund_is_asked_for_again_by_the_sweeper(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    world.payments.refuse_next_refund();
    world.cancel(&person(), id, "").await;
    let asked = || world.payments.refunds().len();
    assert_eq!(asked(), 1, "once, and not again at once");
    world.runner.settle().await.unwrap();
    assert_eq!(asked(), 1);
    assert_eq!(world.due().await, 1);

    world.settle_after(Duration::hours(1)).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let all: Vec<_> = world.payments.refunded();
    let all: Vec<_> = all.iter().map(|refund| refund.status).collect();
    assert_eq!(all, [RefundStatus::Failed, RefundStatus::Completed]);
    let payment = world.payments.payment_of(Reference::new(id.0)).unwrap();
    assert_eq!(payment.status, PaymentStatus::Refunded);
    world.settle_after(Duration::hours(1)).await;
    assert_eq!(asked(), 2);
}

#[feira_testkit::test("orders")]
async fn a_refund_that_is_refused_for_days_is_reported_and_still_asked_for(
    db: TestDb,
    world: World,
) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    for _ in 0..30 {
        world.payments.refuse_next_refund();
    }
    world.cancel(&person(), id, "").await;
    let stuck = || async {
        let found = violations(&db.url(), None).await;
        let mut rows = found.iter().filter(|v| v.row.contains("more than a day"));
        rows.any(|v| v.invariant == "i12_paid_means_captured" && v.row.contains(&id.to_string()))
    };
    world.settle_after(Duration::hours(1)).await;
    assert!(!stuck().await);
    for _ in 0..28 {
        world.settle_after(Duration::hours(1)).await;
    }
    assert_eq!(world.payments.refunds().len(), 30, "once per look");
    assert_eq!(world.count("refused_refunds WHERE times = 30").await, 1);
    assert!(stuck().await);

    world.settle_after(Duration::hours(1)).await;
    assert!(!stuck().await);
    world.assert_cancelled(id, Settlement::Refunded).await;
    let completed = world.payments.refunded().into_iter();
    let completed = completed.filter(|refund| refund.status == RefundStatus::Completed);
    assert_eq!(completed.count(), 1);
}

#[feira_testkit::test("orders")]
async fn two_who_see_the_same_refusal_ask_for_one_refund(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    world.payments.refuse_next_refund();
    let cancelled = world
        .orders
        .cancel(&person(), id, String::new(), None)
        .await;
    cancelled.unwrap();
    // The capture is told again, to several at once.
    let told = PaymentCaptured {
        payment: placed.payment.id,
        version: 1,
        reference: Reference::new(id.0),
    };
    let tell = || deliver(&world, &told);
    let (a, b, c, d) = tokio::join!(tell(), tell(), tell(), tell());
    assert!([a, b, c, d].iter().any(Result::is_err), "it was refused");
    world.settle_after(Duration::hours(1)).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let all: Vec<_> = world.payments.refunded();
    let all: Vec<_> = all.iter().map(|refund| refund.status).collect();
    assert_eq!(all, [RefundStatus::Failed, RefundStatus::Completed]);
}

#[feira_testkit::test("orders")]
async fn what_cannot_be_given_back_is_not_cancelled(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let (id, cart) = (placed.order.id, placed.order.cart);
    world.payments.keep_all();
    let buyer = person();
    let cancel = || world.orders.cancel(&buyer, id, String::new(), None);
    assert_eq!(code(cancel().await), "order.refund_not_possible");
    world.settle_after(Duration::hours(1)).await;
    world.assert_confirmed(id, cart).await;
    assert_eq!(world.events(id, "order.cancelled.v1").await, 0);
    assert!(world.payments.refunds().is_empty(), "nothing was asked for");

    // She has paid nothing of this one.
    let open = world.buy(&buyer, Method::Pix {}).await.order.id;
    let cancelled = world.cancel(&buyer, open, "").await;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);

    world.payments.keep_nothing();
    world.cancel(&buyer, id, "").await;
    world.assert_cancelled(id, Settlement::Refunded).await;
}

#[feira_testkit::test("orders")]
async fn what_must_go_back_and_cannot_is_seen_and_tried_again(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    let cancelled = world
        .orders
        .cancel(&person(), id, String::new(), None)
        .await;
    cancelled.unwrap();
    world.payments.keep_all();
    for tries in 1..=30 {
        world.settle_after(Duration::hours(1)).await;
        let waiting = format!("checkouts WHERE state = 'cancelling' AND tries = {tries}");
        assert_eq!(world.count(&waiting).await, 1, "once per look: {tries}");
    }
    assert_eq!(world.payments.refunds().len(), 30);
    let found = violations(&db.url(), None).await;
    let seen = found
        .iter()
        .any(|v| v.invariant == "i12_paid_means_captured" && v.row.contains(&id.to_string()));
    assert!(seen, "an operator is told");

    world.payments.keep_nothing();
    world.settle_after(Duration::hours(1)).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
}

#[feira_testkit::test("orders")]
async fn a_refusal_that_is_told_asks_for_no_other_refund_at_once(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    world.payments.hold_next_refund();
    world.cancel(&person(), id, "").await;
    let key = world.payments.refunds()[0].key;
    world.payments.refuse_next_refund();
    let refused = world.payments.refuse_held_refund(key);
    world.hear(refused).await;
    assert_eq!(world.payments.refunded().len(), 1);
    for _ in 0..5 {
        world.settle_after(Duration::hours(1)).await;
    }
    world.assert_cancelled(id, Settlement::Refunded).await;
    let all = world.payments.refunded();
    let all: Vec<_> = all.iter().map(|refund| refund.status).collect();
    let (failed, completed) = (RefundStatus::Failed, RefundStatus::Completed);
    assert_eq!(all, [failed, failed, completed]);
}

#[feira_testkit::test("orders")]
async fn a_second_payment_whose_refund_fails_later_goes_back_by_another_one(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let id = placed.order.id;
    let newer = world
        .orders
        .retry_payment(&person(), id, "r".to_owned(), Method::Pix {})
        .await
        .unwrap();
    let paid = world.payments.capture_payment(newer.id);
    deliver(&world, &paid).await.unwrap();
    world.payments.hold_next_refund();
    let second = world.payments.capture_payment(placed.payment.id);
    deliver(&world, &second).await.unwrap();
    let asked = world.payments.refunds().pop().unwrap();
    assert_eq!(asked.payment, placed.payment.id);

    let failed = world.payments.refuse_held_refund(asked.key);
    for _ in 0..2 {
        deliver(&world, &failed).await.unwrap_err();
        assert_eq!(world.payments.refunded().len(), 1, "not at once");
    }
    world.db.clock().advance(Duration::minutes(1));
    for _ in 0..2 {
        deliver(&world, &failed).await.unwrap();
    }
    let all = world.payments.refunded();
    let all: Vec<_> = all.iter().map(|refund| refund.status).collect();
    assert_eq!(all, [RefundStatus::Failed, RefundStatus::Completed]);
    assert_eq!(world.order(id).await.status, OrderStatus::Confirmed);
}

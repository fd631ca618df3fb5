//! What a cancel does beside refunds that run, that were made, or that come back.

use feira_order::{OrderRefundState as State, RefundFailure, RefundOf, Settlement};
use feira_payment::{Method, PaymentId, RefundStatus};
use time::Duration;

use crate::support::{World, brl, code, person};

#[feira_testkit::test("orders")]
async fn a_cancel_gives_back_the_rest(world: World) {
    let order = world.paid().await;
    let id = order.id;
    let serra = World::part(&order, &world.serra);
    world.give(RefundOf::StoreOrder(serra), None).await.unwrap();
    world.give(RefundOf::Order(id), Some(700)).await.unwrap();
    world.cancel(&person(), id, "").await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let sums: Vec<i64> = world.made().iter().map(|(_, amount)| *amount).collect();
    assert_eq!(sums, [5990, 700, 3005]);
}

#[feira_testkit::test("orders")]
async fn a_cancel_waits_for_a_refund_that_runs(world: World) {
    let id = world.paid().await.id;
    world.payments.hold_next_refund();
    let runs = world.give(RefundOf::Order(id), Some(1000)).await.unwrap();
    world.cancel(&person(), id, "").await;
    world.settle_after(Duration::hours(2)).await;
    assert_eq!(world.made(), [(RefundStatus::Pending, 1000)]);
    assert_eq!(world.due().await, 1);
    let sent = world.payments.finish_refund(runs.id.0);
    world.hear(sent).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let all = [
        (RefundStatus::Completed, 1000),
        (RefundStatus::Completed, 8695),
    ];
    assert_eq!(world.made(), all);
}

/// It was asked for all that was left then; what came back since is asked for when it has gone.
#[feira_testkit::test("orders")]
async fn a_refund_that_comes_back_while_a_cancel_waits_goes_back_too(world: World) {
    let id = world.paid().await.id;
    let before = world.give(RefundOf::Order(id), Some(1000)).await.unwrap();
    world.payments.hold_next_refund();
    world.cancel(&person(), id, "").await;
    let waits = [
        (RefundStatus::Completed, 1000),
        (RefundStatus::Pending, 8695),
    ];
    assert_eq!(world.made(), waits);
    let back = world.payments.send_refund_back(before.id.0);
    world.hear(back).await;
    world.settle_after(Duration::hours(2)).await;
    assert_eq!(world.made().len(), 2, "one after the other");
    let key = world.payments.refunds().pop().unwrap().key;
    let sent = world.payments.finish_refund(key);
    world.hear(sent).await;
    world.settle_after(Duration::hours(2)).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let all = [
        (RefundStatus::Failed, 1000),
        (RefundStatus::Completed, 8695),
        (RefundStatus::Completed, 1000),
    ];
    assert_eq!(world.made(), all);
}

#[feira_testkit::test("orders")]
async fn a_cancelled_order_is_woken_when_its_money_was_sent(world: World) {
    let id = world.paid().await.id;
    world.payments.hold_next_refund();
    world.cancel(&person(), id, "").await;
    for _ in 0..3 {
        world.settle_after(Duration::hours(2)).await;
    }
    assert_eq!(world.count("checkouts WHERE state = 'cancelling'").await, 1);
    assert_eq!(world.made(), [(RefundStatus::Pending, 9695)]);
    let key = world.payments.refunds()[0].key;
    let sent = world.payments.finish_refund(key);
    // No time passes.
    world.hear(sent).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
}

#[feira_testkit::test("orders")]
async fn the_refund_of_a_cancel_that_comes_back_waits_for_an_operator(world: World) {
    let id = world.paid().await.id;
    world.cancel(&person(), id, "").await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let key = world.payments.refunds()[0].key;
    let back = world.payments.send_refund_back(key);
    world.hear(back.clone()).await;
    world.hear(back).await;
    assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
    world.settle_after(Duration::days(1)).await;
    assert_eq!(
        world.payments.refunds().len(),
        1,
        "nothing is asked for by itself"
    );
    let anew = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((anew.state, anew.amount), (State::Completed, brl(9695)));
    world.assert_cancelled(id, Settlement::Refunded).await;
}

/// Nobody could send it, as to an account that was closed: the order has ended, and somebody gives it back in another way.
#[feira_testkit::test("orders")]
async fn the_refund_of_a_cancel_that_nobody_will_send_is_not_asked_for_again(world: World) {
    let id = world.paid().await.id;
    world.payments.hold_next_refund();
    world.cancel(&person(), id, "").await;
    let key = world.payments.refunds()[0].key;
    let withdrawn = world.payments.withdraw_held_refund(key);
    world.hear(withdrawn.clone()).await;
    world.settle_after(Duration::hours(2)).await;
    world.hear(withdrawn).await;
    world.settle_after(Duration::days(1)).await;
    assert_eq!(world.made(), [(RefundStatus::Failed, 9695)]);
    world.assert_cancelled(id, Settlement::Paid).await;
    let anew = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((anew.state, anew.amount), (State::Completed, brl(9695)));
    world.assert_cancelled(id, Settlement::Refunded).await;
}

/// It came back before the order was told that it had gone.
#[feira_testkit::test("orders")]
async fn the_refund_of_a_cancel_that_comes_back_unheard_is_not_asked_for_again(world: World) {
    let id = world.paid().await.id;
    world.payments.hold_next_refund();
    world.cancel(&person(), id, "").await;
    let key = world.payments.refunds()[0].key;
    let sent = world.payments.finish_refund(key);
    let back = world.payments.send_refund_back(key);
    world.hear(sent).await;
    world.hear(back).await;
    world.settle_after(Duration::days(1)).await;
    assert_eq!(world.made(), [(RefundStatus::Failed, 9695)]);
    world.assert_cancelled(id, Settlement::Paid).await;
    let anew = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((anew.state, anew.amount), (State::Completed, brl(9695)));
    world.assert_cancelled(id, Settlement::Refunded).await;
}

#[feira_testkit::test("orders")]
async fn a_part_that_nobody_will_send_can_be_given_back_again(world: World) {
    let id = world.paid().await.id;
    world.payments.hold_next_refund();
    let part = world.give(RefundOf::Order(id), Some(1000)).await.unwrap();
    let withdrawn = world.payments.withdraw_held_refund(part.id.0);
    world.hear(withdrawn).await;
    let told = world.order(id).await.refunds.remove(0);
    let failure = told.failure.map(RefundFailure::as_str);
    assert_eq!((told.state, failure), (State::Failed, Some("withdrawn")));
    assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
    let whole = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((whole.state, whole.amount), (State::Completed, brl(9695)));
}

#[feira_testkit::test("orders")]
async fn the_refund_of_a_second_payment_that_comes_back_is_made_again(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let (id, older) = (placed.order.id, placed.payment.id);
    let key = "again".to_owned();
    let newer = world
        .orders
        .retry_payment(&person(), id, key, Method::Pix {})
        .await
        .unwrap();
    for payment in [newer.id, older] {
        let captured = world.payments.capture_payment(payment);
        world.hear(captured).await;
    }
    assert_eq!(world.made(), [(RefundStatus::Completed, 9695)]);
    assert!(world.order(id).await.beside.is_empty());
    let key = world.payments.refunds()[0].key;
    let back = world.payments.send_refund_back(key);
    world.hear(back).await;
    world.settle_after(Duration::days(1)).await;
    assert_eq!(world.made().len(), 1, "nothing is asked for by itself");
    let beside = world.order(id).await.beside;
    assert_eq!((beside.len(), beside[0].id), (1, older));

    let unknown = world
        .give(RefundOf::Payment(id, PaymentId(key)), None)
        .await;
    assert_eq!(code(unknown), "order.illegal_move");
    for again in [State::Failed, State::Completed] {
        let anew = world
            .give(RefundOf::Payment(id, older), None)
            .await
            .unwrap();
        assert_eq!((anew.state, anew.amount), (State::Completed, brl(9695)));
        let asked = world.payments.refunds().pop().unwrap();
        assert_eq!((asked.payment, asked.borne_by), (older, None));
        assert!(world.order(id).await.beside.is_empty());
        if again == State::Failed {
            let back = world.payments.send_refund_back(anew.id.0);
            world.hear(back).await;
        }
        // The order is paid with the other one.
        assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
        let told = world.order(id).await.refunds;
        let told = told.iter().find(|one| one.id == anew.id).unwrap();
        assert_eq!(told.state, again);
    }
    let own = world.give(RefundOf::Payment(id, newer.id), Some(100)).await;
    assert_eq!(own.unwrap().state, State::Completed);
    let parts = [Settlement::PartiallyRefunded; 2];
    assert_eq!(world.settlements(id).await, parts);
}

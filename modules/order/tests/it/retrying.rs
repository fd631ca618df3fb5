//! Another attempt to pay: by whom, until when, and what it is told of an order that ended.

use std::sync::Arc;

use feira_order::{OrderError, OrderId, Settlement};
use feira_payment::{Method, PaymentStatus, Reference};
use feira_testkit::{FromTestDb, TestDb, run_module};
use time::Duration;

use crate::support::{Slow, World, card, code, person};

#[feira_testkit::test("orders")]
async fn retries_are_the_buyers_alone_and_in_time(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_declined")).await;
    let id = placed.order.id;
    let retry = |actor, key: &str| {
        let (orders, key) = (world.orders.clone(), key.to_owned());
        async move { orders.retry_payment(&actor, id, key, Method::Pix {}).await }
    };
    let refused = retry(crate::support::guest("eve"), "r").await;
    assert_eq!(code(refused), "order.not_found");
    let refused = retry(crate::support::operator(), "r").await;
    assert_eq!(code(refused), "order.not_found");
    assert_eq!(code(retry(person(), "").await), "order.invalid");
    db.clock().advance(Duration::minutes(30));
    assert_eq!(code(retry(person(), "r").await), "order.illegal_move");
    world.runner.settle().await.unwrap();
    world.assert_cancelled(id, Settlement::Unpaid).await;
    assert_eq!(code(retry(person(), "r").await), "order.illegal_move");
    assert_eq!(world.payments.starts().len(), 1);
}

/// The same key again, or a new one: both are told in which state the order is.
async fn assert_unpayable(world: &World, id: OrderId, known: &str, method: Method) {
    for key in [known, "new"] {
        let (buyer, key) = (person(), key.to_owned());
        let refused = world.orders.retry_payment(&buyer, id, key, method.clone());
        let refused = refused.await.unwrap_err();
        assert!(
            matches!(&refused, OrderError::IllegalMove { from, .. } if from == "cancelled"),
            "{refused:?}"
        );
    }
}

#[feira_testkit::test("orders")]
async fn an_order_that_ended_has_no_attempt_to_tell_of(world: World) {
    let retried = async |method: Method| {
        let id = world.buy(&person(), card("tok_declined")).await.order.id;
        let buyer = person();
        let attempt = world
            .orders
            .retry_payment(&buyer, id, "r".to_owned(), method);
        (id, attempt.await.unwrap().status)
    };
    let (cancelled, status) = retried(Method::Pix {}).await;
    assert_eq!(status, PaymentStatus::Pending);
    world.cancel(&person(), cancelled, "").await;
    assert_unpayable(&world, cancelled, "r", Method::Pix {}).await;

    let (refunded, status) = retried(card("tok_approved")).await;
    assert_eq!(status, PaymentStatus::Completed);
    world.cancel(&person(), refunded, "").await;
    let payment = world.order(refunded).await.payment.unwrap();
    assert_eq!(payment.status, PaymentStatus::Refunded);
    assert_unpayable(&world, refunded, "r", card("tok_approved")).await;

    let (expired, _) = retried(Method::Pix {}).await;
    world.settle_after(Duration::minutes(31)).await;
    assert_unpayable(&world, expired, "r", Method::Pix {}).await;
}

#[test]
fn an_order_that_ends_while_it_is_retried_is_no_payment() {
    // The clock passes the deadline while the payment module thinks.
    for method in ["accepts", "start"] {
        run_module("orders", move |db| async move {
            let world = World::start(&db).await;
            let id = world.buy(&person(), card("tok_declined")).await.order.id;
            world.faults.slow_down(Slow {
                method,
                meet: Arc::new(tokio::sync::Barrier::new(1)),
                clock: db.clock().clone(),
                takes: Duration::minutes(31),
            });
            let buyer = person();
            let late = world
                .orders
                .retry_payment(&buyer, id, "r".to_owned(), Method::Pix {});
            assert_eq!(code(late.await), "order.illegal_move", "{method}");
            world.settle_after(Duration::minutes(1)).await;
            world.assert_cancelled(id, Settlement::Unpaid).await;
        });
    }
}

#[feira_testkit::test("orders")]
async fn two_retries_at_once_leave_one_live_payment(world: World) {
    let placed = world.buy(&person(), card("tok_declined")).await;
    let id = placed.order.id;
    let buyer = person();
    let again = |key: &str| {
        world
            .orders
            .retry_payment(&buyer, id, key.to_owned(), Method::Pix {})
    };
    let (a, b, c) = tokio::join!(again("a"), again("b"), again("a"));
    let answers = [a, b, c];
    assert!(answers.iter().any(Result::is_ok), "{answers:?}");
    let newest = world.payments.payment_of(Reference::new(id.0)).unwrap();
    assert_eq!(newest.status, PaymentStatus::Pending);
    world.capture(id).await;
    world.assert_confirmed(id, placed.order.cart).await;
}

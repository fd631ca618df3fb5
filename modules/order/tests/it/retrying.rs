//! Another attempt to pay: by whom, until when, and what it is told of an order that ended.

use std::sync::Arc;

use feira_kernel::{Actor, token::TokenHash};
use feira_order::{OrderError, OrderId, OrderStatus, Settlement};
use feira_payment::{Method, MethodKind, PaymentError, PaymentStatus, Reference};
use feira_store::StoreStatus;
use feira_testkit::{FromTestDb, TestDb, run_module};
use time::Duration;

use crate::support::{Fault, Slow, World, brl, card, code, guest, person};

#[feira_testkit::test("orders")]
async fn retries_are_the_buyers_alone_and_in_time(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_declined")).await;
    let id = placed.order.id;
    let retry = |actor, key: &str| {
        let (orders, key) = (world.orders.clone(), key.to_owned());
        async move { orders.retry_payment(&actor, id, key, Method::Pix {}).await }
    };
    let refused = retry(guest("eve"), "r").await;
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

/// What is confirmed by people takes them longer than a card took: the order waits as long as if it were placed now,
/// and what was not held that long is held again.
#[feira_testkit::test("orders")]
async fn another_attempt_has_the_time_of_its_own_method(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_declined")).await;
    let (id, cart) = (placed.order.id, placed.order.cart);
    db.clock().advance(Duration::minutes(25));
    let began = db.clock().now();
    let buyer = person();
    let retry = |key: &str, method| {
        let key = key.to_owned();
        world.orders.retry_payment(&buyer, id, key, method)
    };
    let transfer = retry("r1", Method::BankTransfer {}).await.unwrap();
    assert_eq!(transfer.status, PaymentStatus::Pending);
    let expires_at = world.order(id).await.expires_at;
    assert!(expires_at >= began + Duration::days(1), "{expires_at}");
    let starts = world.payments.starts();
    assert_eq!(starts.last().unwrap().expires_at, expires_at);
    world.settle_after(Duration::hours(20)).await;
    assert_eq!(world.order(id).await.status, OrderStatus::Pending);
    // A shorter one takes no time away.
    retry("r2", Method::Pix {}).await.unwrap();
    assert_eq!(world.order(id).await.expires_at, expires_at);
    world.capture(id).await;
    world.assert_confirmed(id, cart).await;
}

#[feira_testkit::test("orders")]
async fn an_order_that_can_no_longer_be_paid_so_is_paid_another_way(db: TestDb) {
    let too_much = PaymentError::AmountNotAccepted {
        least: brl(1),
        most: brl(100),
    };
    let refusals = [
        (PaymentError::NotOffered, "payment.not_offered"),
        (too_much, "payment.amount_not_accepted"),
    ];
    // Found out by a repeat of the checkout, or by the other way to pay itself.
    let cases = refusals
        .into_iter()
        .flat_map(|r| [(r.clone(), true), (r, false)]);
    for ((refusal, told), repeated) in cases {
        let world = World::start(&db).await;
        let buyer = guest(&format!("{told} {repeated}"));
        let cart = world.cart(&buyer).await;
        let request = world.request("k", &cart, card("tok_approved"));
        // It died before the payment was started.
        world.faults.break_call(4, Fault::Before);
        let unknown = world.check_out(&buyer, request.clone()).await;
        assert_eq!(code(unknown), "order.unavailable");
        assert_eq!(world.faults.calls()[4], "start");
        world.faults.heal();
        let id = OrderId(world.carts.held_for(cart.id).unwrap());
        world.payments.withdraw(MethodKind::Card, refusal);
        let retry = |key: &str, method| {
            let key = key.to_owned();
            world.orders.retry_payment(&buyer, id, key, method)
        };
        if repeated {
            let refused = world.check_out(&buyer, request.clone()).await;
            assert_eq!(code(refused), told);
            let again = world.check_out(&buyer, request).await;
            assert_eq!(code(again), "payment.not_offered");
            assert_eq!(world.count("checkouts WHERE state = 'paying'").await, 0);
        }
        assert_eq!(code(retry("r1", card("tok_approved")).await), told);
        let paid = retry("r2", Method::Pix {}).await.unwrap();
        assert_eq!(paid.status, PaymentStatus::Pending);
        world.capture(id).await;
        world.assert_confirmed(id, cart.id).await;
    }
}

#[feira_testkit::test("orders")]
async fn the_key_of_an_attempt_that_was_refused_answers_the_refusal_again(world: World) {
    let buyer = person();
    let first = world.buy(&buyer, card("tok_declined")).await;
    let id = first.order.id;
    let retry = |key: &str, method| {
        let key = key.to_owned();
        world.orders.retry_payment(&buyer, id, key, method)
    };
    // The attempt is written down, and was not made.
    world.faults.break_call(2, Fault::Before);
    let unknown = retry("r", card("tok_approved")).await;
    assert_eq!(code(unknown), "order.unavailable");
    assert_eq!(world.faults.calls()[2], "start");
    world.faults.heal();
    let refusal = PaymentError::NotOffered;
    world.payments.withdraw(MethodKind::Card, refusal);
    for _ in 0..2 {
        let refused = retry("r", card("tok_approved")).await;
        assert_eq!(code(refused), "payment.not_offered");
    }
    let other = retry("s", Method::Pix {}).await.unwrap();
    assert_ne!(other.id, first.payment.id, "another key is another attempt");
    assert_eq!(retry("s", Method::Pix {}).await.unwrap().id, other.id);
    let refused = retry("r", card("tok_approved")).await;
    assert_eq!(code(refused), "payment.not_offered");
}

#[feira_testkit::test("orders")]
async fn a_guests_repeat_with_her_other_token_is_the_same_attempt(world: World) {
    let ana = guest("ana");
    let placed = world.buy(&ana, card("tok_declined")).await;
    let holder = Actor::guest(TokenHash::of(&placed.order_token.unwrap()));
    let retry = |actor: &Actor| {
        let (orders, actor) = (world.orders.clone(), actor.clone());
        let (id, key) = (placed.order.id, "r".to_owned());
        async move { orders.retry_payment(&actor, id, key, Method::Pix {}).await }
    };
    let first = retry(&ana).await.unwrap();
    let again = retry(&holder).await.unwrap();
    assert_eq!((again.id, again.status), (first.id, PaymentStatus::Pending));
    assert_eq!(world.payments.starts().len(), 2);
    assert!(world.payments.cancels().is_empty());
}

#[feira_testkit::test("orders")]
async fn a_store_that_may_not_sell_is_not_paid(world: World) {
    let id = world.buy(&person(), card("tok_declined")).await.order.id;
    let retry = |key: &str| {
        let (orders, key) = (world.orders.clone(), key.to_owned());
        async move {
            orders
                .retry_payment(&person(), id, key, Method::Pix {})
                .await
        }
    };
    for status in [StoreStatus::Suspended, StoreStatus::Closed] {
        world.stores.set_status(world.mar.id, status);
        assert_eq!(code(retry("r").await), "cart.store_closed");
        assert_eq!(world.payments.starts().len(), 1);
    }
    world.stores.set_status(world.mar.id, StoreStatus::Approved);
    retry("r").await.unwrap();
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

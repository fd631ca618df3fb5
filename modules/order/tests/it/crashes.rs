//! Fail every step once, repeat every step twice: whichever call of a neighbour fails, before or
//! after its effect, the same end is reached.

use feira_kernel::{Actor, token::TokenHash};
use feira_order::{Placed, Settlement};
use feira_payment::{Method, Reference};
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;

use crate::support::{Fault, World, card, guest, person};

/// Repeats a request as a client does, until it is answered.
async fn insist(world: &World, actor: &Actor, method: Method) -> Placed {
    let cart = world.cart(actor).await;
    let request = world.request(&cart.id.to_string(), &cart, method);
    for _ in 0..3 {
        match world.check_out(actor, request.clone()).await {
            Ok(placed) => return placed,
            Err(error) => assert_eq!(
                feira_kernel::ModuleError::code(&error),
                "order.unavailable",
                "{error:?}"
            ),
        }
    }
    panic!("the request is never answered");
}

/// Runs the story once for each of its calls, breaking that one. The story
/// lets the clock go on, as after a crash, and checks the end that it must always reach.
async fn break_each_call<F, Fut>(db: &TestDb, expected: &[&'static str], story: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = (World, Vec<&'static str>)>,
{
    let (_, calls) = story(World::start(db).await).await;
    assert_eq!(calls, expected, "the calls of the undisturbed story");
    for (number, call) in expected.iter().enumerate() {
        for when in [Fault::Before, Fault::AnswerLost] {
            let world = World::start(db).await;
            world.faults.break_call(number, when);
            let (_, calls) = story(world).await;
            assert_eq!(calls.get(number), Some(call), "{when:?}");
        }
    }
}

#[feira_testkit::test("orders")]
async fn a_card_payment(db: TestDb) {
    let calls = &[
        "for_checkout",
        "accepts",
        "hold",
        "reserve",
        "start",
        "commit_reservation",
        "close",
    ];
    break_each_call(&db, calls, |world| async move {
        let placed = insist(&world, &person(), card("tok_approved")).await;
        world.settle_after(Duration::seconds(30)).await;
        let calls = world.faults.calls();
        world
            .assert_confirmed(placed.order.id, placed.order.cart)
            .await;
        assert_eq!(world.events(placed.order.id, "order.placed.v1").await, 1);
        let keys: Vec<_> = world.payments.starts().iter().map(|s| s.key).collect();
        assert!(keys.iter().all(|key| *key == keys[0]));
        (world, calls)
    })
    .await;
}

#[feira_testkit::test("orders")]
async fn a_pix_payment(db: TestDb) {
    let calls = &[
        "for_checkout",
        "accepts",
        "hold",
        "reserve",
        "start",
        "payment",
        "commit_reservation",
        "close",
    ];
    break_each_call(&db, calls, |world| async move {
        let placed = insist(&world, &guest("ana"), Method::Pix {}).await;
        let event = world.payments.capture(Reference::new(placed.order.id.0));
        feira_payment::testing::FakePayments::announce(&world.payments_env, event).await;
        world.runner.settle().await.unwrap();
        world.settle_after(Duration::seconds(30)).await;
        let calls = world.faults.calls();
        world
            .assert_confirmed(placed.order.id, placed.order.cart)
            .await;
        (world, calls)
    })
    .await;
}

#[feira_testkit::test("orders")]
async fn an_order_that_expires(db: TestDb) {
    let calls = &[
        "for_checkout",
        "accepts",
        "hold",
        "reserve",
        "start",
        "by_references",
        "by_references",
        "cancel",
        "release_reservation",
        "release",
        "by_references",
    ];
    break_each_call(&db, calls, |world| async move {
        let placed = insist(&world, &person(), Method::Pix {}).await;
        world.settle_after(Duration::minutes(30)).await;
        world.settle_after(Duration::minutes(1)).await;
        let calls = world.faults.calls();
        world
            .assert_cancelled(placed.order.id, Settlement::Unpaid)
            .await;
        assert_eq!(world.carts.held_for(placed.order.cart), None);
        (world, calls)
    })
    .await;
}

#[feira_testkit::test("orders")]
async fn a_paid_order_that_the_buyer_cancels(db: TestDb) {
    let calls = &[
        "for_checkout",
        "accepts",
        "hold",
        "reserve",
        "start",
        "commit_reservation",
        "close",
        "refundable",
        "by_references",
        "release_reservation",
        "restock",
        "release",
        "by_references",
        "refund",
        "payment",
    ];
    break_each_call(&db, calls, |world| async move {
        let ana = guest("ana");
        let placed = insist(&world, &ana, card("tok_approved")).await;
        world.settle_after(Duration::seconds(30)).await;
        let holder = Actor::guest(TokenHash::of(&placed.order_token.unwrap()));
        let cancel = || {
            let orders = &world.orders;
            orders.cancel(&holder, placed.order.id, "no".to_owned(), None)
        };
        // Before it is done, or when its answer shows the payment, a call may break.
        if cancel().await.is_err() {
            cancel().await.unwrap();
        }
        world.settle_after(Duration::minutes(1)).await;
        let calls = world.faults.calls();
        world.settle_after(Duration::minutes(1)).await;
        world
            .assert_cancelled(placed.order.id, Settlement::Refunded)
            .await;
        assert_eq!(
            world.carts.closed_by(placed.order.cart),
            Some(placed.order.id.0)
        );
        (world, calls)
    })
    .await;
}

#[feira_testkit::test("orders")]
async fn a_sale_that_completes(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    crate::fulfilment::send_all(&world, &placed.order).await;
    world
        .orders
        .confirm_delivery(&person(), placed.order.id, None)
        .await
        .unwrap();
    world.faults.break_call(0, Fault::AnswerLost);
    world.settle_after(Duration::days(7)).await;
    world.settle_after(Duration::minutes(1)).await;
    let released = world.payments.releases();
    let keys: std::collections::HashSet<_> = released.iter().map(|r| r.key).collect();
    assert_eq!(
        keys.len(),
        2,
        "one key per store order, however often it is asked"
    );
    assert!(released.len() > 2, "one of them was asked twice");
}

//! One purchase over two sellers, from the cart to the confirmed order.

use std::sync::Arc;

use feira_cart::CartId;
use feira_kernel::{Actor, idempotency, token::TokenHash};
use feira_order::{Checkout, OrderStatus, Settlement};
use feira_payment::{NextAction, PaymentStatus};
use feira_testkit::{FromTestDb, TestDb};
use futures::future::join_all;
use time::Duration;
use tokio::sync::Barrier;

use crate::support::{Slow, World, brl, card, code, field, guest, operator, person, seller};

#[feira_testkit::test("orders")]
async fn a_person_pays_by_card_at_once(db: TestDb, world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, card("tok_approved"));
    let placed = world.check_out(&person(), request).await.unwrap();
    assert_eq!(placed.payment.status, PaymentStatus::Completed);
    assert_eq!(placed.order_token, None, "her account opens it");
    assert_eq!(placed.order.totals.total, brl(9695));
    assert_eq!(placed.order.email, "person1@feira.example");
    insta::assert_json_snapshot!("order_of_two_stores", placed.order, {
        ".**.id" => "[id]", ".number" => "[number]", ".store_orders[].number" => "[number]",
        ".cart" => "[id]", ".**.store" => "[id]", ".**.store_order" => "[id]",
        ".payment.reference" => "[id]",
    });
    world.assert_confirmed(placed.order.id, cart.id).await;
    world.runner.settle().await.unwrap();
    assert_eq!(world.events(placed.order.id, "order.placed.v1").await, 1);
    let seen = world.orders.order(&person(), placed.order.id).await;
    assert_eq!(seen.unwrap(), placed.order);
    let awaited = world.events(placed.order.id, "order.payment_awaited.v1");
    assert_eq!(awaited.await, 0, "nobody has to pay any more");
    // The link in her mails opens it, and no other order of hers.
    let other = world.buy(&person(), card("tok_approved")).await.order.id;
    let mailer = Actor::system("notification");
    let message = world
        .orders
        .order_for_message(&mailer, placed.order.id)
        .await;
    let mailed = message.unwrap().order_token.expect("a link");
    let reader = Actor::guest(TokenHash::of(&mailed));
    let seen = world.orders.order(&reader, placed.order.id).await;
    assert_eq!(seen.unwrap().id, placed.order.id);
    for (reader, order) in [
        (&reader, other),
        (&guest(&format!("{mailed}x")), placed.order.id),
    ] {
        assert_eq!(
            code(world.orders.order(reader, order).await),
            "order.not_found"
        );
    }
    db.clock().advance(Duration::days(89));
    world.orders.order(&reader, placed.order.id).await.unwrap();
    db.clock().advance(Duration::days(2));
    let late = world.orders.order(&reader, placed.order.id).await;
    assert_eq!(code(late), "order.not_found");
    world
        .orders
        .order(&person(), placed.order.id)
        .await
        .unwrap();
}

#[feira_testkit::test("orders")]
async fn a_guest_pays_by_pix_and_her_token_opens_the_order(world: World) {
    let ana = guest("ana");
    let cart = world.cart(&ana).await;
    let mut request = world.request("k", &cart, feira_payment::Method::Pix {});
    request.locale = Some("pt-BR".to_owned());
    let placed = world.check_out(&ana, request).await.unwrap();
    assert!(matches!(
        placed.payment.next_action,
        NextAction::PixCode { .. }
    ));
    assert_eq!(placed.order.status, OrderStatus::Pending);
    assert_eq!(placed.order.locale, "pt-BR");
    assert_eq!(world.stock(), [(10, 2), (10, 1), (10, 3)], "held, not sold");
    assert_eq!(world.carts.held_for(cart.id), Some(placed.order.id.0));

    let id = placed.order.id;
    assert_eq!(world.events(id, "order.payment_awaited.v1").await, 1);
    let token = placed.order_token.expect("a guest is given a token");
    let holder = Actor::guest(TokenHash::of(&token));
    let payment = placed.payment.id;
    for buyer in [&holder, &ana] {
        assert_eq!(world.orders.order(buyer, id).await.unwrap().id, id);
        let seen = world.orders.payment(buyer, payment).await.unwrap();
        assert_eq!(seen.id, payment);
    }
    for stranger in [&guest("bea"), &Actor::stranger(), &person()] {
        assert_eq!(
            code(world.orders.order(stranger, id).await),
            "order.not_found"
        );
        let refused = world.orders.payment(stranger, payment).await;
        assert_eq!(code(refused), "order.not_found");
        let refused = world.orders.cancel(stranger, id, String::new(), None).await;
        assert_eq!(code(refused), "order.not_found");
    }
    assert_eq!(world.orders.order(&operator(), id).await.unwrap().id, id);
    let on_seller_surface = seller(world.serra.id);
    let refused = world.orders.order(&on_seller_surface, id).await;
    assert_eq!(code(refused), "order.not_found");

    world.capture(id).await;
    world.assert_confirmed(id, cart.id).await;
    let mailer = Actor::system("notification");
    let message = world.orders.order_for_message(&mailer, id).await;
    assert_eq!(message.unwrap().order_token, Some(token));
    let refused = world.orders.order_for_message(&operator(), id).await;
    assert_eq!(code(refused), "order.forbidden");
}

#[feira_testkit::test("orders")]
async fn the_money_is_split_with_frozen_commissions(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let start = world.payments.starts().pop().unwrap();
    assert_eq!(start.description, placed.order.number);
    assert_eq!(start.amount, placed.order.totals.total);
    let amounts = start
        .splits
        .iter()
        .map(|s| (s.amount, s.commission, s.earning));
    // 10 % of 20.00 and of 24.90, then of 22.05: half up per line, the store gets the rest.
    let expected = [
        (brl(5990), brl(449), brl(5541)),
        (brl(3705), brl(221), brl(3484)),
    ];
    assert_eq!(amounts.collect::<Vec<_>>(), expected);
    let serra = World::part(&placed.order, &world.serra);
    let shown = world
        .orders
        .store_order(&seller(world.serra.id), serra)
        .await;
    let shown = shown.unwrap();
    assert_eq!((shown.commission, shown.earning), (brl(449), brl(5541)));
    assert_eq!(shown.store_order.settlement, Settlement::Paid);
    let foreign = world.orders.store_order(&seller(world.mar.id), serra).await;
    assert_eq!(code(foreign), "order.not_found");
}

#[feira_testkit::test("orders")]
async fn the_same_key_is_the_same_order_whatever_happened(world: World) {
    let ana = guest("ana");
    let cart = world.cart(&ana).await;
    let request = world.request("k", &cart, feira_payment::Method::Pix {});
    let first = world.check_out(&ana, request.clone()).await.unwrap();
    let again = world.check_out(&ana, request.clone()).await.unwrap();
    assert_eq!(again.order, first.order);
    assert_eq!(again.order_token, first.order_token);
    world.capture(first.order.id).await;
    let paid = world.check_out(&ana, request.clone()).await.unwrap();
    assert_eq!(paid.order.id, first.order.id);
    assert_eq!(paid.payment.status, PaymentStatus::Completed);

    let mut other = request.clone();
    other.shipping_address.street = "Elsewhere".to_owned();
    let refused = world.check_out(&ana, other).await;
    assert_eq!(field(refused), "request.idempotency_key_reused");
    let mut other = request.clone();
    other.key = "k2".to_owned();
    let refused = world.check_out(&ana, other).await;
    assert_eq!(code(refused), "order.cart_has_order");
    // The key of somebody else is another key.
    let bea = world.cart(&guest("bea")).await;
    let request = world.request("k", &bea, card("tok_approved"));
    let hers = world.check_out(&guest("bea"), request).await.unwrap();
    assert_ne!(hers.order.id, first.order.id);
    assert_eq!(world.count("orders").await, 2);
    assert_eq!(world.count("checkouts").await, 2);
}

#[feira_testkit::test("orders")]
async fn a_forgotten_key_is_still_its_orders_and_holds_nothing_else(db: TestDb, world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, card("tok_approved"));
    let first = world.check_out(&person(), request.clone()).await.unwrap();
    db.clock().advance(idempotency::KEEP + Duration::hours(1));
    let again = world.check_out(&person(), request).await.unwrap();
    assert_eq!(again.order, first.order);

    let (stock, calls) = (world.stock(), world.faults.calls());
    let other = world.cart(&person()).await;
    let request = world.request("k", &other, card("tok_approved"));
    let refused = world.check_out(&person(), request.clone()).await;
    assert_eq!(field(refused), idempotency::REUSED);
    assert_eq!(world.carts.held_for(other.id), None);
    assert_eq!(world.stock(), stock);
    assert_eq!(
        world.faults.calls(),
        calls,
        "known before anything is asked"
    );
    let request = Checkout {
        key: "k2".to_owned(),
        ..request
    };
    world.check_out(&person(), request).await.unwrap();
}

#[feira_testkit::test("orders")]
async fn a_key_used_for_two_carts_at_once_keeps_one_of_them(db: TestDb) {
    // With the same lines the two have the same hold, which stays the order's.
    for quantities in [[1, 2], [1, 1]] {
        let world = World::start(&db).await;
        let mut carts = Vec::new();
        for quantity in quantities {
            carts.push(world.cart_of(&person(), &[(2, quantity)]).await);
        }
        // Both have their stock before either is placed.
        world.faults.slow_down(Slow {
            method: "reserve",
            meet: Arc::new(Barrier::new(carts.len())),
            clock: db.clock().clone(),
            takes: Duration::ZERO,
        });
        let (buyer, key) = (person(), format!("{quantities:?}"));
        let tries = carts.iter().map(|cart| {
            let request = world.request(&key, cart, feira_payment::Method::Pix {});
            world.check_out(&buyer, request)
        });
        let (mut placed, mut refused) = (Vec::new(), Vec::new());
        for answer in join_all(tries).await {
            match answer {
                Ok(answer) => placed.push(answer.order),
                Err(error) => refused.push(error),
            }
        }
        assert_eq!((placed.len(), refused.len()), (1, 1), "{refused:?}");
        let refused = refused.remove(0);
        assert_eq!(field::<()>(Err(refused)), idempotency::REUSED);
        let carts = carts.iter().map(|cart| cart.id).zip(quantities);
        let held = |(cart, _): &(CartId, u32)| world.carts.held_for(*cart).is_some();
        let held: Vec<_> = carts.filter(held).collect();
        let [(cart, quantity)] = held[..] else {
            panic!("{held:?}");
        };
        assert_eq!(cart, placed[0].cart);
        assert_eq!(world.stock(), [(10, 0), (10, 0), (10, quantity)]);
    }
}

#[feira_testkit::test("orders")]
async fn a_cart_may_be_bought_again_after_its_order_was_cancelled(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, feira_payment::Method::Pix {});
    let first = world.check_out(&person(), request.clone()).await.unwrap();
    let mut second = request.clone();
    second.key = "k2".to_owned();
    let refused = world.check_out(&person(), second.clone()).await;
    assert_eq!(code(refused), "order.cart_has_order");
    let cancelled = world
        .cancel(&person(), first.order.id, "changed my mind")
        .await;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    world
        .assert_cancelled(first.order.id, Settlement::Unpaid)
        .await;
    let placed = world.check_out(&person(), second).await.unwrap();
    assert_ne!(placed.order.id, first.order.id);
    let replay = world.check_out(&person(), request).await.unwrap();
    assert_eq!(replay.order.id, first.order.id);
    assert_eq!(replay.order.status, OrderStatus::Cancelled);
}

#[feira_testkit::test("orders")]
async fn a_hold_of_a_try_that_died_is_used_again(db: TestDb, world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, feira_payment::Method::Pix {});
    // The answer of `reserve` is lost: as after a crash between reserve and place.
    world
        .faults
        .break_call(3, crate::support::Fault::AnswerLost);
    let refused = world.check_out(&person(), request.clone()).await;
    assert_eq!(code(refused), "order.unavailable");
    assert_eq!(
        world.faults.calls(),
        ["for_checkout", "accepts", "hold", "reserve", "release"]
    );
    assert_eq!(world.count("orders").await, 0);
    world.faults.heal();
    db.clock().advance(Duration::minutes(5));
    let placed = world.check_out(&person(), request.clone()).await.unwrap();
    assert_eq!(world.stock(), [(10, 2), (10, 1), (10, 3)], "held once");
    let left = placed.order.expires_at - db.clock().now();
    assert_eq!(
        left,
        Duration::minutes(25),
        "the hold outlives the order by the margin"
    );
}

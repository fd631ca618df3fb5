//! What cannot be bought, and that nothing is left behind by the try.

use feira_cart::Problem;
use feira_catalog::testing::sellable;
use feira_kernel::{Actor, Currency, ErrorKind, ModuleError, Money};
use feira_order::OrderError;
use feira_payment::{Method, NextAction};

use crate::support::{STOCK, World, brl, card, code, guest, operator, person, seller};

/// The keys of further attempts to pay.
const ATTEMPTS: &str = "idempotency_key WHERE route LIKE 'orders/%/payments'";

async fn nothing_happened(world: &World) {
    assert_eq!(world.stock(), [(i64::from(STOCK), 0); 3]);
    for table in [
        "orders",
        "checkouts",
        "outbox_event",
        "order_status_history",
    ] {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
    assert!(world.payments.starts().is_empty());
}

#[feira_testkit::test("orders")]
async fn another_total_is_refused_with_the_cart(world: World) {
    let cart = world.cart(&person()).await;
    let dollars = Money::from_minor(cart.totals.total.minor(), Currency::USD).unwrap();
    for seen in [brl(1), brl(cart.totals.total.minor() + 1), dollars] {
        let mut request = world.request("k", &cart, Method::Pix {});
        request.expected_total = seen;
        let refused = world.check_out(&person(), request).await.unwrap_err();
        let OrderError::TotalChanged { cart: now } = &refused else {
            panic!("{refused:?}");
        };
        assert_eq!(now.totals, cart.totals);
        assert_eq!(refused.kind(), ErrorKind::Conflict);
    }
    nothing_happened(&world).await;
    // Nothing was stored under the key: with the right total it goes on.
    let request = world.request("k", &cart, Method::Pix {});
    world.check_out(&person(), request).await.unwrap();
}

#[feira_testkit::test("orders")]
async fn what_cannot_be_paid_is_not_ordered(world: World) {
    let cart = world.cart(&person()).await;
    let declined = world.request("k", &cart, card("tok_declined"));
    world.payments.close();
    for method in [Method::Pix {}, card("tok_approved")] {
        let request = world.request("k", &cart, method);
        let refused = world.check_out(&person(), request).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "payment.not_offered");
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.to_string().contains("choose another way to pay"));
    }
    nothing_happened(&world).await;
    world.payments.open();
    let placed = world.check_out(&person(), declined).await.unwrap();
    world.payments.close();
    let id = placed.order.id;
    let again = world
        .orders
        .retry_payment(&person(), id, "r".to_owned(), Method::Pix {})
        .await;
    assert_eq!(code(again), "payment.not_offered");
    assert_eq!(world.count(ATTEMPTS).await, 0);
}

#[feira_testkit::test("orders")]
async fn what_a_pix_cannot_carry_is_not_ordered(world: World) {
    let store = world.serra.id;
    // With shipping: a cent more than ten digits before the point hold, and much more.
    for price in [999_999_998_500, 4_000_000_000_000, 9_999_999_998_400] {
        world.catalog.put(sellable(1, store, brl(price), STOCK));
        let cart = world.cart_of(&person(), &[(0, 1)]).await;
        let request = world.request("k", &cart, Method::Pix {});
        let refused = world.check_out(&person(), request).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "payment.amount_not_accepted");
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        let detail = refused.to_string();
        assert!(detail.contains("to 9999999999.99 BRL"), "{detail}");
    }
    nothing_happened(&world).await;
    // By card it is ordered, and PIX is no other way to pay it.
    let cart = world.cart_of(&person(), &[(0, 1)]).await;
    let request = world.request("k", &cart, card("tok_declined"));
    let placed = world.check_out(&person(), request).await.unwrap();
    let id = placed.order.id;
    let again = world
        .orders
        .retry_payment(&person(), id, "r".to_owned(), Method::Pix {})
        .await;
    assert_eq!(code(again), "payment.amount_not_accepted");
    assert_eq!(world.count(ATTEMPTS).await, 0);
    // A cent less is a code.
    world
        .catalog
        .put(sellable(1, store, brl(999_999_998_499), STOCK));
    let cart = world.cart_of(&guest("ana"), &[(0, 1)]).await;
    let request = world.request("k", &cart, Method::Pix {});
    let placed = world.check_out(&guest("ana"), request).await.unwrap();
    let NextAction::PixCode { br_code, .. } = placed.payment.next_action else {
        panic!("no code");
    };
    assert!(br_code.contains("54139999999999.99"), "{br_code}");
}

#[feira_testkit::test("orders")]
async fn a_cart_with_problems_is_refused_with_all_of_them(world: World) {
    let mut cart = world.cart(&person()).await;
    let store = world.serra.id;
    let item = cart.groups[0].lines[0].id;
    let price = Problem::PriceChanged {
        item,
        was: brl(900),
        now: brl(1000),
    };
    cart.problems = vec![price.clone(), Problem::StoreClosed { store }];
    world.carts.put(cart.clone());
    let request = world.request("k", &cart, Method::Pix {});
    let refused = world
        .check_out(&person(), request.clone())
        .await
        .unwrap_err();
    assert!(matches!(&refused, OrderError::CartProblems { problems } if problems.len() == 2));
    // No way of shipping, though nobody listed it as a problem.
    cart.problems = Vec::new();
    let shipping = cart.groups[1].shipping.take();
    world.carts.put(cart.clone());
    let refused = world.check_out(&person(), request.clone()).await;
    assert_eq!(code(refused), "cart.problems");
    let empty = world.cart_of(&person(), &[]).await;
    let nothing = world.request("e", &empty, Method::Pix {});
    let refused = world.check_out(&person(), nothing).await;
    assert_eq!(code(refused), "cart.problems");
    nothing_happened(&world).await;
    // A price that changed is what `expected_total` is for; it blocks nothing.
    cart.groups[1].shipping = shipping;
    cart.problems = vec![price];
    world.carts.put(cart);
    world.check_out(&person(), request).await.unwrap();
}

#[feira_testkit::test("orders")]
async fn a_cart_that_does_not_add_up_is_never_charged(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, Method::Pix {});
    let mut line = cart.clone();
    line.groups[0].lines[0].unit_price = brl(999);
    let mut group = cart.clone();
    group.groups[1].totals.shipping = brl(1400);
    let mut whole = cart.clone();
    whole.totals.subtotal = brl(1);
    for wrong in [line, group, whole] {
        world.carts.put(wrong);
        let refused = world.check_out(&person(), request.clone()).await;
        assert_eq!(code(refused), "order.internal");
    }
    nothing_happened(&world).await;
}

#[feira_testkit::test("orders")]
async fn too_little_stock_is_told_with_numbers(world: World) {
    let cart = world.cart_of(&person(), &[(0, 1), (2, 11)]).await;
    let request = world.request("k", &cart, Method::Pix {});
    let refused = world.check_out(&person(), request).await.unwrap_err();
    let OrderError::OutOfStock(short) = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(short.len(), 1);
    assert_eq!(
        (short[0].variant, short[0].requested, short[0].available),
        (world.variants[2], 11, 10)
    );
    nothing_happened(&world).await;
}

#[feira_testkit::test("orders")]
async fn only_a_buyer_buys_and_only_her_own_cart(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, Method::Pix {});
    let mut as_guest = request.clone();
    as_guest.email = Some("guest@feira.example".to_owned());
    for (actor, expected) in [
        (guest("ana"), "cart.not_found"),
        (
            Actor::customer(feira_kernel::UserId(uuid::Uuid::from_u128(2))),
            "cart.not_found",
        ),
        (Actor::stranger(), "cart.not_found"),
        (operator(), "order.forbidden"),
        (seller(world.serra.id), "order.forbidden"),
        (Actor::system("catalog"), "order.forbidden"),
    ] {
        let refused = world.check_out(&actor, as_guest.clone()).await;
        assert_eq!(code(refused), expected, "{actor:?}");
    }
    let unknown = Actor::customer(feira_kernel::UserId(uuid::Uuid::from_u128(77)));
    let theirs = world.cart(&unknown).await;
    let refused = world.check_out(&unknown, world.request("k", &theirs, Method::Pix {}));
    assert_eq!(code(refused.await), "order.forbidden");
    nothing_happened(&world).await;
}

#[feira_testkit::test("orders")]
async fn bad_fields_are_named_and_nothing_is_asked_of_anybody(world: World) {
    let cart = world.cart(&guest("ana")).await;
    let mut request = world.request("", &cart, card("4111111111111111"));
    request.email = Some("not an address".to_owned());
    request.shipping_address.postal_code = "1".to_owned();
    request.shipping_address.street = "a\u{0}b".to_owned();
    world
        .faults
        .break_call(usize::MAX, crate::support::Fault::Before);
    let refused = world.check_out(&guest("ana"), request).await.unwrap_err();
    let pointers: Vec<_> = refused
        .fields()
        .iter()
        .map(|f| f.pointer.as_str())
        .collect();
    let expected = [
        "/key",
        "/email",
        "/shipping_address/street",
        "/shipping_address/postal_code",
        "/payment/token",
    ];
    assert_eq!(pointers, expected);
    assert!(world.faults.calls().is_empty());
    nothing_happened(&world).await;
}

#[feira_testkit::test("orders")]
async fn neighbours_that_are_down_mean_try_again_not_a_lost_order(world: World) {
    let cart = world.cart(&person()).await;
    let request = world.request("k", &cart, Method::Pix {});
    world.catalog.set_down(true);
    let refused = world.check_out(&person(), request.clone()).await;
    assert_eq!(code(refused), "order.unavailable");
    world.catalog.set_down(false);
    world.stores.set_down(true);
    let refused = world.check_out(&person(), request.clone()).await;
    assert_eq!(code(refused), "order.unavailable");
    world.stores.set_down(false);
    nothing_happened(&world).await;
    world.check_out(&person(), request).await.unwrap();
}

//! Orders whose stores are paid themselves before anything is sold.

use feira_kernel::{Actor, IdempotencyKey};
use feira_order::{
    Fulfilment as F, NotCollected, Order, OrderError, OrderStatus, Placed, SellerAction,
    SellerOrder, Settlement as S, StoreOrderId,
};
use feira_payment::{
    LegStatus, Method, MethodKind, PartReference, PaymentError, PaymentStatus, Payments, Reference,
    SettleLeg,
};
use feira_store::Store;
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;

use crate::support::{Fault, World, code, operator, person, seller, treasurer};

const PIX: Method = Method::Pix {};

fn key(key: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "received".to_owned(),
        key: key.to_owned(),
        fingerprint: String::new(),
    })
}

fn never() -> NotCollected {
    NotCollected {
        restock: false,
        note: Some("no such PIX".to_owned()),
    }
}

/// One of both stores, which wait for its buyer.
async fn waiting(world: &World) -> Placed {
    world.payments.pay_stores(MethodKind::Pix);
    let placed = world.buy(&person(), PIX).await;
    assert_eq!(placed.payment.status, PaymentStatus::Pending);
    placed
}

async fn collected(
    world: &World,
    actor: &Actor,
    part: StoreOrderId,
    key: Option<IdempotencyKey>,
) -> Result<SellerOrder, OrderError> {
    world.orders.mark_collected(actor, part, None, key).await
}

async fn received(world: &World, placed: &Placed, store: &Store) {
    let part = World::part(&placed.order, store);
    let said = collected(world, &seller(store.id), part, None).await;
    said.unwrap();
}

fn states(order: &Order) -> Vec<(F, S)> {
    let parts = order.store_orders.iter();
    parts
        .map(|part| (part.fulfilment, part.settlement))
        .collect()
}

async fn confirmed_in_part(world: &World, placed: &Placed) {
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Confirmed);
    let expected = [(F::Pending, S::Paid), (F::Cancelled, S::Unpaid)];
    assert_eq!(states(&order), expected);
    assert_eq!(world.stock(), [(8, 0), (9, 0), (10, 0)]);
    assert_eq!(world.carts.closed_by(order.cart), Some(order.id.0));
    assert_eq!(world.events(order.id, "order.confirmed.v1").await, 1);
    assert_eq!(world.due().await, 0);
}

#[feira_testkit::test("orders")]
async fn it_waits_until_each_store_has_its_money(world: World) {
    let placed = waiting(&world).await;
    let (id, cart) = (placed.order.id, placed.order.cart);
    assert_eq!(world.events(id, "order.payment_awaited.v1").await, 1);
    let part = World::part(&placed.order, &world.serra);
    let actor = seller(world.serra.id);
    let shown = world.orders.store_order(&actor, part).await.unwrap();
    let leg = shown.leg.clone().unwrap();
    assert_eq!((leg.part.0, leg.status), (part.0, LegStatus::Open));
    assert_eq!(
        shown.allowed(),
        [SellerAction::Collect, SellerAction::GiveUp]
    );
    let foreign = seller(world.mar.id);
    let refused = collected(&world, &foreign, part, None).await;
    assert_eq!(code(refused), "order.not_found");
    for stranger in [operator(), person()] {
        let refused = collected(&world, &stranger, part, None).await;
        assert_eq!(code(refused), "order.forbidden");
    }
    for key in [key("a"), key("a"), key("b"), None] {
        let told = collected(&world, &actor, part, key).await;
        let told = told.unwrap();
        assert_eq!(told.store_order.settlement, S::Unpaid);
        assert_eq!(told.leg.as_ref().unwrap().status, LegStatus::Paid);
        assert_eq!(told.allowed(), []);
    }
    let other = world
        .orders
        .mark_not_collected(&actor, part, never(), None)
        .await;
    assert_eq!(code(other), "order.illegal_move");
    // Another attempt would have what this one paid go back.
    let retry = world
        .orders
        .retry_payment(&person(), id, "again".to_owned(), PIX)
        .await;
    assert_eq!(code(retry), "order.illegal_move");
    assert_eq!(world.order(id).await.status, OrderStatus::Pending);
    // The other is said by an operator, and with it all is paid.
    let part = World::part(&placed.order, &world.mar);
    let told = collected(&world, &treasurer(), part, None).await;
    assert_eq!(told.unwrap().store_order.settlement, S::Paid);
    world.assert_confirmed(id, cart).await;
    let shown = world.orders.store_order(&seller(world.mar.id), part).await;
    assert_eq!(shown.unwrap().leg, None);
}

#[feira_testkit::test("orders")]
async fn what_is_not_paid_in_time_is_cancelled_and_the_rest_sold(world: World) {
    let placed = waiting(&world).await;
    received(&world, &placed, &world.serra).await;
    world.settle_after(Duration::days(3)).await;
    confirmed_in_part(&world, &placed).await;
    // The rest is an order like any other.
    let part = World::part(&placed.order, &world.serra);
    let shipment = crate::fulfilment::shipment("BR1");
    let actor = seller(world.serra.id);
    let sent = world.orders.ship(&actor, part, shipment, None).await;
    sent.unwrap();
    assert_eq!(
        world.order(placed.order.id).await.status,
        OrderStatus::Shipped
    );
}

#[feira_testkit::test("orders")]
async fn a_store_that_gives_its_part_up_holds_up_nobody(world: World) {
    let placed = waiting(&world).await;
    let part = World::part(&placed.order, &world.mar);
    let actor = seller(world.mar.id);
    for key in [key("a"), key("a")] {
        let said = world.orders.mark_not_collected(&actor, part, never(), key);
        said.await.unwrap();
    }
    received(&world, &placed, &world.serra).await;
    confirmed_in_part(&world, &placed).await;
}

/// It came after its part was cancelled: recorded, and given back by its store.
#[feira_testkit::test("orders")]
async fn what_comes_too_late_beside_others_goes_back(world: World) {
    let placed = waiting(&world).await;
    received(&world, &placed, &world.serra).await;
    world.settle_after(Duration::days(3)).await;
    confirmed_in_part(&world, &placed).await;
    let part = World::part(&placed.order, &world.mar);
    let actor = seller(world.mar.id);
    let shown = world.orders.store_order(&actor, part).await.unwrap();
    assert_eq!(shown.leg.as_ref().unwrap().status, LegStatus::Unpaid);
    assert_eq!(shown.allowed(), [SellerAction::Collect]);
    world.payments.hold_next_refund();
    for key in [key("late"), key("late"), key("again")] {
        let told = collected(&world, &actor, part, key).await;
        let told = told.unwrap();
        assert_eq!(told.leg.as_ref().unwrap().status, LegStatus::Paid);
        assert_eq!(told.allowed(), []);
    }
    let asked = world.payments.refunds();
    let of_it = asked.iter().all(|one| one.rest_of.unwrap().0 == part.0);
    assert!(of_it && !asked.is_empty(), "{asked:?}");
    assert_eq!(world.payments.refunded().len(), 1);
    let (id, told) = (placed.order.id, "order.refunded.v1");
    assert_eq!(world.events(id, told).await, 0);
    let done = world.payments.finish_refund(asked[0].key);
    world.hear(done).await;
    assert_eq!(world.events(id, told).await, 1);
    // Neither is sold by it, nor is what is paid touched.
    confirmed_in_part(&world, &placed).await;
}

/// The same of an order that nobody paid in time.
#[feira_testkit::test("orders")]
async fn what_comes_too_late_for_all_of_it_goes_back(world: World) {
    let placed = waiting(&world).await;
    world.settle_after(Duration::days(3)).await;
    world.assert_cancelled(placed.order.id, S::Unpaid).await;
    world.payments.hold_next_refund();
    let part = World::part(&placed.order, &world.mar);
    let actor = seller(world.mar.id);
    let told = collected(&world, &actor, part, key("k")).await;
    assert_eq!(told.unwrap().leg.unwrap().status, LegStatus::Paid);
    let asked = world.payments.refunds();
    let of_it = asked.iter().all(|one| one.rest_of.unwrap().0 == part.0);
    assert!(of_it && !asked.is_empty(), "{asked:?}");
    let done = world.payments.finish_refund(asked[0].key);
    world.hear(done).await;
    world.settle_after(Duration::hours(1)).await;
    let order = world.order(placed.order.id).await;
    assert_eq!(
        states(&order),
        [(F::Cancelled, S::Unpaid), (F::Cancelled, S::Refunded)]
    );
    assert_eq!(world.stock(), [(10, 0); 3]);
    assert_eq!(world.due().await, 0);
}

#[feira_testkit::test("orders")]
async fn where_nobody_was_paid_all_of_it_ends(world: World) {
    let placed = waiting(&world).await;
    let part = World::part(&placed.order, &world.mar);
    let actor = seller(world.mar.id);
    let said = world.orders.mark_not_collected(&actor, part, never(), None);
    said.await.unwrap();
    world.settle_after(Duration::days(3)).await;
    world.assert_cancelled(placed.order.id, S::Unpaid).await;
    assert!(world.payments.refunds().is_empty());
}

#[feira_testkit::test("orders")]
async fn who_cancels_gets_what_a_store_has_from_that_store(world: World) {
    let placed = waiting(&world).await;
    received(&world, &placed, &world.serra).await;
    world.payments.hold_next_refund();
    world.cancel(&person(), placed.order.id, "").await;
    let order = world.order(placed.order.id).await;
    assert_eq!(
        states(&order),
        [(F::Cancelled, S::Unpaid), (F::Cancelled, S::Unpaid)]
    );
    let asked = world.payments.refunds();
    let serra = World::part(&placed.order, &world.serra);
    let rest: Vec<_> = asked.iter().filter_map(|one| one.rest_of).collect();
    assert!(rest.iter().all(|part| part.0 == serra.0), "{asked:?}");
    let done = world.payments.finish_refund(asked[0].key);
    world.hear(done).await;
    world.settle_after(Duration::hours(1)).await;
    let order = world.order(placed.order.id).await;
    // What nobody paid did not go back.
    assert_eq!(
        states(&order),
        [(F::Cancelled, S::Refunded), (F::Cancelled, S::Unpaid)]
    );
    assert_eq!(world.stock(), [(10, 0); 3]);
    assert_eq!(world.due().await, 0);
}

/// Of an order that is paid each store gives its part back by itself.
#[feira_testkit::test("orders")]
async fn what_was_paid_to_two_stores_goes_back_by_two_refunds(world: World) {
    let placed = waiting(&world).await;
    received(&world, &placed, &world.serra).await;
    received(&world, &placed, &world.mar).await;
    world.cancel(&person(), placed.order.id, "").await;
    world.settle_after(Duration::hours(1)).await;
    world.assert_cancelled(placed.order.id, S::Refunded).await;
    let parts: Vec<_> = world
        .payments
        .refunds()
        .iter()
        .map(|one| one.rest_of)
        .collect();
    assert_eq!(parts.len(), 2, "{parts:?}");
    assert_ne!(parts[0], parts[1]);
}

/// Paid so late that nothing is held any more: what is paid is held again, and the other's goods may be gone.
#[feira_testkit::test("orders")]
async fn what_is_sold_late_does_not_wait_for_goods_that_nobody_paid(db: TestDb) {
    for cancelled in [false, true] {
        let world = World::start(&db).await;
        let placed = waiting(&world).await;
        let order = placed.order.id;
        let settle = async |store: &Store, paid| {
            let settle = SettleLeg {
                reference: Reference::new(order.0),
                part: PartReference::new(World::part(&placed.order, store).0),
                paid,
                late: false,
                by: operator(),
                note: None,
            };
            let by_order = Actor::system("order");
            world.payments.settle_leg(&by_order, settle).await.unwrap()
        };
        // Nobody is told of it until the hold has ended, and somebody else has bought the other's goods.
        settle(&world.mar, false).await;
        let paid = settle(&world.serra, true).await;
        assert_eq!(paid.status, PaymentStatus::Completed);
        db.clock().advance(Duration::days(3));
        world.catalog.change(world.variants[2], |s| s.available = 0);
        world.runner.settle().await.unwrap();
        let shown = world.order(order).await;
        assert_eq!(shown.status, OrderStatus::Confirmed);
        let expected = [(F::Pending, S::Paid), (F::Cancelled, S::Unpaid)];
        assert_eq!(states(&shown), expected);
        assert_eq!(world.stock()[..2], [(8, 0), (9, 0)]);
        let others = world.stock()[2];
        if cancelled {
            world.cancel(&person(), order, "").await;
            world.settle_after(Duration::hours(1)).await;
            assert_eq!(world.stock(), [(10, 0), (10, 0), others]);
        }
        assert_eq!(world.due().await, 0);
    }
}

/// The units of a part that was not paid are back already.
#[feira_testkit::test("orders")]
async fn the_rest_of_an_order_in_part_is_cancelled_once(world: World) {
    let placed = waiting(&world).await;
    received(&world, &placed, &world.serra).await;
    world.settle_after(Duration::days(3)).await;
    confirmed_in_part(&world, &placed).await;
    world.cancel(&person(), placed.order.id, "").await;
    world.settle_after(Duration::hours(1)).await;
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Cancelled);
    assert_eq!(
        states(&order),
        [(F::Cancelled, S::Refunded), (F::Cancelled, S::Unpaid)]
    );
    assert_eq!(world.stock(), [(10, 0); 3]);
    assert_eq!(world.due().await, 0);
}

/// Whatever breaks on the way, the sweeper or a repeat ends it the same way.
#[feira_testkit::test("orders")]
async fn what_breaks_while_some_are_paid_is_finished(db: TestDb) {
    for number in 0..5 {
        for fault in [Fault::Before, Fault::After, Fault::AnswerLost] {
            let world = World::start(&db).await;
            let placed = waiting(&world).await;
            let part = World::part(&placed.order, &world.mar);
            let actor = seller(world.mar.id);
            let said = world.orders.mark_not_collected(&actor, part, never(), None);
            said.await.unwrap();
            world.faults.break_call(number, fault);
            let part = World::part(&placed.order, &world.serra);
            let actor = seller(world.serra.id);
            let first = collected(&world, &actor, part, key("k")).await;
            world.faults.heal();
            if first.is_err() {
                let again = collected(&world, &actor, part, key("k")).await;
                again.unwrap();
            }
            world.settle_after(Duration::minutes(10)).await;
            confirmed_in_part(&world, &placed).await;
        }
    }
}

/// The buyer cancels wherever it broke: each unit comes back once.
#[feira_testkit::test("orders")]
async fn what_breaks_while_some_are_paid_is_cancelled_once(db: TestDb) {
    for number in 0..6 {
        for fault in [Fault::Before, Fault::After, Fault::AnswerLost] {
            let world = World::start(&db).await;
            let placed = waiting(&world).await;
            let part = World::part(&placed.order, &world.mar);
            let actor = seller(world.mar.id);
            let said = world.orders.mark_not_collected(&actor, part, never(), None);
            said.await.unwrap();
            world.faults.break_call(number, fault);
            let part = World::part(&placed.order, &world.serra);
            let actor = seller(world.serra.id);
            let _ = collected(&world, &actor, part, key("k")).await;
            world.faults.heal();
            world.cancel(&person(), placed.order.id, "").await;
            world.settle_after(Duration::hours(1)).await;
            assert_eq!(world.stock(), [(10, 0); 3], "{number} {fault:?}");
            assert_eq!(world.due().await, 0);
        }
    }
}

#[feira_testkit::test("orders")]
async fn stores_that_cannot_be_paid_are_named_and_nothing_is_placed(world: World) {
    let stores = vec![world.mar.id];
    let refusal = PaymentError::StoresCannotReceive(stores.clone());
    world.payments.withdraw(MethodKind::Pix, refusal);
    let actor: Actor = person();
    let cart = world.cart(&actor).await;
    let request = world.request("k", &cart, PIX);
    let refused = world.check_out(&actor, request).await.unwrap_err();
    assert!(
        matches!(&refused, OrderError::StoresNotPayable { stores: named } if *named == stores),
        "{refused:?}"
    );
    assert_eq!(code::<()>(Err(refused)), "payment.store_cannot_receive");
    assert_eq!(world.count("orders").await, 0);
    assert_eq!(world.stock(), [(10, 0); 3]);
}

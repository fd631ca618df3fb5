//! From the paid order to the payable earning.

use feira_kernel::{Actor, IdempotencyKey, token::TokenHash};
use feira_order::{
    Completion, Fulfilment, NewShipment, Order, OrderStatus, Settlement, StateChange, StoreOrderId,
};
use feira_payment::{Method, PaymentStatus};
use feira_store::Store;
use feira_testkit::TestDb;
use time::Duration;

use crate::support::{Fault, STOCK, World, card, code, guest, operator, person, seller};

pub(crate) fn shipment(tracking: &str) -> NewShipment {
    NewShipment {
        carrier: "Correios".to_owned(),
        tracking_number: tracking.to_owned(),
    }
}

pub(crate) async fn send_all(world: &World, order: &Order) {
    for part in &order.store_orders {
        let actor = seller(part.store);
        let sent = world.orders.ship(&actor, part.id, shipment("BR1"), None);
        sent.await.unwrap();
    }
}

#[feira_testkit::test("orders")]
async fn a_guest_who_repeats_with_her_other_token_confirms_only_what_she_saw(world: World) {
    let ana = guest("ana");
    let placed = world.buy(&ana, card("tok_approved")).await;
    let holder = Actor::guest(TokenHash::of(&placed.order_token.unwrap()));
    let send = |store: &Store| {
        let (orders, actor) = (world.orders.clone(), seller(store.id));
        let part = World::part(&placed.order, store);
        async move {
            let sent = orders.ship(&actor, part, shipment("BR1"), None);
            sent.await.unwrap();
        }
    };
    let confirm = |actor: &Actor| {
        let (orders, actor, id) = (world.orders.clone(), actor.clone(), placed.order.id);
        let key = IdempotencyKey {
            route: "confirm".to_owned(),
            key: "k".to_owned(),
            fingerprint: String::new(),
        };
        async move {
            let confirmed = orders.confirm_delivery(&actor, id, Some(key));
            confirmed.await.unwrap().status
        }
    };
    send(&world.serra).await;
    assert_eq!(confirm(&ana).await, OrderStatus::PartiallyDelivered);
    send(&world.mar).await;
    assert_eq!(confirm(&holder).await, OrderStatus::PartiallyDelivered);
}

#[feira_testkit::test("orders")]
async fn two_stores_send_the_buyer_confirms_and_the_window_ends(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    let status = || async { world.order(id).await.status };
    let serra = World::part(&placed.order, &world.serra);
    let mar = World::part(&placed.order, &world.mar);
    let orders = &world.orders;

    orders
        .accept(&seller(world.serra.id), serra, None)
        .await
        .unwrap();
    let accepted = orders
        .accept(&seller(world.serra.id), serra, None)
        .await
        .unwrap();
    assert_eq!(accepted.store_order.fulfilment, Fulfilment::Accepted);
    assert_eq!(status().await, OrderStatus::Confirmed);
    let nothing_sent = orders.confirm_delivery(&person(), id, None).await;
    assert_eq!(code(nothing_sent), "order.illegal_move");

    let own = seller(world.serra.id);
    let sent = orders
        .ship(&own, serra, shipment(" BR1 "), None)
        .await
        .unwrap();
    assert_eq!(sent.store_order.shipments[0].tracking_number, "BR1");
    assert_eq!(status().await, OrderStatus::PartiallyShipped);
    let version = world.order(id).await.version;
    orders
        .ship(&seller(world.serra.id), serra, shipment("BR1"), None)
        .await
        .unwrap();
    assert_eq!(
        world.order(id).await.version,
        version,
        "the same again changes nothing"
    );
    let other = orders
        .ship(&seller(world.serra.id), serra, shipment("BR2"), None)
        .await;
    assert_eq!(code(other), "order.illegal_move");
    let late = orders.cancel(&person(), id, String::new(), None).await;
    assert_eq!(code(late), "order.illegal_move");

    orders
        .ship(&seller(world.mar.id), mar, shipment("BR3"), None)
        .await
        .unwrap();
    assert_eq!(status().await, OrderStatus::Shipped);
    orders
        .deliver(&seller(world.mar.id), mar, None)
        .await
        .unwrap();
    orders
        .deliver(&seller(world.mar.id), mar, None)
        .await
        .unwrap();
    assert_eq!(status().await, OrderStatus::PartiallyDelivered);
    db.clock().advance(Duration::days(1));
    let arrived = orders.confirm_delivery(&person(), id, None).await.unwrap();
    assert_eq!(arrived.status, OrderStatus::Delivered);
    let again = orders.confirm_delivery(&person(), id, None).await.unwrap();
    assert_eq!(again.version, arrived.version);

    assert_eq!(world.events(id, "order.store_order_shipped.v1").await, 2);
    assert_eq!(world.events(id, "order.store_order_delivered.v1").await, 2);

    // Mar's window ends a day before Serra's.
    world.settle_after(Duration::days(6)).await;
    assert_eq!(status().await, OrderStatus::Delivered);
    let released = |world: &World| -> Vec<_> {
        let releases = world.payments.releases();
        releases.iter().map(|r| r.part.0).collect()
    };
    assert_eq!(released(&world), [mar.0]);
    assert_last_completed(&world.order(id).await, mar);
    world.settle_after(Duration::days(1)).await;
    assert_eq!(status().await, OrderStatus::Completed);
    assert_eq!(released(&world), [mar.0, serra.0]);
    world.settle_after(Duration::days(1)).await;
    assert_eq!(released(&world).len(), 2);
    assert_eq!(world.events(id, "order.store_order_completed.v1").await, 2);
    assert_statuses(&world.order(id).await);
}

#[feira_testkit::test("orders")]
async fn a_store_order_that_cannot_be_completed_keeps_no_other_back(db: TestDb, world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    send_all(&world, &placed.order).await;
    let serra = World::part(&placed.order, &world.serra);
    let mar = World::part(&placed.order, &world.mar);
    let own = seller(world.serra.id);
    world.orders.deliver(&own, serra, None).await.unwrap();
    db.clock().advance(Duration::hours(1));
    world
        .orders
        .confirm_delivery(&person(), id, None)
        .await
        .unwrap();
    let first = format!("OLD.id = '{serra}'");
    db.spoil("orders.store_orders", &first).await;
    world.settle_after(Duration::days(7)).await;
    let completed = || async {
        let order = world.order(id).await;
        let parts = order.store_orders.into_iter();
        let parts = parts.filter(|part| part.completed_at.is_some());
        parts.map(|part| part.id).collect::<Vec<_>>()
    };
    assert_eq!(completed().await, [mar]);
    db.mend("orders.store_orders").await;
    world.settle_after(Duration::minutes(1)).await;
    assert_eq!(completed().await, [serra, mar]);
}

/// Also while another store's part is not completed, and the order is what it was.
fn assert_last_completed(order: &Order, part: StoreOrderId) {
    let told = order.history.last().unwrap();
    assert_eq!(told.store_order, Some(part));
    let (from, to) = (None, Completion::Completed);
    assert_eq!(told.change, StateChange::Completion { from, to });
    assert_eq!(told.actor, "system:order");
    assert_eq!(told.reason.as_deref(), Some("return_window"));
}

/// The order's own history: what it became, and by whom.
fn assert_statuses(order: &Order) {
    let told = order.history.iter().filter_map(|entry| match entry.change {
        StateChange::Status { to, .. } => Some((to, entry.actor.as_str())),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    let her = "user:00000000-0000-0000-0000-000000000001";
    let seller = "user:00000000-0000-0000-0000-000000000385";
    let expected = [
        (OrderStatus::Pending, her),
        (OrderStatus::Confirmed, "system:order"),
        (OrderStatus::PartiallyShipped, seller),
        (OrderStatus::Shipped, seller),
        (OrderStatus::PartiallyDelivered, seller),
        (OrderStatus::Delivered, her),
        (OrderStatus::Completed, "system:order"),
    ];
    assert_eq!(told, expected);
}

#[feira_testkit::test("orders")]
async fn nothing_is_sent_unpaid_or_by_anybody_else(world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let serra = World::part(&placed.order, &world.serra);
    let own = seller(world.serra.id);
    for refused in [
        code(world.orders.ship(&own, serra, shipment("BR1"), None).await),
        code(world.orders.accept(&own, serra, None).await),
        code(world.orders.deliver(&own, serra, None).await),
    ] {
        assert_eq!(refused, "order.illegal_move");
    }
    world.capture(placed.order.id).await;
    let unprivileged = match own.clone() {
        Actor::Person {
            user,
            surface,
            store,
            ..
        } => Actor::Person {
            user,
            surface,
            store,
            permissions: Default::default(),
        },
        other => other,
    };
    for (actor, expected) in [
        (seller(world.mar.id), "order.not_found"),
        (unprivileged, "order.forbidden"),
        (person(), "order.forbidden"),
        (operator(), "order.forbidden"),
        (Actor::stranger(), "order.forbidden"),
    ] {
        let orders = &world.orders;
        assert_eq!(
            code(orders.ship(&actor, serra, shipment("BR1"), None).await),
            expected
        );
        assert_eq!(code(orders.accept(&actor, serra, None).await), expected);
        assert_eq!(code(orders.deliver(&actor, serra, None).await), expected);
        assert_eq!(code(orders.store_order(&actor, serra).await), expected);
    }
    let empty = NewShipment {
        carrier: " ".to_owned(),
        tracking_number: "a\nb".to_owned(),
    };
    assert_eq!(
        code(world.orders.ship(&own, serra, empty, None).await),
        "order.invalid"
    );
    world
        .assert_confirmed(placed.order.id, placed.order.cart)
        .await;
}

#[feira_testkit::test("orders")]
async fn a_paid_order_is_cancelled_with_its_money_and_stock(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    let serra = World::part(&placed.order, &world.serra);
    world
        .orders
        .accept(&seller(world.serra.id), serra, None)
        .await
        .unwrap();
    let buyer = person();
    let cancel = |reason: &str| world.orders.cancel(&buyer, id, reason.to_owned(), None);
    assert_eq!(code(cancel("a\u{0}b").await), "order.invalid");
    world.faults.break_call(usize::MAX, Fault::Before);
    let order = cancel("too slow").await.unwrap();
    assert_eq!(order.status, OrderStatus::Cancelled);
    assert_eq!(order.payment.unwrap().status, PaymentStatus::Completed);
    let asked = world.faults.calls();
    let read = ["refundable", "by_references"];
    assert_eq!(asked, read, "she waits for no provider");
    world.settle_after(Duration::seconds(10)).await;
    world.assert_cancelled(id, Settlement::Refunded).await;
    let total = placed.order.totals.total;
    let written = format!(
        "audit WHERE action = 'order.cancelled' AND details->'amount' = '{}'",
        serde_json::to_string(&total).unwrap()
    );
    assert_eq!(world.count(&written).await, 1, "what she gets back");
    let version = world.order(id).await.version;
    assert_eq!(cancel("again").await.unwrap().version, version);
    let refunds = world.payments.refunds();
    assert_eq!(refunds.len(), 1);
    assert!(refunds[0].parts.is_empty(), "all that is left");
    let reasons: Vec<_> = order
        .history
        .iter()
        .filter_map(|h| h.reason.as_deref())
        .collect();
    assert!(reasons.contains(&"too slow"));
    let refused = world
        .orders
        .ship(&seller(world.serra.id), serra, shipment("BR1"), None)
        .await;
    assert_eq!(code(refused), "order.illegal_move");
}

#[feira_testkit::test("orders")]
async fn an_order_of_what_is_not_counted_moves_no_stock(world: World) {
    for variant in world.variants {
        let policy = feira_catalog::StockPolicy::NotCounted;
        world
            .catalog
            .change(variant, |sellable| sellable.stock_policy = policy);
    }
    let placed = world.buy(&person(), card("tok_approved")).await;
    assert_eq!(placed.order.status, OrderStatus::Confirmed);
    assert_eq!(world.stock(), [(i64::from(STOCK), 0); 3]);
    let id = placed.order.id;
    world.cancel(&person(), id, "changed my mind").await;
    world.assert_cancelled(id, Settlement::Refunded).await;
}

#[feira_testkit::test("orders")]
async fn sending_and_cancelling_at_once_is_one_of_both(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let id = placed.order.id;
    let serra = World::part(&placed.order, &world.serra);
    let (buyer, own) = (person(), seller(world.serra.id));
    let (cancelled, sent) = tokio::join!(
        world.orders.cancel(&buyer, id, String::new(), None),
        world.orders.ship(&own, serra, shipment("BR1"), None),
    );
    assert_ne!(cancelled.is_ok(), sent.is_ok(), "{cancelled:?} {sent:?}");
    world.settle_after(Duration::seconds(10)).await;
    let order = world.order(id).await;
    let refunded = order.payment.unwrap().status == PaymentStatus::Refunded;
    assert_eq!(refunded, order.status == OrderStatus::Cancelled);
}

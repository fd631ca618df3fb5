//! Orders whose stores are paid when they hand their parts over.

use feira_kernel::{Actor, IdempotencyKey};
use feira_order::{
    Fulfilment, NotCollected, OrderError, OrderStatus, Placed, SellerAction, Settlement,
    StoreOrderFilter, StoreOrderId,
};
use feira_payment::{LegStatus, Method, PaymentLegSettled, PaymentStatus, Reference};
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;

use crate::{
    fulfilment::{send_all, shipment},
    support::{Fault, STOCK, World, code, operator, person, seller, treasurer},
};

const COD: Method = Method::CashOnDelivery {};

fn key(key: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "collect".to_owned(),
        key: key.to_owned(),
        fingerprint: String::new(),
    })
}

fn gone(restock: bool) -> NotCollected {
    NotCollected {
        restock,
        note: Some("nobody at home".to_owned()),
    }
}

/// One of both stores, of which everything is on its way.
async fn sent(world: &World) -> (Placed, StoreOrderId, StoreOrderId) {
    let placed = world.buy(&person(), COD).await;
    send_all(world, &placed.order).await;
    let [serra, mar] = [&world.serra, &world.mar].map(|store| World::part(&placed.order, store));
    (placed, serra, mar)
}

async fn settlements(world: &World, placed: &Placed) -> Vec<(Fulfilment, Settlement)> {
    let order = world.order(placed.order.id).await;
    let parts = order.store_orders.iter();
    parts
        .map(|part| (part.fulfilment, part.settlement))
        .collect()
}

#[feira_testkit::test("orders")]
async fn it_is_confirmed_without_money_and_sent(world: World) {
    let placed = world.buy(&person(), COD).await;
    assert_eq!(placed.payment.status, PaymentStatus::Authorized);
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Confirmed);
    assert!(
        order
            .store_orders
            .iter()
            .all(|part| part.settlement == Settlement::OnDelivery)
    );
    assert_eq!(world.stock(), [(8, 0), (9, 0), (7, 0)]);
    assert_eq!(world.carts.closed_by(order.cart), Some(order.id.0));
    assert_eq!(
        (
            world.due().await,
            world.events(order.id, "order.confirmed.v1").await
        ),
        (0, 1)
    );
    // Time alone ends nothing.
    world.settle_after(Duration::days(30)).await;
    assert_eq!(world.order(order.id).await.status, OrderStatus::Confirmed);
    let actor = seller(world.serra.id);
    let figures = world.orders.seller_figures(&actor).await.unwrap();
    assert_eq!((figures.to_ship, figures.to_collect), (1, 0));
    let listed = StoreOrderFilter {
        settlement: Some(Settlement::OnDelivery),
        ..StoreOrderFilter::default()
    };
    let listed = world
        .orders
        .store_orders(&actor, listed, Default::default())
        .await;
    assert_eq!(listed.unwrap().items.len(), 1);
    let part = World::part(&order, &world.serra);
    let early = world.orders.mark_collected(&actor, part, None, None).await;
    assert_eq!(code(early), "order.illegal_move");
    let early = world
        .orders
        .mark_not_collected(&actor, part, gone(true), None)
        .await;
    assert_eq!(code(early), "order.illegal_move");
    world
        .orders
        .ship(&actor, part, shipment("BR1"), None)
        .await
        .unwrap();
    let figures = world.orders.seller_figures(&actor).await.unwrap();
    assert_eq!((figures.to_ship, figures.to_collect), (0, 1));
}

#[feira_testkit::test("orders")]
async fn each_seller_says_once_whether_she_was_paid(world: World) {
    let (placed, serra, mar) = sent(&world).await;
    let actor = seller(world.serra.id);
    let foreign = world.orders.mark_collected(&actor, mar, None, None).await;
    assert_eq!(code(foreign), "order.not_found");
    for stranger in [operator(), person()] {
        let refused = world
            .orders
            .mark_collected(&stranger, serra, None, None)
            .await;
        assert_eq!(code(refused), "order.forbidden");
    }
    for key in [key("a"), key("a"), key("b"), None] {
        let told = world
            .orders
            .mark_collected(&actor, serra, None, key)
            .await
            .unwrap();
        assert_eq!(told.store_order.settlement, Settlement::Paid);
        assert_eq!(told.store_order.allowed(), [SellerAction::Deliver]);
    }
    let other = world
        .orders
        .mark_not_collected(&actor, serra, gone(true), None)
        .await;
    assert_eq!(code(other), "order.illegal_move");
    // An operator may say it of any.
    for key in [key("c"), key("c"), None] {
        let told = world
            .orders
            .mark_not_collected(&treasurer(), mar, gone(false), key)
            .await;
        let told = told.unwrap().store_order;
        assert_eq!(
            (told.fulfilment, told.settlement),
            (Fulfilment::Returned, Settlement::Unpaid)
        );
    }
    let late = world
        .orders
        .mark_collected(&seller(world.mar.id), mar, None, None)
        .await;
    assert_eq!(code(late), "order.illegal_move");
    // It was not put back, as she said.
    assert_eq!(world.stock(), [(8, 0), (9, 0), (7, 0)]);
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Shipped);
    let payment = order.payment.unwrap();
    assert_eq!(payment.status, PaymentStatus::Completed);
    let legs: Vec<LegStatus> = payment.legs.iter().map(|leg| leg.status).collect();
    assert!(legs.contains(&LegStatus::Paid) && legs.contains(&LegStatus::Unpaid));
    // The part that was paid is completed like any other, and the other never.
    world.orders.deliver(&actor, serra, None).await.unwrap();
    world.settle_after(Duration::days(30)).await;
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::Completed);
    assert_eq!(world.payments.releases().len(), 1);
}

#[feira_testkit::test("orders")]
async fn what_is_paid_after_its_return_window_is_completed_then(world: World) {
    let (placed, serra, _) = sent(&world).await;
    let actor = seller(world.serra.id);
    world.orders.deliver(&actor, serra, None).await.unwrap();
    world.settle_after(Duration::days(30)).await;
    assert_eq!(world.payments.releases().len(), 0);
    world
        .orders
        .mark_collected(&actor, serra, None, None)
        .await
        .unwrap();
    world.settle_after(Duration::hours(2)).await;
    assert_eq!(world.payments.releases().len(), 1);
    let order = world.order(placed.order.id).await;
    assert_eq!(order.status, OrderStatus::PartiallyDelivered);
}

#[feira_testkit::test("orders")]
async fn the_buyer_cancels_before_it_is_sent_and_pays_nothing(world: World) {
    let placed = world.buy(&person(), COD).await;
    world.cancel(&person(), placed.order.id, "").await;
    world
        .assert_cancelled(placed.order.id, Settlement::Unpaid)
        .await;
    let payment = world.payments.payment_of(Reference::new(placed.order.id.0));
    assert_eq!(payment.unwrap().status, PaymentStatus::Cancelled);
    assert!(world.payments.refunds().is_empty());
}

/// Whatever breaks, said once more it is so, and the goods are back once.
#[feira_testkit::test("orders")]
async fn what_breaks_while_it_is_said_is_finished_by_a_repeat(db: TestDb) {
    for paid in [true, false] {
        for number in 0..2 {
            for fault in [Fault::Before, Fault::After, Fault::AnswerLost] {
                let world = World::start(&db).await;
                let (placed, serra, _) = sent(&world).await;
                let before = world.stock();
                let actor = seller(world.serra.id);
                let say = async |actor: &Actor| match paid {
                    true => {
                        world
                            .orders
                            .mark_collected(actor, serra, None, key("k"))
                            .await
                    }
                    false => {
                        let outcome = gone(true);
                        world
                            .orders
                            .mark_not_collected(actor, serra, outcome, key("k"))
                            .await
                    }
                };
                world.faults.break_call(number, fault);
                let first = say(&actor).await;
                world.faults.heal();
                if first.is_err() {
                    say(&actor).await.unwrap();
                }
                let expected = match paid {
                    true => (Fulfilment::Shipped, Settlement::Paid),
                    false => (Fulfilment::Returned, Settlement::Unpaid),
                };
                let found = settlements(&world, &placed).await;
                assert!(
                    found.contains(&expected),
                    "{paid} {number} {fault:?}: {found:?}"
                );
                let back = if paid { [0, 0, 0] } else { [2, 1, 0] };
                let now = world.stock();
                for (n, back) in back.into_iter().enumerate() {
                    assert_eq!(now[n].0, before[n].0 + back, "{paid} {number} {fault:?}");
                }
            }
        }
    }
    assert_eq!(STOCK, 10);
}

#[feira_testkit::test("orders")]
async fn payments_event_settles_what_a_crash_left(world: World) {
    let (placed, serra, mar) = sent(&world).await;
    // Payment has it, and this process ended before it heard so.
    for (part, store, paid) in [(serra, &world.serra, true), (mar, &world.mar, false)] {
        world.faults.break_call(0, Fault::After);
        let actor = seller(store.id);
        let lost = match paid {
            true => world.orders.mark_collected(&actor, part, None, None).await,
            false => {
                world
                    .orders
                    .mark_not_collected(&actor, part, gone(true), None)
                    .await
            }
        };
        lost.unwrap_err();
        world.faults.heal();
        let payment = world.payments.payment_of(Reference::new(placed.order.id.0));
        let event = PaymentLegSettled {
            payment: payment.unwrap().id,
            version: 1,
            reference: Reference::new(placed.order.id.0),
            part: feira_payment::PartReference::new(part.0),
            paid,
        };
        // Told twice, it is done once.
        for _ in 0..2 {
            world.hear(event.clone()).await;
        }
    }
    let found = settlements(&world, &placed).await;
    assert!(
        found.contains(&(Fulfilment::Shipped, Settlement::Paid)),
        "{found:?}"
    );
    assert!(
        found.contains(&(Fulfilment::Returned, Settlement::Unpaid)),
        "{found:?}"
    );
    assert_eq!(world.stock()[2].0, i64::from(STOCK));
}

#[feira_testkit::test("orders")]
async fn of_two_who_say_something_else_at_once_one_is_right(world: World) {
    // There is no more to be bought.
    for _ in 0..3 {
        let placed = world.buy(&person(), COD).await;
        send_all(&world, &placed.order).await;
        let part = World::part(&placed.order, &world.mar);
        let (seller, operator) = (seller(world.mar.id), treasurer());
        let (paid, gone) = tokio::join!(
            world.orders.mark_collected(&seller, part, None, None),
            world
                .orders
                .mark_not_collected(&operator, part, gone(false), None),
        );
        let right = [paid.is_ok(), gone.is_ok()];
        assert!(
            right == [true, false] || right == [false, true],
            "{paid:?} {gone:?}"
        );
        let refused = paid.err().or(gone.err()).unwrap();
        assert!(
            matches!(refused, OrderError::IllegalMove { .. }),
            "{refused:?}"
        );
    }
}

//! One purchase: one message to the buyer, one to each person of each store, however often the
//! event comes.

use feira_kernel::outbox::Envelope;
use feira_notification::testing::order_facts;
use serde_json::json;
use uuid::Uuid;

use crate::support::World;

#[feira_testkit::test("notifications")]
async fn a_guest_buys_from_two_stores(world: World) {
    let casa = world.store("Casa", &[1, 2]);
    let barro = world.store("Barro", &[3]);
    let order = world.order(1, "pt-BR", &[(casa, "Casa"), (barro, "Barro")]);
    world.confirmed(order).await;
    world.settle().await;

    let expected = [
        "new_order person1@feira.example Written 1",
        "new_order person2@feira.example Written 1",
        "new_order person3@feira.example Written 1",
        "order_confirmed guest@example.com Written 1",
    ];
    assert_eq!(world.shown().await, expected);
    let letters = world.letters();
    assert_eq!(letters.len(), 4, "one file per Message-ID");
    let buyer = &letters[0];
    assert_eq!(
        (buyer.to.as_str(), buyer.from.as_str()),
        ("guest@example.com", "mail@shop.example.com")
    );
    assert_eq!(buyer.subject, "Pedido F-1001 confirmado");
    assert!(
        buyer.text.contains("Total: R$\u{a0}2.490,00"),
        "{}",
        buyer.text
    );
    assert!(buyer.html.contains("R$\u{a0}2.490,00"));
    assert!(
        buyer
            .text
            .contains("https://shop.example.com:8443/l/order/guest-token_1.x")
    );
    assert!(buyer.id.ends_with("@shop.example.com"), "{}", buyer.id);
    // A seller reads of her own part only.
    let seller = letters
        .iter()
        .find(|l| l.to == "person3@feira.example")
        .unwrap();
    assert_eq!(seller.to_name.as_deref(), Some("Person3 Silva"));
    assert!(
        seller.text.contains("Barro") && !seller.text.contains("Casa"),
        "{}",
        seller.text
    );
    assert!(
        !seller.text.contains("guest-token"),
        "the buyer's link is the buyer's"
    );
}

/// One of two stores that are paid themselves was: the other is told that it waits no longer, once.
#[feira_testkit::test("notifications")]
async fn a_store_that_was_not_paid_beside_another_is_told_so(world: World) {
    let casa = world.store("Casa", &[1]);
    let barro = world.store("Barro", &[3]);
    let mut facts = order_facts(
        Uuid::from_u128(5),
        "en",
        &[(casa, "Casa"), (barro, "Barro")],
    );
    for part in &mut facts.parts {
        part.to_store = true;
    }
    facts.parts[1].paid = false;
    world.orders.put(facts);
    world.confirmed(Uuid::from_u128(5)).await;
    world.settle().await;
    let expected = [
        "new_order person1@feira.example Written 1",
        "order_confirmed guest@example.com Written 1",
        "part_cancelled person3@feira.example Written 1",
    ];
    assert_eq!(world.shown().await, expected);
    let letters = world.letters();
    let mut letters = letters.iter();
    let told = letters.find(|l| l.to == "person3@feira.example").unwrap();
    assert!(told.text.contains("send it back"), "{}", told.text);
}

/// The relay may deliver again, and the publisher may tell the same fact in a second event.
#[feira_testkit::test("notifications")]
async fn twice_told_is_once_sent(world: World) {
    let order = world.one_order().await;
    let once = (world.shown().await, world.letters());
    assert_eq!(once.1.len(), 2);

    world
        .sql("UPDATE orders.outbox_delivery SET state = 'pending', attempts = 0, done_at = NULL")
        .await;
    world.settle().await;
    assert_eq!((world.shown().await, world.letters()), once);
    world.confirmed(order).await;
    world.settle().await;
    assert_eq!((world.shown().await, world.letters()), once);
    assert_eq!(
        world
            .count("SELECT count(*) FROM notifications.inbox")
            .await,
        2
    );
}

#[feira_testkit::test("notifications")]
async fn sixteen_deliveries_at_once_make_one_message_each(world: World) {
    let casa = world.store("Casa", &[1, 2]);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    let runtime = &world.module.runtime;
    let of_orders = runtime
        .subscriptions
        .iter()
        .find(|s| s.source == "order")
        .unwrap();
    // Half are one event again and again, half are events of their own.
    let tasks: Vec<_> = (0..16_u128)
        .map(|n| {
            let event = Envelope {
                id: Uuid::from_u128(if n % 2 == 0 { 1 } else { 100 + n }),
                name: "order.confirmed.v1".to_owned(),
                aggregate_id: order,
                aggregate_version: 2,
                occurred_at: world.db.clock().now(),
                payload: json!({"order": order, "version": 2, "user": null, "parts": []}),
            };
            tokio::spawn((of_orders.handler)(event))
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(world.all().await.len(), 3);
    // And four workers at once send each of them once.
    let send = &runtime.jobs[0];
    let workers: Vec<_> = (0..4).map(|_| tokio::spawn((send.run)())).collect();
    for worker in workers {
        worker.await.unwrap().unwrap();
    }
    assert!(
        world
            .all()
            .await
            .iter()
            .all(|m| m.attempts == 1 && m.sent_at.is_some())
    );
    assert_eq!(world.letters().len(), 3);
}

/// Her account as it is now: its language, its address, her name; and her link, whatever she is signed
/// in to.
#[feira_testkit::test("notifications")]
async fn a_buyer_with_an_account(world: World) {
    let casa = world.store("Casa", &[1]);
    let buyer = world.person(7, "pt-BR");
    let mut facts = order_facts(Uuid::from_u128(5), "en", &[(casa, "Casa")]);
    facts.user = Some(buyer);
    facts.order_token = Some("her-token".to_owned());
    world.orders.put(facts);
    world.confirmed(Uuid::from_u128(5)).await;
    world.settle().await;
    let letters = world.letters();
    let mail = letters
        .iter()
        .find(|l| l.to == "person7@feira.example")
        .unwrap();
    assert!(mail.text.contains("Olá, Person7 Silva!"), "{}", mail.text);
    let link = "https://shop.example.com:8443/l/order/her-token\n";
    assert!(mail.text.contains(link), "{}", mail.text);
}

#[feira_testkit::test("notifications")]
async fn while_a_neighbour_is_down_nothing_is_made_and_afterwards_all_is(world: World) {
    let casa = world.store("Casa", &[1]);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    world.stores.set_down(true);
    world.confirmed(order).await;
    world.settle().await;
    assert_eq!(
        world.all().await.len(),
        0,
        "not even the buyer's: they are made together"
    );
    assert_eq!(
        world
            .count("SELECT count(*) FROM notifications.inbox")
            .await,
        0
    );
    world.stores.set_down(false);
    world.db.clock().advance(time::Duration::minutes(1));
    world.settle().await;
    assert_eq!(world.letters().len(), 2);
}

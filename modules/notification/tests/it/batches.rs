//! What keeping and marking messages costs, whatever how many there are.

use feira_kernel::outbox::Envelope;
use feira_testkit::{Item, Proxy, TestDb, costs_as_told, on_the_line, questions, roles};
use serde_json::json;
use uuid::Uuid;

use crate::support::World;

/// The reaction to a guest's order, number `n`.
fn told(world: &World, n: u128) -> Item {
    let order = world.order(n, "en", &[]);
    let name = "order.confirmed.v1";
    let subscriptions = &world.module.runtime.subscriptions;
    let heard = subscriptions.iter().find(|s| s.events.contains(&name));
    let reaction = (heard.unwrap().handler)(Envelope {
        id: Uuid::from_u128(n),
        name: name.to_owned(),
        aggregate_id: order,
        aggregate_version: 2,
        occurred_at: world.module.runtime.env.now(),
        payload: json!({"order": order, "version": 2, "user": null, "parts": []}),
    });
    Box::pin(async move { reaction.await.unwrap() })
}

/// Sends what waits, and tells how often the database was asked for it.
async fn sent(world: &World, proxy: &Proxy) -> usize {
    proxy.asked();
    let jobs = &world.module.runtime.jobs;
    let send = jobs.iter().find(|job| job.name == "notification.send");
    (send.unwrap().run)().await.unwrap();
    let role = roles().login("notifications").name;
    proxy.asked().get(&role).copied().unwrap_or_default()
}

#[feira_testkit::test("notifications")]
async fn a_batch_of_messages_is_kept_and_marked_for_what_is_told(db: TestDb) {
    let proxy = Proxy::start(&db.url()).await;
    let world = World::over(&db, on_the_line(&db, &proxy, "notifications")).await;
    told(&world, 1).await;
    sent(&world, &proxy).await;

    told(&world, 2).await;
    // They are claimed before, and once more until none is left.
    let whole = 2 + questions("mark messages");
    assert_eq!(sent(&world, &proxy).await, whole, "one");
    let rest = (4..9).map(|n| told(&world, n)).collect();
    let step = "keep the messages of events";
    costs_as_told(step, &proxy, "notifications", told(&world, 3), rest).await;
    assert_eq!(sent(&world, &proxy).await, whole, "six");
    assert_eq!(world.letters().len(), 8);
}

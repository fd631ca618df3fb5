//! What the catalogue keeps of stores, and what happens while Stores is away.

use feira_catalog::{CatalogError, ProductKey, Search};
use feira_kernel::{
    Actor, PageRequest, StoreId, UserId,
    outbox::{Envelope, Event},
};
use feira_store::{StoreChanged, StoreStatus};
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, product};

async fn found(world: &World) -> usize {
    let all = world
        .api
        .search(
            &Actor::stranger(),
            Search::default(),
            PageRequest::default(),
        )
        .await;
    all.unwrap().items.len()
}

#[feira_testkit::test("catalog")]
async fn a_suspended_stores_products_are_gone_within_half_a_minute(db: TestDb, world: World) {
    let hers = world.make(&world.ana, product("Hers", 1)).await;
    world.make(&world.bia, product("Theirs", 1)).await;
    assert_eq!(found(&world).await, 2);
    world.stores.set_status(world.first, StoreStatus::Suspended);
    db.clock().advance(Duration::seconds(31));
    assert_eq!(found(&world).await, 1);
    let key = ProductKey::Id(hers.id);
    let gone = world.api.product(&Actor::stranger(), key.clone()).await;
    assert!(matches!(gone, Err(CatalogError::NotFound)));
    let cards = world.api.cards(&Actor::stranger(), vec![hers.id]).await;
    assert!(cards.unwrap().is_empty());
    let own = world.api.product(&world.ana, key.clone()).await;
    own.expect("its own people see it");
    world.stores.set_status(world.first, StoreStatus::Approved);
    db.clock().advance(Duration::seconds(31));
    world
        .api
        .product(&Actor::stranger(), key)
        .await
        .expect("and it comes back");
}

#[feira_testkit::test("catalog")]
async fn what_is_cached_stands_while_stores_is_away(db: TestDb, world: World) {
    let hers = world.make(&world.ana, product("Hers", 1)).await;
    world.stores.set_down(true);
    let blind = world
        .api
        .product(&Actor::stranger(), ProductKey::Id(hers.id))
        .await;
    assert!(
        matches!(blind, Err(CatalogError::Unavailable(_))),
        "nothing is known yet: {blind:?}"
    );
    world.stores.set_down(false);
    db.clock().advance(Duration::seconds(3));
    assert_eq!(found(&world).await, 1);
    world.stores.set_down(true);
    db.clock().advance(Duration::minutes(10));
    assert_eq!(found(&world).await, 1);
    let before = world.stores.calls("not_purchasable");
    for _ in 0..20 {
        assert_eq!(found(&world).await, 1);
    }
    assert!(
        world.stores.calls("not_purchasable") <= before + 1,
        "it is not asked again and again"
    );
    world.stores.set_status(world.first, StoreStatus::Suspended);
    world.stores.set_down(false);
    db.clock().advance(Duration::seconds(3));
    assert_eq!(found(&world).await, 0);
}

fn told(store: StoreId, to: StoreStatus) -> Envelope {
    let event = StoreChanged {
        store,
        owner: UserId(Uuid::from_u128(1)),
        version: 2,
        from: None,
        to,
    };
    Envelope {
        id: Uuid::from_u128(77),
        name: StoreChanged::NAME.to_owned(),
        aggregate_id: event.aggregate_id(),
        aggregate_version: event.aggregate_version(),
        occurred_at: time::OffsetDateTime::UNIX_EPOCH,
        payload: serde_json::to_value(event).unwrap(),
    }
}

#[feira_testkit::test("catalog")]
async fn an_event_closes_a_store_at_once_and_disorder_is_harmless(world: World) {
    world.make(&world.ana, product("Hers", 1)).await;
    assert_eq!(found(&world).await, 1);
    let named = |s: &&feira_kernel::Subscription| s.consumer == "catalog.store_cards";
    let subscription = world.subscriptions.iter().find(named).unwrap();
    assert_eq!(
        (subscription.source, subscription.events),
        ("store", &[StoreChanged::NAME][..])
    );
    world.stores.set_status(world.first, StoreStatus::Suspended);
    // Twice, and after it an older one that says otherwise: what Stores answers decides.
    for to in [
        StoreStatus::Suspended,
        StoreStatus::Suspended,
        StoreStatus::Approved,
    ] {
        (subscription.handler)(told(world.first, to)).await.unwrap();
        assert_eq!(found(&world).await, 0, "no time has passed");
    }
    world.stores.set_down(true);
    let away = (subscription.handler)(told(world.first, StoreStatus::Suspended)).await;
    away.expect_err("it is delivered again later");
}

//! What the catalogue keeps of stores, and what happens while Stores is away.

use feira_catalog::{CatalogError, ProductKey, Search};
use feira_kernel::{Actor, PageRequest};
use feira_store::StoreStatus;
use feira_testkit::run_module;
use time::Duration;

use crate::support::{World, product, world};

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

#[test]
fn a_suspended_stores_products_are_gone_within_half_a_minute() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
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
    });
}

#[test]
fn what_is_cached_stands_while_stores_is_away() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
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
    });
}

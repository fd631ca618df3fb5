//! What the catalogue keeps of stores, and what happens while Stores is away.

use feira_catalog::{
    CatalogError, ImportFormat, ImportRequest, NewProduct, ProductChange, ProductKey,
    ProductStatus, Search,
};
use feira_kernel::{
    Actor, ErrorKind, ModuleError, PageRequest, StoreId, UserId,
    outbox::{Envelope, Event},
};
use feira_store::{StoreChanged, StoreStatus};
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, once, product};

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

fn of_status(name: &str, status: ProductStatus) -> NewProduct {
    NewProduct {
        status,
        ..product(name, 1)
    }
}

#[feira_testkit::test("catalog")]
async fn while_a_store_may_not_sell_its_people_publish_nothing(world: World) {
    let (api, ana) = (&world.api, &world.ana);
    let shown = world.make(ana, product("Shown", 1)).await;
    let keyed = |key| api.create_product(ana, product("Keyed", 1), Some(key));
    let made = keyed(once("a")).await.unwrap();
    let hidden = [ProductStatus::Draft, ProductStatus::Archived];
    let mut others = Vec::new();
    for status in hidden {
        others.push(world.make(ana, of_status("Hidden", status)).await);
    }
    let publish = |id| {
        let change = ProductChange {
            status: Some(ProductStatus::Active),
            ..ProductChange::default()
        };
        api.update_product(ana, id, change)
    };
    for status in [
        StoreStatus::Suspended,
        StoreStatus::Rejected,
        StoreStatus::Closed,
    ] {
        // No time passes: nothing that is kept decides.
        world.stores.set_status(world.first, status);
        for refused in [
            api.create_product(ana, product("New", 1), None).await,
            publish(others[0].id).await,
            publish(others[1].id).await,
        ] {
            let error = refused.expect_err("not now");
            assert_eq!(error.code(), "catalog.store_closed");
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
        // What was done before stands, and what is no publishing goes on.
        assert_eq!(keyed(once("a")).await.unwrap().id, made.id);
        publish(shown.id).await.expect("it is active already");
        world
            .make(ana, of_status("Draft", ProductStatus::Draft))
            .await;
    }
    world.stores.set_status(world.first, StoreStatus::Pending);
    world.make(ana, product("Early", 1)).await;
    world.stores.set_status(world.first, StoreStatus::Approved);
    publish(others[0].id).await.expect("at once");
}

#[feira_testkit::test("catalog")]
async fn a_file_publishes_nothing_of_a_suspended_store(world: World) {
    let import = |file: &str| {
        let request = ImportRequest {
            format: ImportFormat::Shopify,
            dry_run: false,
            file: file.as_bytes().to_vec(),
        };
        world.api.import(&world.ana, request, None)
    };
    let draft = "Handle,Title,Status,Variant Price\nmug,Mug,draft,10\n";
    import(draft).await.unwrap();
    world.stores.set_status(world.first, StoreStatus::Suspended);
    for (file, refused) in [
        ("Handle,Title,Variant Price\nvase,Vase,10\n", true),
        (
            "Handle,Title,Status,Variant Price\nvase,Vase,active,10\n",
            true,
        ),
        ("Handle,Published\nmug,true\n", true),
        (
            "Handle,Title,Status,Variant Price\nbowl,Bowl,draft,10\n",
            false,
        ),
        ("Handle,Variant Price\nmug,11\n", false),
    ] {
        let report = import(file).await.unwrap();
        let codes = report.notes.iter().filter(|note| note.refused);
        let codes: Vec<_> = codes.map(|note| note.code.as_str()).collect();
        let expected: &[&str] = if refused {
            &["catalog.store_closed"]
        } else {
            &[]
        };
        assert_eq!(codes, expected, "{file}");
    }

    // Nor the rest of a file, where it is suspended on the way: it is asked first, and again on the way.
    world.stores.set_status(world.first, StoreStatus::Approved);
    import("Handle,Variant Price\nmug,12\n").await.unwrap();
    let calls = world.stores.calls("stores");
    let suspended = (world.first, StoreStatus::Suspended);
    world.stores.set_status_at("stores", calls + 2, suspended);
    let mut long = "Handle,Title,Variant Price\n".to_owned();
    for number in 0..250 {
        long += &format!("pot-{number},Pot,10\n");
    }
    let report = import(&long).await.unwrap();
    assert_eq!((report.products_created, report.refused), (100, 150));
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

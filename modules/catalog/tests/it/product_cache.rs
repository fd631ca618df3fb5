//! What is kept in memory is never older than what this process changed, and never older than
//! five seconds.

use std::sync::Arc;

use feira_catalog::{
    Catalog, Deps, ImportFormat, ImportRequest, Product, ProductCard, ProductChange, ProductKey,
    ProductStatus, Restock, Search, Settings, StockChange, VariantChange, start,
};
use feira_kernel::{Actor, ErrorKind, ModuleError, PageRequest};
use feira_store::StoreStatus;
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;
use uuid::Uuid;

use crate::{
    images::upload,
    support::{World, adjust, brl, key, line, product, variant},
};

type Seen = (Result<Product, ErrorKind>, Vec<ProductCard>);

async fn seen(api: &dyn Catalog, key: ProductKey) -> Seen {
    let buyer = Actor::stranger();
    let list = Search {
        in_stock: true,
        ..Search::default()
    };
    let list = api.search(&buyer, list, PageRequest::default()).await;
    let product = api.product(&buyer, key).await;
    (product.map_err(|e| e.kind()), list.unwrap().items)
}

/// The same tables with nothing kept in memory.
fn plain(world: &World) -> Arc<dyn Catalog> {
    let settings = Settings {
        cache_bytes: 0,
        ..Settings::new(&world.files.0)
    };
    let deps = Deps {
        stores: Arc::new(world.stores.clone()),
    };
    start(world.env.clone(), deps, settings).api
}

async fn behind_its_back(db: &TestDb, sql: &str) {
    let owner = db.owner().await;
    owner.execute_unprepared(sql).await.unwrap();
    owner.close().await.unwrap();
}

#[feira_testkit::test("catalog")]
async fn another_process_is_seen_after_five_seconds(db: TestDb, world: World) {
    let made = world.make(&world.ana, product("Before", 1)).await;
    let slug = ProductKey::Slug(made.slug.clone());
    for _ in 0..2 {
        seen(&*world.api, slug.clone()).await.0.unwrap();
    }
    behind_its_back(&db, "UPDATE catalog.products SET name = 'After'").await;
    for key in [slug, ProductKey::Id(made.id)] {
        let (product, list) = seen(&*world.api, key.clone()).await;
        assert_eq!(product.unwrap().name, "Before", "it was kept: {key:?}");
        assert_eq!(list[0].title, "Before");
        let (product, list) = seen(&*plain(&world), key).await;
        assert_eq!(product.unwrap().name, "After", "nothing is kept of 0 bytes");
        assert_eq!(list[0].title, "After");
    }
    db.clock().advance(Duration::seconds(5));
    let (product, list) = seen(&*world.api, ProductKey::Id(made.id)).await;
    assert_eq!(product.unwrap().name, "After");
    assert_eq!(list[0].title, "After");
}

#[feira_testkit::test("catalog")]
async fn sellers_and_modules_are_never_answered_from_memory(db: TestDb, world: World) {
    let made = world.make(&world.ana, product("Before", 9)).await;
    let key = ProductKey::Id(made.id);
    seen(&*world.api, key.clone()).await.0.unwrap();
    behind_its_back(&db, "UPDATE catalog.variants SET price = 77").await;
    for actor in [&world.ana, &world.order] {
        let product = world.api.product(actor, key.clone()).await.unwrap();
        assert_eq!(product.variants[0].price, brl(7_700));
    }
    let variants = vec![made.variants[0].id];
    let sellable = world.api.sellables(&world.order, variants).await.unwrap();
    assert_eq!(sellable[0].unit_price, brl(7_700), "what is paid is read");
}

/// Each way in which this process changes what a product is, in turn.
const EDITS: usize = 6;

async fn edit(world: &World, made: &Product, number: usize) {
    let (api, ana) = (&world.api, &world.ana);
    let renamed = ProductChange {
        name: Some("Renamed".to_owned()),
        ..ProductChange::default()
    };
    let archived = ProductChange {
        status: Some(ProductStatus::Archived),
        ..ProductChange::default()
    };
    let dearer = VariantChange {
        price: Some(brl(9_900)),
        ..VariantChange::default()
    };
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty\n\
                made,Imported,Size,S,12.00,8\n,,Size,M,13.00,0\n";
    let request = ImportRequest {
        format: ImportFormat::Shopify,
        dry_run: false,
        file: file.as_bytes().to_vec(),
    };
    let (id, first) = (made.id, made.variants[0].id);
    let done = match number {
        0 => api.update_product(ana, id, renamed).await.map(drop),
        1 => api
            .add_variant(ana, id, variant("L", 5, 0), None)
            .await
            .map(drop),
        2 => api.update_variant(ana, id, first, dearer).await.map(drop),
        3 => api.add_image(ana, id, upload(1), None).await.map(drop),
        4 => {
            let report = api.import(ana, request, None).await.unwrap();
            assert_eq!(report.products_updated, 1, "{report:?}");
            Ok(())
        }
        _ => api.update_product(ana, id, archived).await.map(drop),
    };
    done.unwrap();
}

/// Each way in which this process moves its stock, in turn: all there is goes, and comes back.
const MOVES: usize = 8;

async fn move_stock(db: &TestDb, world: &World, made: &Product, number: usize) {
    let (api, order) = (&world.api, &world.order);
    let [a, b] = [made.variants[0].id, made.variants[1].id];
    let all = vec![line(a, 3), line(b, 3)];
    let back = Restock {
        key: Uuid::from_u128(1),
        reservation: None,
        lines: vec![line(a, 1)],
        reason: feira_catalog::MovementReason::Returned,
        reference: "order 1".to_owned(),
    };
    let none = adjust(a, StockChange::To(0));
    let done = match number {
        0 => world.reserve(1, all).await.map(drop),
        1 => api.release_reservation(order, key(1)).await,
        2 => world.reserve(2, all).await.map(drop),
        3 => {
            db.clock().advance(Duration::minutes(16));
            world.runner.settle().await.unwrap();
            Ok(())
        }
        4 => world.reserve(3, all).await.map(drop),
        // What is sold was held: buyers see no more and no less.
        SALE => api.commit_reservation(order, key(3)).await.map(drop),
        6 => api.restock(order, back).await,
        _ => api.adjust_stock(&world.ana, none, None).await.map(drop),
    };
    done.unwrap();
}

const SALE: usize = 5;

#[feira_testkit::test("catalog")]
async fn each_change_of_this_process_is_seen_at_once(db: TestDb, world: World) {
    let other = world.make(&world.bia, product("Other", 1)).await;
    seen(&*world.api, ProductKey::Id(other.id)).await.0.unwrap();
    let made = world.make(&world.ana, product("Made", 3)).await;
    let imported = "UPDATE catalog.products SET create_key = 'shopify:made' WHERE name = 'Made'";
    behind_its_back(&db, imported).await;
    let key = ProductKey::Id(made.id);
    let plain = plain(&world);
    let mut before = seen(&*world.api, key.clone()).await;
    assert_eq!(before.1.len(), 2, "a new product is in lists at once");
    for number in 0..MOVES + EDITS {
        match number.checked_sub(MOVES) {
            None => move_stock(&db, &world, &made, number).await,
            Some(number) => edit(&world, &made, number).await,
        }
        let after = seen(&*world.api, key.clone()).await;
        assert_eq!(after, seen(&*plain, key.clone()).await, "step {number}");
        assert_eq!(after == before, number == SALE, "step {number}");
        before = after;
    }
    assert_eq!(before.0, Err(ErrorKind::NotFound));
}

#[feira_testkit::test("catalog")]
async fn a_closed_store_is_gone_from_what_is_kept(db: TestDb, world: World) {
    let made = world.make(&world.ana, product("Hers", 1)).await;
    let key = ProductKey::Id(made.id);
    let (product, list) = seen(&*world.api, key.clone()).await;
    assert!(product.is_ok() && list.len() == 1);
    // Everything is still kept when what is known of stores is asked for again.
    db.clock().advance(Duration::seconds(28));
    seen(&*world.api, key.clone()).await.0.unwrap();
    world.stores.set_status(world.first, StoreStatus::Suspended);
    db.clock().advance(Duration::seconds(3));
    let (product, list) = seen(&*world.api, key).await;
    assert_eq!((product, list), (Err(ErrorKind::NotFound), Vec::new()));
}

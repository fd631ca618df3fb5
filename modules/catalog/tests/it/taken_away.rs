//! What was added is taken away: variants, images and categories.

use std::collections::BTreeSet;

use feira_catalog::{
    CatalogError, Category, CategoryChange, CategoryId, CategoryNames, CategoryNamesChange,
    ImageId, MANAGE_CATEGORIES, NewCategory, NewProduct, Product, ProductChange, ProductKey,
    Search, SellerFilter, StockChange, StockPolicy, VariantId,
};
use feira_kernel::{Actor, ModuleError, PageRequest, Permission, Surface, UserId};
use feira_store::{CommissionRule, CommissionRuleId, CommissionValue};
use feira_testkit::{FromTestDb, TestDb};
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use time::Duration;
use uuid::Uuid;

use crate::{
    images::upload,
    support::{World, adjust, brl, line, product, variant},
};

#[path = "taken_away/categories.rs"]
pub(crate) mod categories;

impl World {
    async fn without(&self, of: &Product, variant: usize) -> Product {
        let variant = of.variants[variant].id;
        self.api
            .remove_variant(&self.ana, of.id, variant, None)
            .await
            .unwrap()
    }

    /// Whether cart and checkout still find the variant: `None` if it is gone for good.
    async fn offered(&self, variant: VariantId) -> Option<bool> {
        let found = self
            .api
            .sellables(&self.order, vec![variant])
            .await
            .unwrap();
        found.first().map(|sellable| sellable.active)
    }

    async fn listed(&self) -> (u32, u32, bool) {
        let all = SellerFilter::default();
        let page = PageRequest::default();
        let found = self
            .api
            .seller_products(&self.ana, all, page)
            .await
            .unwrap();
        let own = &found.items[0];
        let buyer = Actor::stranger();
        let page = PageRequest::default();
        let cards = self
            .api
            .search(&buyer, Search::default(), page)
            .await
            .unwrap();
        (own.variants, own.available, cards.items[0].in_stock)
    }
}

#[feira_testkit::test("catalog")]
async fn a_variant_is_deleted_unless_something_was_booked_on_it(world: World) {
    for (quantity, policy, offered) in [
        (0, StockPolicy::Counted, None),
        (0, StockPolicy::Continue, None),
        (3, StockPolicy::Counted, Some(false)),
        // Sold without being booked, perhaps.
        (0, StockPolicy::NotCounted, Some(false)),
    ] {
        let mut new = product(policy.as_str(), quantity);
        new.variants[0].stock_policy = policy;
        let made = world.make(&world.ana, new).await;
        let left = world.without(&made, 0).await;
        assert_eq!(left.variants, made.variants[1..], "{policy:?} {quantity}");
        assert_eq!(left.version, made.version + 1);
        let gone = made.variants[0].id;
        assert_eq!(world.offered(gone).await, offered, "{policy:?} {quantity}");
        // Nor held by who has not heard of it: the release before knows no archived variants.
        let held = world.reserve(1, vec![line(gone, 1)]).await.unwrap_err();
        let code = offered.map_or("catalog.not_found", |_| "catalog.out_of_stock");
        assert_eq!(held.code(), code, "{policy:?} {quantity}");
        let again = world
            .api
            .remove_variant(&world.ana, made.id, gone, None)
            .await;
        assert!(matches!(again, Err(CatalogError::NotFound)));
        let last = made.variants[1].id;
        let last = world
            .api
            .remove_variant(&world.ana, made.id, last, None)
            .await;
        assert!(matches!(last, Err(CatalogError::LastVariant)));
    }
}

#[feira_testkit::test("catalog")]
async fn what_a_variant_held_is_free_again(world: World) {
    let mut new = product("Mug", 2);
    new.variants[0].sku = Some("MUG-S".to_owned());
    let made = world.make(&world.ana, new).await;
    let small = made.variants[0].id;
    world.reserve(1, vec![line(small, 1)]).await.unwrap();
    let stale = Some((made.version - 1).into());
    let refused = world
        .api
        .remove_variant(&world.ana, made.id, small, stale)
        .await;
    assert!(matches!(refused, Err(CatalogError::VersionMismatch)));
    let refused = world
        .api
        .remove_variant(&world.bia, made.id, small, None)
        .await;
    assert!(matches!(refused, Err(CatalogError::NotFound)));
    world.without(&made, 0).await;
    assert_eq!(world.listed().await, (1, 2, true));

    // Who held it before buys it; what comes back is on hand, and nobody is offered it.
    let sold = world
        .api
        .commit_reservation(&world.order, crate::support::key(1))
        .await;
    assert!(sold.is_ok());
    world.runner.settle().await.unwrap();
    let lows = world.lows.lock().unwrap().clone();
    assert!(lows.iter().all(|low| low.variant != small), "{lows:?}");
    let medium = adjust(made.variants[1].id, StockChange::To(0));
    world.adjust(medium).await.unwrap();
    assert_eq!(world.listed().await, (1, 0, false));

    let again = feira_catalog::NewVariant {
        sku: Some("MUG-S".to_owned()),
        ..variant("S", 1_000, 5)
    };
    let back = world
        .api
        .add_variant(&world.ana, made.id, again, None)
        .await
        .unwrap();
    assert_eq!(back.variants.len(), 2);
    assert_ne!(back.variants[1].id, small);
    let key = ProductKey::Id(made.id);
    let shown = world.api.product(&Actor::stranger(), key).await.unwrap();
    assert_eq!(shown.variants[1].price, brl(1_000));
    assert_eq!(world.listed().await, (2, 5, true));
}

#[feira_testkit::test("catalog")]
async fn a_product_has_so_many_variants_with_those_that_were_removed(world: World) {
    let made = world.make(&world.ana, product("Churned", 1)).await;
    let removed = format!(
        "INSERT INTO variants SELECT (jsonb_populate_record(v, jsonb_build_object( \
             'id', gen_random_uuid(), 'sku', 'gone-' || n, 'archived_at', '2026-01-01T00:00:00Z'))).* \
         FROM variants v, generate_series(1, 997) n WHERE v.id = '{}'",
        made.variants[0].id
    );
    let tables = world.env.pool.write();
    tables.execute_unprepared(&removed).await.unwrap();
    let add = |size| {
        let new = variant(size, 1_000, 1);
        world.api.add_variant(&world.ana, made.id, new, None)
    };
    assert_eq!(add("L").await.unwrap().variants.len(), 3);
    let full = add("XL").await.unwrap_err();
    let full = &full.fields()[0];
    assert_eq!((&*full.code, full.max), ("request.too_many", Some(1_000)));
}

#[feira_testkit::test("catalog")]
async fn images_are_put_in_order_and_taken_away(world: World) {
    let made = world.make(&world.ana, product("Pictured", 1)).await;
    let mut images = Vec::new();
    for shade in 1..4 {
        let added = world
            .api
            .add_image(&world.ana, made.id, upload(shade), None);
        images.push(added.await.unwrap());
    }
    let ids: Vec<ImageId> = images.iter().map(|image| image.id).collect();
    let order = async |ids: Vec<ImageId>| {
        let ordered = world.api.order_images(&world.ana, made.id, ids, None).await;
        ordered.map(|p| p.images.iter().map(|image| image.id).collect::<Vec<_>>())
    };
    let turned = vec![ids[2], ids[0], ids[1]];
    assert_eq!(order(turned.clone()).await.unwrap(), turned);
    for wrong in [
        vec![],
        vec![ids[0], ids[1]],
        vec![ids[0], ids[0], ids[1]],
        vec![ids[0], ids[1], ImageId(Uuid::from_u128(404))],
        vec![ids[0], ids[1], ids[2], ids[2]],
    ] {
        let refused = order(wrong).await.unwrap_err();
        assert_eq!(refused.fields()[0].pointer, "/image_ids");
    }
    let cover = async || {
        let page = PageRequest::default();
        let buyer = Actor::stranger();
        let found = world.api.search(&buyer, Search::default(), page).await;
        found.unwrap().items[0].image.clone()
    };
    assert_eq!(cover().await.as_ref(), Some(&images[2].medium));
    let remove = async |image| {
        let removed = world.api.remove_image(&world.ana, made.id, image, None);
        removed.await.map(|product| product.images.len())
    };
    assert_eq!(remove(ids[2]).await.unwrap(), 2);
    assert_eq!(cover().await.as_ref(), Some(&images[0].medium));
    assert!(matches!(remove(ids[2]).await, Err(CatalogError::NotFound)));
    let foreign = world
        .api
        .remove_image(&world.bia, made.id, ids[0], None)
        .await;
    assert!(matches!(foreign, Err(CatalogError::NotFound)));
    // An order may show it for ever.
    let file = images[2].small.key.clone();
    assert!(world.api.image_file(&world.order, file).await.is_ok());
    let added = world.api.add_image(&world.ana, made.id, upload(3), None);
    assert_eq!(added.await.unwrap().position, 4, "it may come back");
}

pub(crate) fn operator() -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(6)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::from([Permission::new(MANAGE_CATEGORIES)]),
    }
}

use feira_catalog::{
    CatalogError, CategoryId, EDIT_STOCK, ProductChange, ProductKey, ProductStatus, VariantChange,
};
use feira_kernel::{Actor, Currency, ErrorKind, ModuleError, Money, Surface, UserId, db, values};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::support::{World, brl, once, product, seller_with, variant};

#[feira_testkit::test("catalog")]
async fn a_product_is_made_and_seen(world: World) {
    let mut new = product("Caneca de Cerâmica", 7);
    new.category = Some(CategoryId(
        "01990000-0000-7000-8000-000000000301".parse().unwrap(),
    ));
    new.brand = Some("Olaria".to_owned());
    new.tags = vec!["mug".to_owned()];
    new.variants[0].sku = Some("MUG-S".to_owned());
    new.variants[1].sku = Some("MUG-M".to_owned());
    new.variants[0].compare_at = Some(brl(2_990));
    let made = world.make(&world.ana, new).await;
    assert_eq!(made.slug, "caneca-de-ceramica");
    let by_slug = ProductKey::Slug(made.slug.clone());
    let seen = world
        .api
        .product(&Actor::stranger(), by_slug)
        .await
        .unwrap();
    insta::assert_json_snapshot!("product_for_buyers", seen, {
        ".id" => "[id]", ".store" => "[id]", ".variants[].id" => "[id]",
    });
    assert_eq!(
        made.variants[0].on_hand,
        Some(7),
        "her own stock is shown to the seller"
    );
    let same = world.api.product(&world.ana, ProductKey::Id(made.id)).await;
    assert_eq!(same.unwrap(), made);
}

#[feira_testkit::test("catalog")]
async fn a_key_makes_one_product(world: World) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (api, ana) = (world.api.clone(), world.ana.clone());
            tokio::spawn(async move {
                let made = api.create_product(&ana, product("Keyed", 1), Some(once("Keyed")));
                made.await.unwrap().id
            })
        })
        .collect();
    let mut made = BTreeSet::new();
    for task in tasks {
        made.insert(task.await.unwrap());
    }
    assert_eq!(made.len(), 1);
    let hers = product("Keyed", 1);
    let other = world
        .api
        .create_product(&world.bia, hers, Some(once("Keyed")));
    let other = other.await.unwrap();
    assert!(
        !made.contains(&other.id),
        "another seller's key is another key"
    );
    assert_ne!(other.slug, "keyed");
    assert!(other.slug.starts_with("keyed-"));
}

#[feira_testkit::test("catalog")]
async fn who_sees_what(world: World) {
    let mut new = product("Draft", 1);
    new.status = ProductStatus::Draft;
    let draft = world.make(&world.ana, new).await;
    let active = world.make(&world.ana, product("Active", 1)).await;
    let customer = Actor::customer(UserId(Uuid::from_u128(5)));
    let operator = Actor::Person {
        user: UserId(Uuid::from_u128(6)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::new(),
    };
    let sees = async |actor: &Actor, id| {
        let found = world.api.product(actor, ProductKey::Id(id)).await;
        match found {
            Ok(product) => Some(product.variants[0].on_hand.is_some()),
            Err(CatalogError::NotFound) => None,
            Err(other) => panic!("{other:?}"),
        }
    };
    for buyer in [Actor::stranger(), customer, operator] {
        assert_eq!(sees(&buyer, active.id).await, Some(false), "{buyer:?}");
        assert_eq!(sees(&buyer, draft.id).await, None, "{buyer:?}");
    }
    assert_eq!(sees(&world.ana, draft.id).await, Some(true));
    assert_eq!(
        sees(&world.bia, active.id).await,
        None,
        "on a seller's surface only her own"
    );
    assert_eq!(sees(&world.order, draft.id).await, Some(true));
    for odd in ["", "a/../b", "x\0y", "00000000-0000-0000-0000-000000000001"] {
        let found = world
            .api
            .product(&Actor::stranger(), ProductKey::Slug(odd.to_owned()))
            .await;
        assert!(matches!(found, Err(CatalogError::NotFound)), "{odd:?}");
    }
}

#[feira_testkit::test("catalog")]
async fn only_the_stores_own_people_write(world: World) {
    let made = world.make(&world.ana, product("Hers", 1)).await;
    let api = &world.api;
    let change = || ProductChange {
        name: Some("Mine".to_owned()),
        ..ProductChange::default()
    };
    let price = || VariantChange {
        price: Some(brl(1)),
        ..VariantChange::default()
    };
    let variant_id = made.variants[0].id;
    let kinds = async |actor: &Actor| {
        [
            api.update_product(actor, made.id, change())
                .await
                .err()
                .map(|e| e.kind()),
            api.update_variant(actor, made.id, variant_id, price())
                .await
                .err()
                .map(|e| e.kind()),
            api.add_variant(actor, made.id, variant("L", 100, 1), None)
                .await
                .err()
                .map(|e| e.kind()),
        ]
    };
    assert_eq!(kinds(&world.bia).await, [Some(ErrorKind::NotFound); 3]);
    let stock_only = seller_with(world.first, 8, &[EDIT_STOCK]);
    for actor in [stock_only, Actor::stranger(), Actor::system("order")] {
        assert_eq!(kinds(&actor).await, [Some(ErrorKind::Forbidden); 3]);
        let refused = api.create_product(&actor, product("No", 1), None).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    }
    let still = api
        .product(&world.ana, ProductKey::Id(made.id))
        .await
        .unwrap();
    assert_eq!(still, made);
}

#[feira_testkit::test("catalog")]
async fn changes_keep_versions_prices_and_other_variants(world: World) {
    let made = world.make(&world.ana, product("Patch", 3)).await;
    let change = |expected_version| ProductChange {
        expected_version,
        name: Some("Patched".to_owned()),
        tags: Some(vec!["new".to_owned()]),
        status: Some(ProductStatus::Archived),
        ..ProductChange::default()
    };
    let stale = world
        .api
        .update_product(&world.ana, made.id, change(Some(99_i64.into())))
        .await;
    assert!(matches!(stale, Err(CatalogError::VersionMismatch)));
    let changed = world
        .api
        .update_product(&world.ana, made.id, change(Some(1_i64.into())))
        .await
        .unwrap();
    assert_eq!((changed.version, changed.name.as_str()), (2, "Patched"));
    assert_eq!(changed.slug, made.slug, "links go on working");
    assert_eq!(changed.description, made.description);
    assert_eq!(changed.variants, made.variants);
    let cheaper = VariantChange {
        price: Some(brl(990)),
        compare_at: Some(Some(brl(1_990))),
        sku: Some("CHEAP".to_owned()),
        ..VariantChange::default()
    };
    let first = made.variants[0].id;
    let changed = world
        .api
        .update_variant(&world.ana, made.id, first, cheaper)
        .await
        .unwrap();
    assert_eq!(changed.version, 3);
    assert_eq!(
        changed.variants[1], made.variants[1],
        "the other one is as it was"
    );
    let above = VariantChange {
        price: Some(brl(1_990)),
        ..VariantChange::default()
    };
    let refused = world
        .api
        .update_variant(&world.ana, made.id, first, above)
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/compare_at");
    let grown = world
        .api
        .add_variant(&world.ana, made.id, variant("L", 9_990, 2), None)
        .await
        .unwrap();
    assert_eq!(grown.variants.len(), 3);
    let sql = "SELECT price_from::text || ' ' || price_to::text || ' ' || compare_at::text FROM products WHERE id = $1";
    let kept: Option<String> = db::scalar(world.env.pool.read(), sql, values![made.id])
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("9.9000 99.9000 19.9000"));
}

#[feira_testkit::test("catalog")]
async fn a_variant_is_changed_as_part_of_its_product(world: World) {
    let made = world.make(&world.ana, product("One", 1)).await;
    let other = world.make(&world.ana, product("Another", 1)).await;
    let first = made.variants[0].id;
    let change = |expected_version| VariantChange {
        expected_version,
        price: Some(brl(1_500)),
        ..VariantChange::default()
    };
    let refused = world
        .api
        .update_variant(&world.ana, other.id, first, change(None))
        .await;
    assert!(
        matches!(refused, Err(CatalogError::NotFound)),
        "it is a variant of another product"
    );
    let known = || Some(made.version.into());
    let changed = world
        .api
        .update_variant(&world.ana, made.id, first, change(known()))
        .await
        .unwrap();
    assert_eq!(changed.variants[0].price, brl(1_500));
    let late = world
        .api
        .update_variant(&world.ana, made.id, first, change(known()))
        .await;
    assert!(matches!(late, Err(CatalogError::VersionMismatch)));
}

#[feira_testkit::test("catalog")]
async fn skus_and_options_are_unique(world: World) {
    let with_sku = |name: &str| {
        let mut new = product(name, 1);
        new.variants[0].sku = Some("SAME".to_owned());
        new
    };
    let made = world.make(&world.ana, with_sku("One")).await;
    let taken = world
        .api
        .create_product(&world.ana, with_sku("Two"), None)
        .await;
    assert!(matches!(taken, Err(CatalogError::SkuTaken)));
    world.make(&world.bia, with_sku("Theirs")).await;
    let again = world
        .api
        .add_variant(&world.ana, made.id, variant("S", 100, 1), None)
        .await;
    assert_eq!(again.unwrap_err().fields()[0].code, "request.duplicate");
    let mut other = variant("Blue", 100, 1);
    other.options[0].name = "Colour".to_owned();
    let other = world
        .api
        .add_variant(&world.ana, made.id, other, None)
        .await;
    assert_eq!(other.unwrap_err().fields()[0].code, "catalog.option_names");
    let second = made.variants[1].id;
    let change = VariantChange {
        sku: Some("SAME".to_owned()),
        ..VariantChange::default()
    };
    let taken = world
        .api
        .update_variant(&world.ana, made.id, second, change)
        .await;
    assert!(matches!(taken, Err(CatalogError::SkuTaken)));
}

#[feira_testkit::test("catalog")]
async fn bad_products_change_nothing(world: World) {
    let mut dollars = product("Dollars", 1);
    dollars.variants[0].price = Money::from_minor(100, Currency::USD).unwrap();
    let mut unknown = product("Unknown", 1);
    unknown.category = Some(CategoryId(Uuid::from_u128(1)));
    let mut evil = product("Evil\0", 1);
    evil.tags = vec!["{{7*7}}".to_owned(), "<script>".to_owned()];
    for bad in [dollars, unknown, evil] {
        let refused = world
            .api
            .create_product(&world.ana, bad, None)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
    }
    let count: Option<i64> = db::scalar(
        world.env.pool.read(),
        "SELECT count(*) FROM products",
        values![],
    )
    .await
    .unwrap();
    assert_eq!(count, Some(0));
}

/// The page that is read most asks no other module.
#[feira_testkit::test("catalog")]
async fn a_product_is_read_without_asking_stores(world: World) {
    let made = world.make(&world.ana, product("Hot", 1)).await;
    let read = async || {
        let key = ProductKey::Id(made.id);
        world.api.product(&Actor::stranger(), key).await.unwrap();
    };
    read().await;
    let before = world.stores.calls("stores") + world.stores.calls("not_purchasable");
    for _ in 0..10 {
        read().await;
    }
    let after = world.stores.calls("stores") + world.stores.calls("not_purchasable");
    assert_eq!(before, after, "what is known of stores is in memory");
}

//! Imports with a key.

use feira_catalog::VariantChange;
use feira_kernel::idempotency::REUSED;
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use super::*;
use crate::support::{brl, once};

async fn keyed(world: &World, file: &str) -> Result<ImportReport, CatalogError> {
    let request = ImportRequest {
        format: ImportFormat::Shopify,
        dry_run: false,
        file: file.as_bytes().to_vec(),
    };
    let key = Some(once(file));
    world.api.import(&world.ana, request, key).await
}

async fn by_hand(world: &World, slug: &str, minor: i64) {
    let product = product(world, slug).await;
    let change = VariantChange {
        price: Some(brl(minor)),
        ..VariantChange::default()
    };
    let variant = product.variants[0].id;
    let api = &world.api;
    let changed = api.update_variant(&world.ana, product.id, variant, change);
    changed.await.unwrap();
}

#[feira_testkit::test("catalog")]
async fn a_file_that_cannot_be_read_takes_no_key(world: World) {
    let many = "Handle\n".to_owned() + &"a\n".repeat(50_001);
    for bad in ["", "Title,Variant Price\nLamp,10\n", &many] {
        let refused = keyed(&world, bad).await;
        assert!(matches!(refused, Err(CatalogError::BadImport(_))));
    }
    let good = "Handle,Title,Variant Price\nlamp,Lamp,10\n";
    let report = keyed(&world, good).await.unwrap();
    assert_eq!((report.products_created, products(&world).await), (1, 1));
}

#[feira_testkit::test("catalog")]
async fn an_import_that_was_cut_off_goes_on_and_leaves_what_has_changed_since(
    db: TestDb,
    world: World,
) {
    let columns = "Handle,Title,Variant SKU,Variant Price";
    let first = format!("{columns}\na,A,A,10\nb,B,B,10\nc,C,C,10\ne,E,E,10\n");
    import(&world, &first, false).await;
    // The first and the last one change SKUs, and are taken together; x is no product.
    let file = format!("{columns}\na,A,E,20\nx,,X,20\nb,B,B,20\nc,C,C,20\nd,D,D,20\ne,E,A,20\n");
    db.spoil("catalog.products", "OLD.create_key = 'shopify:c'")
        .await;
    for slug in ["a", "e", "b"] {
        let cut = keyed(&world, &file).await;
        assert!(matches!(cut, Err(CatalogError::Internal(_))), "{cut:?}");
        by_hand(&world, slug, 1_500).await;
    }
    db.mend("catalog.products").await;
    let report = keyed(&world, &file).await.unwrap();
    let counts = (report.products_created, report.products_updated);
    assert_eq!((counts, report.variants, report.refused), ((1, 4), 5, 1));
    assert!(told(&report, false).contains(&(1, "continued")));
    let prices = async || {
        let mut prices = String::new();
        for slug in ["a", "b", "c", "d", "e"] {
            let only = product(&world, slug).await.variants.remove(0);
            prices += &format!("{slug} {} {}, ", only.sku, only.price);
        }
        prices
    };
    let expected = "a E 15.00 BRL, b B 15.00 BRL, c C 20.00 BRL, d D 20.00 BRL, e A 15.00 BRL, ";
    assert_eq!(prices().await, expected);
    by_hand(&world, "d", 1_600).await;
    assert_eq!(keyed(&world, &file).await.unwrap(), report);
    assert_eq!(prices().await, expected.replace("D 20", "D 16"));
    let other = keyed(&world, &first).await.unwrap_err();
    assert_eq!(other.fields()[0].code, REUSED);
}

/// 0.3.0 kept handles as they were typed.
#[feira_testkit::test("catalog")]
async fn a_product_of_a_handle_that_was_not_cleaned_is_found(world: World) {
    let file = |handle: &str| format!("Handle,Title,Variant Price\n{handle},Caneca,10\n");
    let [typed, clean] = ["ma\u{301}gica\u{200b}", "m\u{e1}gica"];
    import(&world, &file(clean), false).await;
    let before = format!("UPDATE products SET create_key = 'shopify:{typed}'");
    let tables = world.env.pool.write();
    tables.execute_unprepared(&before).await.unwrap();
    for (dry_run, handle) in [(true, typed), (false, typed), (false, clean)] {
        let report = import(&world, &file(handle), dry_run).await;
        let counts = (report.products_created, report.products_updated);
        assert_eq!((counts, report.refused), ((0, 1), 0), "{handle:?}");
    }
    assert_eq!(products(&world).await, 1);
}

//! Files with some of the columns.

use feira_catalog::ProductChange;
use feira_kernel::{db, values};

use super::*;
use crate::support::brl;

const WHOLE: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Status,Variant SKU,Variant Price,\
     Variant Compare At Price,Variant Grams,Variant Barcode,Variant Inventory Qty\n\
     mug,Mug,Thrown by hand.,Olaria,Kitchen,\"clay,mug\",draft,MUG,50,60,300,789,12\n";

/// A file, and what it changes.
type Case = (&'static str, fn(&mut Product));

const CASES: &[Case] = &[
    (
        "Handle,Title,Variant Price,Variant SKU\nmug,Cup,55,CUP\n",
        |cup| {
            cup.name = "Cup".to_owned();
            cup.variants[0].sku = "CUP".to_owned();
            cup.variants[0].price = brl(5_500);
        },
    ),
    ("Handle,Variant Inventory Qty\nmug,7\n", |cup| {
        cup.variants[0].available = 7;
        cup.variants[0].on_hand = Some(7);
    }),
    ("Handle,Variant SKU,Variant Price\nmug,CUP,70\n", |cup| {
        cup.variants[0].price = brl(7_000);
        // It is not above the price any more.
        cup.variants[0].compare_at = None;
    }),
    ("Handle,Tags,Vendor\nmug,,\n", |cup| {
        cup.tags.clear();
        cup.brand = None;
    }),
    ("Handle,Title,Variant Barcode,Type\nmug,,,\n", |cup| {
        cup.variants[0].barcode = None;
        cup.category_path.clear();
    }),
    ("Handle,Status,Body (HTML)\nmug,,\n", |cup| {
        cup.description.clear();
    }),
    ("Handle,Published\nmug,true\n", |cup| {
        cup.status = ProductStatus::Active;
    }),
];

#[feira_testkit::test("catalog")]
async fn a_file_changes_what_it_has_columns_for(world: World) {
    import(&world, WHOLE, false).await;
    let mut expected = product(&world, "mug").await;
    assert_eq!(expected.status, ProductStatus::Draft);
    for (file, change) in CASES {
        let report = import(&world, file, false).await;
        let done = (report.products_updated, report.refused);
        assert_eq!(done, (1, 0), "{file}: {report:?}");
        let found = product(&world, "mug").await;
        change(&mut expected);
        (expected.version, expected.updated_at) = (found.version, found.updated_at);
        expected.variants[0].stock_version = found.variants[0].stock_version;
        assert_eq!(found, expected, "{file}");
    }
}

#[feira_testkit::test("catalog")]
async fn what_is_new_needs_a_title_and_a_price_and_what_is_meant_must_be_clear(world: World) {
    import(&world, FILE, false).await;
    for (file, code) in [
        ("Handle,Variant Price\nvase,10\n", "no_title"),
        ("Handle,Title\nvase,Vase\n", "no_price"),
        ("Handle,Variant Price\nlinen-shirt,10\n", "unknown_variant"),
        (
            "Handle,Variant Inventory Policy\nlinen-shirt,deny\n",
            "unknown_variant",
        ),
        (
            "Handle,Variant SKU,Variant Inventory Qty\nlinen-shirt,LIN-S-W,1\nlinen-shirt,LIN-X,1\n",
            "unknown_variant",
        ),
    ] {
        let report = import(&world, file, false).await;
        assert_eq!((report.products_created, report.products_updated), (0, 0));
        let line = 1 + u64::try_from(file.lines().skip(1).count()).unwrap();
        assert_eq!(told(&report, true), [(line, code)], "{file}");
    }
    let shirt = product(&world, "linen-shirt").await;
    assert_eq!(
        shirt.variants[0].available, 4,
        "all of a product or nothing"
    );
}

#[feira_testkit::test("catalog")]
async fn what_a_person_archived_stays_so(world: World) {
    let id = {
        import(&world, WHOLE, false).await;
        product(&world, "mug").await.id
    };
    let by_hand = async |status| {
        let change = ProductChange {
            status: Some(status),
            ..ProductChange::default()
        };
        let changed = world.api.update_product(&world.ana, id, change).await;
        changed.unwrap();
    };
    let by_file = async |status: &str| {
        let file = WHOLE.replace("draft", status);
        let report = import(&world, &file, false).await;
        let kept = told(&report, false).contains(&(2, "stays_archived"));
        (product(&world, "mug").await.status, kept)
    };
    use ProductStatus::{Active, Archived};
    by_hand(Archived).await;
    assert_eq!(by_file("active").await, (Archived, true));
    assert_eq!(by_file("archived").await, (Archived, false));
    assert_eq!(by_file("draft").await, (Archived, true));
    by_hand(Active).await;
    assert_eq!(by_file("archived").await, (Archived, false));
    assert_eq!(by_file("active").await, (Active, false), "a file did it");
    by_file("archived").await;
    by_hand(Active).await;
    by_hand(Archived).await;
    assert_eq!(by_file("active").await, (Archived, true));
    // Who saves what a file has archived means it.
    by_hand(Active).await;
    by_file("archived").await;
    by_hand(Archived).await;
    assert_eq!(by_file("active").await, (Archived, true));
    by_hand(Active).await;
    by_file("archived").await;
    by_file("archived").await;
    import(&world, "Handle,Title\nmug,Cup\n", false).await;
    assert_eq!(
        by_file("active").await,
        (Active, false),
        "only files did it"
    );
}

/// The audit log in one line.
async fn acts(world: &World) -> Option<String> {
    let sql = "SELECT string_agg(concat_ws(' ', action, subject_id, user_id, details->>'from', \
                                           details->>'import' IS NOT NULL), ', ') FROM audit";
    let found = db::scalar::<Option<String>>(world.env.pool.read(), sql, values![]).await;
    found.unwrap().flatten()
}

#[feira_testkit::test("catalog")]
async fn what_a_file_archives_is_written_down_once(world: World) {
    import(&world, WHOLE, false).await;
    let archived = WHOLE.replace("draft", "archived");
    import(&world, &archived, true).await;
    assert_eq!(acts(&world).await, None, "a dry run archives nothing");
    for _ in 0..2 {
        import(&world, &archived, false).await;
        let (mug, ana) = (product(&world, "mug").await.id, world.ana.user().unwrap());
        let once = format!("catalog.product_archived {mug} {ana} draft t");
        assert_eq!(acts(&world).await, Some(once));
    }
}

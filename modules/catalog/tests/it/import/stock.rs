//! How a file's variants are counted.

use feira_catalog::StockPolicy::{self, Continue, Counted, NotCounted};

use super::*;

async fn stock(world: &World, slug: &str) -> (StockPolicy, i64) {
    let variant = product(world, slug).await.variants.remove(0);
    (variant.stock_policy, variant.on_hand.unwrap())
}

#[feira_testkit::test("catalog")]
async fn what_a_new_variant_is_counted_as_is_told_once(world: World) {
    let file = "Handle,Title,Variant Price\nlamp,Lamp,10\nvase,Vase,10\nbowl,Bowl,10\n";
    let report = import(&world, file, false).await;
    assert_eq!(told(&report, false), [(1, "not_counted"), (1, "published")]);
    let counted = report.notes.iter().flat_map(|kind| &kind.first);
    let mut counted = counted.filter(|note| note.code == "catalog.not_counted");
    assert!(counted.next().unwrap().detail.starts_with("3 variants"));
    for slug in ["lamp", "vase", "bowl"] {
        assert_eq!(stock(&world, slug).await, (NotCounted, 0));
    }
    let file = "Handle,Title,Status,Variant Price,Variant Inventory Tracker,Variant Inventory Policy,\
                Variant Inventory Qty\n\
                jar,Jar,active,10,,deny,5\npan,Pan,active,10,shopify,deny,5\n\
                pot,Pot,active,10,shopify,continue,5\ncan,Can,active,10,shopify,,\n";
    let report = import(&world, file, false).await;
    assert_eq!(
        told(&report, false),
        [(1, "no_quantity"), (1, "not_counted")]
    );
    assert_eq!(stock(&world, "jar").await, (NotCounted, 0));
    assert_eq!(stock(&world, "pan").await, (Counted, 5));
    assert_eq!(stock(&world, "pot").await, (Continue, 5));
    assert_eq!(stock(&world, "can").await, (Counted, 0));
    let file = "Handle,Title,Status,Variant Price,Variant Inventory Policy\n\
                tin,Tin,active,10,continue\nbox,Box,active,10,deny\n";
    let report = import(&world, file, false).await;
    assert_eq!(told(&report, false), [(1, "no_quantity")]);
    assert_eq!(stock(&world, "tin").await, (Continue, 0));
    assert_eq!(stock(&world, "box").await, (Counted, 0));
}

#[feira_testkit::test("catalog")]
async fn a_known_variant_is_counted_as_before_unless_the_file_has_its_column(world: World) {
    import(&world, "Handle,Title,Variant Price\nlamp,Lamp,10\n", false).await;
    let policy = "Handle,Variant Inventory Policy";
    let tracker = "Handle,Variant Inventory Tracker";
    for (file, expected, notes) in [
        (
            "Handle,Variant Price\nlamp,12\n".to_owned(),
            (NotCounted, 0),
            0,
        ),
        (format!("{tracker}\nlamp,shopify\n"), (Counted, 0), 0),
        (format!("{policy}\nlamp,continue\n"), (Continue, 0), 0),
        (format!("{tracker}\nlamp,\n"), (NotCounted, 0), 1),
        (format!("{policy}\nlamp,deny\n"), (Counted, 0), 0),
        (
            format!("{tracker},Variant Inventory Qty\nlamp,shopify,8\n"),
            (Counted, 8),
            0,
        ),
        (
            format!("{policy},Variant Inventory Qty\nlamp,continue,3\n"),
            (Continue, 3),
            0,
        ),
        (format!("{policy}\nlamp,\n"), (Continue, 3), 0),
        (
            "Handle,Variant Inventory Qty\nlamp,\n".to_owned(),
            (Continue, 3),
            0,
        ),
        (
            "Handle,Variant Inventory Qty\nlamp,4\n".to_owned(),
            (Continue, 4),
            0,
        ),
        (
            format!("{policy},Variant Inventory Qty\nlamp,deny,6\n"),
            (Counted, 6),
            0,
        ),
        (
            format!("{tracker},Variant Inventory Qty\nlamp,,6\n"),
            (NotCounted, 6),
            1,
        ),
        (
            "Handle,Variant Inventory Qty\nlamp,2\n".to_owned(),
            (Counted, 2),
            0,
        ),
    ] {
        let report = import(&world, &file, false).await;
        assert_eq!(
            (report.refused, report.notes.len()),
            (0, notes),
            "{file} {report:?}"
        );
        assert_eq!(stock(&world, "lamp").await, expected, "{file}");
    }
}

const COLUMNS: &str = "Handle,Title,Status,Variant Price,Variant SKU,Variant Inventory Tracker,\
                       Variant Inventory Policy,Variant Inventory Qty";

/// A file of one variant: tracker, policy and quantity.
fn counted(handle: &str, stock: &str) -> String {
    format!("{COLUMNS}\n{handle},{handle},active,10,{handle},{stock}\n")
}

#[feira_testkit::test("catalog")]
async fn the_same_quantity_is_news_where_it_begins_to_bind(world: World) {
    /// The first file; sold and reserved since; more files.
    type Case = (&'static str, u32, u32, &'static [&'static str]);
    let cases: [(Case, (StockPolicy, i64)); 5] = [
        (
            ("shopify,continue,1", 5, 0, &["shopify,deny,1"]),
            (Counted, 1),
        ),
        // To be counted there must be what is reserved.
        (
            ("shopify,continue,1", 5, 3, &["shopify,deny,1"]),
            (Counted, 3),
        ),
        (
            ("shopify,continue,-2", 1, 0, &["shopify,deny,-2"]),
            (Counted, 0),
        ),
        (
            ("shopify,deny,6", 4, 0, &[",deny,6", "shopify,deny,6"]),
            (Counted, 6),
        ),
        (
            ("shopify,deny,6", 4, 1, &["shopify,continue,6"]),
            (Continue, 2),
        ),
    ];
    for (number, ((first, sold, held, files), expected)) in (1..).zip(cases) {
        let lamp = format!("lamp-{number}");
        import(&world, &counted(&lamp, first), false).await;
        let variant = product(&world, &lamp).await.variants[0].id;
        let lines = vec![line(variant, sold)];
        world.reserve(2 * number, lines).await.unwrap();
        let sale = world.api.commit_reservation(&world.order, key(2 * number));
        sale.await.unwrap();
        if held > 0 {
            let lines = vec![line(variant, held)];
            world.reserve(2 * number + 1, lines).await.unwrap();
        }
        for file in files {
            let report = import(&world, &counted(&lamp, file), false).await;
            assert_eq!(report.refused, 0, "{lamp} {file}: {report:?}");
        }
        assert_eq!(stock(&world, &lamp).await, expected, "{lamp}");
    }
}

#[feira_testkit::test("catalog")]
async fn what_is_sold_on_comes_as_far_below_zero_as_the_file_says(world: World) {
    for (file, expected, note) in [
        ("shopify,continue,-3", (Continue, -3), false),
        ("shopify,continue,-7", (Continue, -7), false),
        ("shopify,continue,2", (Continue, 2), false),
        ("shopify,deny,-7", (Counted, 0), true),
        ("shopify,continue,-1", (Continue, -1), false),
    ] {
        let report = import(&world, &counted("pot", file), false).await;
        assert_eq!(stock(&world, "pot").await, expected, "{file}");
        let told = told(&report, false).contains(&(2, "negative_quantity"));
        assert_eq!(told, note, "{file} {report:?}");
    }
    // What has no number cannot be bounded.
    let policy = "Handle,Variant Inventory Policy\npot,deny\n";
    let report = import(&world, policy, false).await;
    assert_eq!(told(&report, true), [(2, "oversold")]);
    assert_eq!(stock(&world, "pot").await, (Continue, -1));

    let size = |size: &str, quantity: i32| format!("cup,Cup,Size,{size},10,continue,{quantity}\n");
    let columns = "Handle,Title,Option1 Name,Option1 Value,Variant Price,\
                   Variant Inventory Policy,Variant Inventory Qty\n";
    import(&world, &format!("{columns}{}", size("S", 1)), false).await;
    let file = format!("{columns}{}{}{}", size("M", 4), size("L", -2), size("S", 1));
    import(&world, &file, false).await;
    let variants = product(&world, "cup").await.variants;
    let on_hand: Vec<_> = variants.iter().filter_map(|v| v.on_hand).collect();
    assert_eq!(on_hand, [1, 4, -2]);
}

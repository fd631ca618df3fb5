//! How a file's variants are counted.

use feira_catalog::StockPolicy::{self, Continue, Counted, NotCounted};

use super::*;

async fn stock(world: &World, slug: &str) -> (StockPolicy, i64) {
    let variant = product(world, slug).await.variants.remove(0);
    (variant.stock_policy, variant.on_hand.unwrap())
}

#[test]
fn what_a_new_variant_is_counted_as_is_told_once() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
        let file = "Handle,Title,Variant Price\nlamp,Lamp,10\nvase,Vase,10\nbowl,Bowl,10\n";
        let report = import(&world, file, false).await;
        assert_eq!(told(&report, false), [(1, "published"), (1, "not_counted")]);
        assert!(report.notes[1].detail.starts_with("3 variants"));
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
            [(1, "not_counted"), (1, "no_quantity")]
        );
        assert_eq!(stock(&world, "jar").await, (NotCounted, 0));
        assert_eq!(stock(&world, "pan").await, (Counted, 5));
        assert_eq!(stock(&world, "pot").await, (Continue, 5));
        assert_eq!(stock(&world, "can").await, (Counted, 0));
    });
}

#[test]
fn a_known_variant_is_counted_as_before_unless_a_file_with_quantities_says_so() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
        import(&world, "Handle,Title,Variant Price\nlamp,Lamp,10\n", false).await;
        let policy = "Handle,Variant Inventory Policy";
        let tracker = "Handle,Variant Inventory Tracker";
        for (file, expected, notes) in [
            (
                "Handle,Variant Price\nlamp,12\n".to_owned(),
                (NotCounted, 0),
                0,
            ),
            (format!("{tracker}\nlamp,shopify\n"), (NotCounted, 0), 1),
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
            (format!("{policy}\nlamp,deny\n"), (Continue, 3), 1),
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
    });
}

#[test]
fn a_count_goes_with_what_was_sold_below_zero() {
    run_module("catalog", |db| async move {
        let world = world(&db).await;
        let columns = "Handle,Title,Variant Price,Variant Inventory Policy,Variant Inventory Qty";
        import(
            &world,
            &format!("{columns}\nlamp,Lamp,10,continue,1\n"),
            false,
        )
        .await;
        let lamp = product(&world, "lamp").await.variants[0].id;
        world.reserve(1, vec![line(lamp, 5)]).await.unwrap();
        let order = &world.order;
        world.api.commit_reservation(order, key(1)).await.unwrap();
        world.reserve(2, vec![line(lamp, 3)]).await.unwrap();
        assert_eq!(stock(&world, "lamp").await, (Continue, -4));
        // To be counted there must be what is reserved.
        import(&world, &format!("{columns}\nlamp,Lamp,10,deny,2\n"), false).await;
        assert_eq!(stock(&world, "lamp").await, (Counted, 3));
        import(
            &world,
            &format!("{columns}\nlamp,Lamp,10,continue,1\n"),
            false,
        )
        .await;
        assert_eq!(stock(&world, "lamp").await, (Continue, 1));
    });
}

//! SKUs that a file does not give, gives twice or gives to others.

use super::*;

/// A file of one product's sizes, each with its SKU.
fn sizes(handle: &str, sizes: &[(&str, &str)]) -> String {
    let mut file = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,\
                    Variant Inventory Qty,Status\n"
        .to_owned();
    for (size, sku) in sizes {
        file += &format!("{handle},{handle},Size,{size},{sku},10,1,active\n");
    }
    file
}

/// Each variant's size, id and SKU, by size.
async fn variants(world: &World, slug: &str) -> Vec<(String, String, String)> {
    let product = product(world, slug).await;
    let variants = product.variants.into_iter();
    let mut all: Vec<_> = variants
        .map(|v| (v.options[0].value.clone(), v.id.to_string(), v.sku))
        .collect();
    all.sort();
    all
}

/// A product and its variants: handle; value, SKU.
type Rows<'a> = (&'a str, &'a [(&'a str, &'a str)]);

#[feira_testkit::test("catalog")]
async fn a_made_up_sku_is_the_variants_wherever_it_stands(world: World) {
    import(
        &world,
        &sizes("tee", &[("S", ""), ("M", ""), ("L", "")]),
        false,
    )
    .await;
    let first = variants(&world, "tee").await;
    for more in [
        sizes("tee", &[("XS", ""), ("S", ""), ("M", ""), ("L", "")]),
        sizes("tee", &[("L", ""), ("XXL", ""), ("S", "")]),
        sizes("tee", &[("M", "tee/M"), ("XS", ""), ("XXL", "")]),
    ] {
        let report = import(&world, &more, false).await;
        assert_eq!((report.refused, report.notes.len()), (0, 0), "{report:?}");
    }
    let last = variants(&world, "tee").await;
    assert_eq!(last.len(), 5);
    assert!(
        first.iter().all(|variant| last.contains(variant)),
        "{last:?}"
    );

    let long = "a-handle-that-says-all-that-there-is-to-say-of-the-thing-";
    let alike = format!(
        "{}{long}red,Red,Size,S,,10,1,active\n{long}blue,Blue,Size,S,,10,1,active\n\
         {long}{long},Green,Size,S,,10,1,active\n",
        sizes("", &[])
    );
    let report = import(&world, &alike, false).await;
    assert_eq!((report.products_created, report.notes.len()), (3, 0));
}

#[feira_testkit::test("catalog")]
async fn repeated_skus_are_told_apart_for_good(world: World) {
    let hat = sizes("hat", &[("S", "N/A"), ("M", "N/A")]);
    let cap = sizes("cap", &[("S", "N/A")]);
    let both = hat + cap.lines().nth(1).unwrap();
    let dry = import(&world, &both, true).await;
    let real = import(&world, &both, false).await;
    same(dry, &real);
    assert_eq!(
        (real.products_created, real.variants, real.refused),
        (2, 3, 0)
    );
    assert_eq!(
        told(&real, false),
        [(3, "duplicate_sku"), (4, "duplicate_sku")]
    );
    let before = (variants(&world, "hat").await, variants(&world, "cap").await);
    assert_eq!(before.0[1].2, "N/A", "who comes first has it as it is");
    // Other orders of the same rows change nothing.
    for again in [cap, sizes("hat", &[("M", "N/A"), ("S", "N/A")]), both] {
        let report = import(&world, &again, false).await;
        assert_eq!(report.refused, 0, "{report:?}");
        let after = (variants(&world, "hat").await, variants(&world, "cap").await);
        assert_eq!(after, before);
    }
}

#[feira_testkit::test("catalog")]
async fn variants_take_each_others_skus(world: World) {
    let first = [("L", "C"), ("M", "B"), ("S", "A")];
    import(&world, &sizes("tee", &first), false).await;
    let ids = variants(&world, "tee").await;
    let taken: [&[(&str, &str)]; 4] = [
        &[("L", "C"), ("M", "A"), ("S", "B")],
        &[("L", "B"), ("M", "C"), ("S", "A")],
        &[("L", "D"), ("M", "B"), ("S", "C")],
        // A new one takes what an old one gives up.
        &[("L", "E"), ("M", "B"), ("S", "C"), ("XS", "D")],
    ];
    for skus in taken {
        let report = import(&world, &sizes("tee", skus), false).await;
        assert_eq!((report.refused, report.notes.len()), (0, 0), "{report:?}");
        let found = variants(&world, "tee").await;
        let found_skus: Vec<_> = found.iter().map(|v| (v.0.as_str(), v.2.as_str())).collect();
        assert_eq!(found_skus, skus);
        assert!(ids.iter().zip(&found).all(|(old, new)| old.1 == new.1));
    }
}

/// A file of several products.
fn file(products: &[(&str, &[(&str, &str)])]) -> String {
    let mut file = sizes("", &[]);
    for (handle, rows) in products {
        let one = sizes(handle, rows);
        file.extend(one.lines().skip(1).flat_map(|line| [line, "\n"]));
    }
    file
}

/// `S A, M B`.
async fn skus(world: &World, slug: &str) -> String {
    let variants = variants(world, slug).await.into_iter();
    let skus: Vec<String> = variants
        .map(|(size, _, sku)| format!("{size} {sku}"))
        .collect();
    skus.join(", ")
}

#[feira_testkit::test("catalog")]
async fn products_take_each_others_skus(world: World) {
    let start: [(&str, &[(&str, &str)]); 3] = [
        ("pan", &[("S", "A")]),
        ("pot", &[("S", "B")]),
        ("jar", &[("M", "D"), ("S", "C")]),
    ];
    import(&world, &file(&start), false).await;
    let pan = variants(&world, "pan").await;
    let changes: [&[Rows<'_>]; 4] = [
        // Two of them; three in a ring.
        &[("pan", &[("S", "B")]), ("pot", &[("S", "A")])],
        &[
            ("pan", &[("S", "C")]),
            ("pot", &[("S", "B")]),
            ("jar", &[("M", "D"), ("S", "A")]),
        ],
        // A new one takes from one that takes from another.
        &[
            ("cup", &[("S", "C")]),
            ("pan", &[("S", "D")]),
            ("jar", &[("M", "E"), ("S", "A")]),
        ],
        // Who takes comes after who gives.
        &[("jar", &[("M", "F"), ("S", "A")]), ("pot", &[("S", "E")])],
    ];
    for products in changes {
        let dry = import(&world, &file(products), true).await;
        let real = import(&world, &file(products), false).await;
        same(dry, &real);
        assert_eq!((real.refused, real.notes.len()), (0, 0), "{real:?}");
        for (handle, rows) in products {
            let expected: Vec<_> = rows.iter().map(|(s, sku)| format!("{s} {sku}")).collect();
            assert_eq!(skus(&world, handle).await, expected.join(", "));
        }
    }
    assert_eq!(variants(&world, "pan").await[0].1, pan[0].1);
}

#[feira_testkit::test("catalog")]
async fn who_is_refused_gives_no_sku_up(world: World) {
    let first: [(&str, &[(&str, &str)]); 3] = [
        ("pan", &[("S", "A")]),
        ("pot", &[("S", "B")]),
        ("jar", &[("S", "C")]),
    ];
    import(&world, &file(&first), false).await;
    let turned: [(&str, &[(&str, &str)]); 3] = [
        ("pan", &[("S", "B")]),
        ("pot", &[("S", "C")]),
        ("jar", &[("S", "A")]),
    ];
    let turned = file(&turned).replace("pot,pot", "pot,pot\u{7}");
    let dry = import(&world, &turned, true).await;
    let real = import(&world, &turned, false).await;
    same(dry, &real);
    assert_eq!(told(&real, true), [(3, "request.control_character")]);
    assert_eq!(told(&real, false), [(2, "duplicate_sku")]);
    assert_eq!(skus(&world, "pot").await, "S B");
    assert_eq!(skus(&world, "jar").await, "S A");
    assert!(skus(&world, "pan").await.starts_with("S B-"));
}

//! What a report leaves out and what is asked for later; prices that are not known yet.

use feira_catalog::{ImportId, ImportNote, ProductChange};
use feira_kernel::db;
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use super::*;

async fn notes(world: &World, id: ImportId, code: Option<&str>) -> Vec<ImportNote> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(Some(10), cursor).unwrap();
        let code = code.map(str::to_owned);
        let found = world.api.import_notes(&world.ana, id, code, page).await;
        let found = found.unwrap();
        all.extend(found.items);
        cursor = found.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

#[feira_testkit::test("catalog")]
async fn the_rest_of_a_report_is_told_on_request(db: TestDb, world: World) {
    let mut file = "handle;title;status;PRICE;Product image URL\n".to_owned();
    for number in 1..=23 {
        file += &format!("good-{number};Good;active;1,50;https://img.example/{number}.jpg\n");
    }
    for number in 1..=7 {
        file += &format!("bad-{number};Bad;active;1.5.0;\n");
    }
    let report = import(&world, &file, false).await;
    let kinds = report.notes.iter().map(|kind| {
        let code = kind.code.trim_start_matches("catalog.");
        (code, kind.refused, kind.count, kind.first.len())
    });
    let expected = [
        ("bad_price", true, 7, 5),
        ("image_not_fetched", false, 23, 5),
        ("not_counted", false, 1, 1),
    ];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    assert_eq!((report.products_created, report.refused), (23, 7));
    let again = world.api.import_report(&world.ana, report.id).await;
    assert_eq!(again.unwrap(), report);
    let all = notes(&world, report.id, None).await;
    let lines: Vec<u64> = all.iter().map(|note| note.line).collect();
    assert_eq!(
        lines,
        (25..=31).chain(2..=24).chain([1]).collect::<Vec<_>>()
    );
    assert_eq!(all[..5], report.notes[0].first[..]);
    let prices = notes(&world, report.id, Some("catalog.bad_price")).await;
    assert_eq!(prices, all[..7]);
    assert_eq!(prices[6].column.as_deref(), Some("PRICE"));
    assert!(notes(&world, report.id, Some("x")).await.is_empty());

    let other = ImportId(Uuid::from_u128(7));
    for (actor, id) in [(&world.bia, report.id), (&world.ana, other)] {
        let page = PageRequest::default();
        let hidden = world.api.import_notes(actor, id, None, page).await;
        assert_eq!(hidden.unwrap_err().kind(), ErrorKind::NotFound);
        let hidden = world.api.import_report(actor, id).await;
        assert_eq!(hidden.unwrap_err().kind(), ErrorKind::NotFound);
    }
    // A dry run tells as much, and all of it is forgotten after a month.
    let dry = import(&world, &file, true).await;
    assert_eq!(notes(&world, dry.id, None).await.len(), 7 + 23);
    db.clock().advance(Duration::days(29));
    world.runner.settle().await.unwrap();
    assert_eq!(notes(&world, report.id, None).await.len(), all.len());
    db.clock().advance(Duration::days(2));
    world.runner.settle().await.unwrap();
    let page = PageRequest::default();
    let gone = world
        .api
        .import_notes(&world.ana, report.id, None, page)
        .await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::NotFound);
}

/// Each file has `pictures` lines of which only something is noted, and `refused` ones with a bad price.
#[feira_testkit::test("catalog")]
async fn a_report_of_thousands_is_a_few_lines_refusals_first(world: World) {
    for (pictures, refused) in [(3_174, 0), (1_545 - 73, 73), (4_001, 1), (1, 12)] {
        let mut file = "Handle,Title,Status,Variant Inventory Tracker,Variant Inventory Qty,\
                        Variant Price,Image Src\n"
            .to_owned();
        let picture = "https://img.example/1.jpg";
        file += &format!("mug,Mug,active,shopify,1,10,{picture}\n");
        file += &format!("mug,,,,,,{picture}\n").repeat(pictures - 1);
        for number in 0..refused {
            file += &format!("bad-{number},Bad,active,shopify,1,free,\n");
        }
        let report = import(&world, &file, true).await;
        let kinds: Vec<_> = report
            .notes
            .iter()
            .map(|kind| (&*kind.code, kind.count as usize, kind.first.len()))
            .collect();
        let images = ("catalog.image_not_fetched", pictures, pictures.min(5));
        let prices = ("catalog.bad_price", refused, refused.min(5));
        let expected: &[_] = if refused == 0 {
            &[images]
        } else {
            &[prices, images]
        };
        assert_eq!(kinds, expected);
        assert_eq!(report.refused as usize, refused);
        for kind in &report.notes {
            let column = kind.first[0].column.as_deref();
            let (line, expected) = match kind.refused {
                true => (pictures + 2, "Variant Price"),
                false => (2, "Image Src"),
            };
            assert_eq!(
                (kind.first[0].line as usize, column),
                (line, Some(expected))
            );
        }
    }
}

/// They are written and deleted in parts; what cannot be kept takes nothing back.
#[feira_testkit::test("catalog")]
async fn many_notes_are_kept_and_forgotten_and_none_of_them_matters(db: TestDb, world: World) {
    let columns = "Handle,Title,Variant Price,Image Src";
    let rows = |handle: &str| {
        let first = format!("{columns}\n{handle},Pictured,10,https://img.example/0.jpg\n");
        first + &format!("{handle},,,https://img.example/1.jpg\n").repeat(1_200)
    };
    let kept = async || {
        let sql = "SELECT count(*) FROM import_notes";
        let kept: Option<i64> = db::scalar(world.env.pool.read(), sql, Vec::new())
            .await
            .unwrap();
        kept.unwrap()
    };
    let report = import(&world, &rows("a"), false).await;
    let all = i64::from(report.notes.iter().map(|kind| kind.count).sum::<u32>());
    assert!(all > 1_200, "{all}");
    assert_eq!(kept().await, all);
    db.clock().advance(Duration::days(31));
    world.runner.settle().await.unwrap();
    assert_eq!(kept().await, 0);
    let page = PageRequest::default();
    let gone = world.api.import_notes(&world.ana, report.id, None, page);
    assert_eq!(gone.await.unwrap_err().kind(), ErrorKind::NotFound);

    db.fill_up("catalog.import_notes", "53100").await;
    let full = import(&world, &rows("b"), false).await;
    db.mend("catalog.import_notes").await;
    assert_eq!(full.products_created, 1);
    let told = |report: &ImportReport| {
        let kinds = report.notes.iter();
        let told = kinds.map(|kind| (kind.code.clone(), kind.count, kind.first.len()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(&full), told(&report));
}

#[feira_testkit::test("catalog")]
async fn a_product_is_published_when_it_has_its_price(world: World) {
    use ProductStatus::{Active, Draft};
    let columns = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status,\
                   Variant Inventory Qty";
    let vase = |small: &str, large: &str, status: &str| {
        let first = format!("vase,Vase,Size,S,VASE-S,{small},{status},1");
        format!("{columns}\n{first}\nvase,,,L,VASE-L,{large},,1\n")
    };
    let after = async |file: &str| {
        let report = import(&world, file, false).await;
        assert_eq!(report.refused, 0, "{report:?}");
        let told = told(&report, false);
        let free = told.iter().filter(|(_, code)| *code == "price_of_zero");
        let lines: Vec<u64> = free.map(|(line, _)| *line).collect();
        (product(&world, "vase").await.status, lines)
    };
    let published = async || {
        let change = ProductChange {
            status: Some(Active),
            ..ProductChange::default()
        };
        let id = product(&world, "vase").await.id;
        let changed = world.api.update_product(&world.ana, id, change).await;
        changed.map_err(|error| error.fields()[0].code.clone())
    };
    assert_eq!(after(&vase("10", "0.00", "active")).await, (Draft, vec![3]));
    assert_eq!(published().await.unwrap_err(), "catalog.without_price");
    // The file has no price, so the one of 0 stays.
    let silent = "Handle,Status\nvase,active\n";
    assert_eq!(after(silent).await, (Draft, vec![2]));
    assert_eq!(after(&vase("10", "12", "active")).await, (Active, vec![]));
    assert_eq!(after(&vase("0", "12", "")).await, (Draft, vec![2]));
    assert_eq!(
        after(&vase("0.0", "0.00", "active")).await,
        (Draft, vec![2])
    );
    assert_eq!(after(&vase("10", "12", "")).await, (Draft, vec![]));
    assert_eq!(published().await.unwrap().status, Active);
}

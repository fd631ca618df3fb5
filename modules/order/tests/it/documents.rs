//! Fiscal documents: what is taken, who sees it, and what waits for it.

use feira_kernel::{Actor, IdempotencyKey, PageRequest, token::TokenHash};
use feira_order::{
    NewFiscalDocument, Order, OrderError, OrderFilter, OrderId, SellerOrder, Settings,
    StoreOrderFilter, StoreOrderId,
};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::{
    fulfilment::send_all,
    support::{World, card, code, field, guest, operator, person, seller},
};

/// Of the company of both stores.
const KEYS: [&str; 3] = [
    "35260311222333000181550010000000011123456010",
    "35260311222333000181550010000000021123456026",
    "35260311222333000181550010000000031123456031",
];
const ANOTHER_COMPANYS: &str = "35260311444777000161550010000000011876543212";
const PDF: &[u8] = b"%PDF-1.7 a document";

fn document(key: &str, file: &[u8]) -> NewFiscalDocument {
    NewFiscalDocument {
        key: key.to_owned(),
        file: file.to_vec(),
    }
}

async fn set(
    world: &World,
    actor: &Actor,
    part: StoreOrderId,
    document: NewFiscalDocument,
) -> Result<SellerOrder, OrderError> {
    let set = world
        .orders
        .set_fiscal_document(actor, part, document, None);
    set.await
}

/// Delivered, and its return window is over.
async fn completed(world: &World, order: &Order) {
    send_all(world, order).await;
    for part in &order.store_orders {
        let arrived = world
            .orders
            .deliver(&seller(part.store), part.id, None)
            .await;
        arrived.unwrap();
    }
    world.settle_after(Duration::days(8)).await;
}

fn asking(settings: &mut Settings) {
    settings.document_before_payout = true;
}

#[feira_testkit::test("orders")]
async fn a_document_is_kept_once_and_seen_by_who_may(world: World) {
    let ana = guest("ana");
    let placed = world.buy(&ana, card("tok_approved")).await;
    let serra = World::part(&placed.order, &world.serra);
    let (own, other) = (seller(world.serra.id), seller(world.mar.id));
    let before = world.order(placed.order.id).await.version;

    let kept = set(&world, &own, serra, document(KEYS[0], PDF)).await;
    let kept = kept.unwrap().store_order.fiscal_document.unwrap();
    assert_eq!((kept.series, kept.number), (1, 1));
    assert_eq!(kept.media_type.as_deref(), Some("application/pdf"));
    // The same again changes nothing, another file does.
    let again = set(&world, &own, serra, document(KEYS[0], PDF)).await;
    let version = again.unwrap().version;
    let replaced = set(&world, &own, serra, document(KEYS[0], b"<NFe/>")).await;
    assert_eq!(replaced.unwrap().version, version + 1);
    let without = set(&world, &own, serra, document(KEYS[0], b"")).await;
    assert_eq!(without.unwrap().version, version + 1);
    assert_eq!(world.count("audit").await, 2);
    // Which it was before, whatever claimed the earning meanwhile.
    let told = format!(
        "audit WHERE details->>'key' = '{0}' AND details->>'before' = '{0}'",
        KEYS[0]
    );
    assert_eq!(world.count(&told).await, 1);
    let first = "audit WHERE details->>'before' IS NULL";
    assert_eq!(world.count(first).await, 1);
    assert_eq!(world.order(placed.order.id).await.version, before + 2);

    let holder = Actor::guest(TokenHash::of(&placed.order_token.unwrap()));
    for sees in [&own, &ana, &holder, &operator()] {
        let file = world.orders.fiscal_file(sees, serra, None).await.unwrap();
        assert_eq!(
            (&*file.media_type, &*file.bytes),
            ("application/xml", &b"<NFe/>"[..])
        );
    }
    let order = world.orders.order(&ana, placed.order.id).await.unwrap();
    let parts = order.store_orders.iter();
    let shown = parts.map(|part| part.fiscal_document.is_some());
    assert_eq!(shown.collect::<Vec<_>>(), [true, false]);

    let foreign = set(&world, &other, serra, document(KEYS[1], PDF)).await;
    assert_eq!(code(foreign), "order.not_found");
    // Of the order that it is of, and of no other, also of another one of hers.
    let order = placed.order.id;
    let beside = world.buy(&ana, card("tok_approved")).await.order.id;
    for sees in [&own, &ana, &operator()] {
        let file = world.orders.fiscal_file(sees, serra, Some(order)).await;
        file.unwrap();
        for wrong in [beside, OrderId(serra.0)] {
            let file = world.orders.fiscal_file(sees, serra, Some(wrong)).await;
            assert_eq!(code(file), "order.not_found", "{sees:?}");
        }
    }
    for blind in [&other, &guest("bea")] {
        let file = world.orders.fiscal_file(blind, serra, None).await;
        assert_eq!(code(file), "order.not_found", "{blind:?}");
    }
    // Used by another part already.
    let mar = World::part(&placed.order, &world.mar);
    let twice = set(&world, &other, mar, document(KEYS[0], PDF)).await;
    assert_eq!(field(twice), "request.taken");
    let nothing = world.orders.fiscal_file(&other, mar, None).await;
    assert_eq!(code(nothing), "order.not_found");
}

#[feira_testkit::test("orders")]
async fn what_is_no_document_of_the_store_is_refused(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let serra = World::part(&placed.order, &world.serra);
    let own = seller(world.serra.id);
    for (given, why) in [
        (document("", PDF), "order.fiscal_key"),
        (document(&KEYS[0][..43], PDF), "order.fiscal_key"),
        (document(&format!("{}0", KEYS[0]), PDF), "order.fiscal_key"),
        (
            document(&format!("{}9", &KEYS[0][..43]), PDF),
            "order.fiscal_key_digit",
        ),
        (document(ANOTHER_COMPANYS, PDF), "order.fiscal_key_issuer"),
        (document(KEYS[0], b"\x89PNG"), "order.fiscal_file"),
        (
            document(KEYS[0], &[PDF, &[b' '; 1_048_576]].concat()),
            "order.fiscal_file",
        ),
    ] {
        let refused = set(&world, &own, serra, given).await;
        assert_eq!(field(refused), why);
    }
    assert_eq!(world.count("fiscal_documents").await, 0);
    let nobody = StoreOrderId(uuid::Uuid::from_u128(77));
    let nothing = set(&world, &own, nobody, document(KEYS[0], PDF)).await;
    assert_eq!(code(nothing), "order.not_found");
    let buyer = set(&world, &person(), serra, document(KEYS[0], PDF)).await;
    assert_eq!(code(buyer), "order.forbidden");
}

#[feira_testkit::test("orders")]
async fn a_key_has_one_effect(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let serra = World::part(&placed.order, &world.serra);
    let own = seller(world.serra.id);
    let key = |fingerprint: &str| IdempotencyKey {
        route: "document".to_owned(),
        key: "k".to_owned(),
        fingerprint: fingerprint.to_owned(),
    };
    let keyed = async |number: usize, fingerprint: &str| {
        let (given, key) = (document(KEYS[number], PDF), key(fingerprint));
        let set = world
            .orders
            .set_fiscal_document(&own, serra, given, Some(key));
        set.await
    };
    let kept = |order: SellerOrder| order.store_order.fiscal_document.unwrap().key;
    assert_eq!(kept(keyed(0, "a").await.unwrap()), KEYS[0]);
    // Replaced meanwhile, the first key is still that of the first request.
    set(&world, &own, serra, document(KEYS[1], PDF))
        .await
        .unwrap();
    assert_eq!(kept(keyed(0, "a").await.unwrap()), KEYS[1]);
    assert_eq!(field(keyed(2, "b").await), "request.idempotency_key_reused");
}

#[feira_testkit::test("orders")]
async fn without_the_setting_nothing_waits(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    completed(&world, &placed.order).await;
    assert_eq!(world.payments.releases().len(), 2);
    assert_eq!(
        world
            .count("store_orders WHERE earning_held_at IS NOT NULL")
            .await,
        0
    );
    let own = seller(world.serra.id);
    let serra = World::part(&placed.order, &world.serra);
    let shown = world.orders.store_order(&own, serra).await.unwrap();
    assert!(!shown.lacks_document);
    assert_eq!(
        world
            .orders
            .seller_figures(&own)
            .await
            .unwrap()
            .undocumented,
        0
    );
}

#[feira_testkit::test("orders")]
async fn an_earning_waits_for_its_document(db: TestDb) {
    let world = World::with(&db, asking).await;
    let placed = world.buy(&person(), card("tok_approved")).await;
    let [serra, mar] = [&world.serra, &world.mar].map(|store| World::part(&placed.order, store));
    let (own, other) = (seller(world.serra.id), seller(world.mar.id));
    let released = || -> Vec<uuid::Uuid> {
        let releases = world.payments.releases().into_iter();
        releases.map(|release| release.part.0).collect()
    };
    // One has its document before the end of the window.
    set(&world, &other, mar, document(KEYS[0], b""))
        .await
        .unwrap();
    completed(&world, &placed.order).await;
    assert_eq!(released(), [mar.0]);
    let shown = world.orders.store_order(&own, serra).await.unwrap();
    assert!(shown.lacks_document && shown.store_order.completed_at.is_some());
    assert_eq!(
        world
            .orders
            .seller_figures(&own)
            .await
            .unwrap()
            .undocumented,
        1
    );
    let lacking = StoreOrderFilter {
        undocumented: true,
        ..Default::default()
    };
    let list = async |actor: &Actor| {
        let page = PageRequest::default();
        let found = world.orders.store_orders(actor, lacking.clone(), page);
        found.await.unwrap().items
    };
    let found = list(&own).await;
    assert_eq!((found.len(), found[0].id), (1, serra));
    assert!(found[0].lacks_document && !found[0].documented);
    assert!(list(&other).await.is_empty());
    // Operators see whole orders, of any store.
    let lacks = async || {
        let filter = OrderFilter {
            undocumented: true,
            ..Default::default()
        };
        let (page, operator) = (PageRequest::default(), operator());
        let found = world.orders.orders(&operator, filter, page);
        let found = found.await.unwrap().items;
        found.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(lacks().await, [placed.order.id]);
    world.settle_after(Duration::days(30)).await;
    assert_eq!(released(), [mar.0], "time alone releases nothing");

    set(&world, &own, serra, document(KEYS[1], PDF))
        .await
        .unwrap();
    world.settle_after(Duration::minutes(2)).await;
    assert_eq!(released(), [mar.0, serra.0]);
    world.settle_after(Duration::minutes(2)).await;
    assert_eq!(released(), [mar.0, serra.0], "released once");
    assert!(list(&own).await.is_empty());
    assert_eq!(lacks().await, []);
}

#[feira_testkit::test("orders")]
async fn what_waited_is_released_when_no_document_is_asked_for_any_more(db: TestDb) {
    let world = World::with(&db, asking).await;
    let placed = world.buy(&person(), card("tok_approved")).await;
    completed(&world, &placed.order).await;
    assert_eq!(world.payments.releases().len(), 0);
    let later = world.restarted(|_| {});
    later.settle().await.unwrap();
    db.clock().advance(Duration::minutes(2));
    later.settle().await.unwrap();
    assert_eq!(world.payments.releases().len(), 2);
    assert_eq!(
        world
            .count("store_orders WHERE earning_held_at IS NOT NULL")
            .await,
        0
    );
}

#[feira_testkit::test("orders")]
async fn a_day_of_the_store_begins_and_ends_by_its_clocks(db: TestDb, world: World) {
    let own = seller(world.serra.id);
    // 2026-03-31 23:59:59 and 2026-04-01 00:00:00 in Sao Paulo.
    let border = time::macros::datetime!(2026-04-01 03:00 UTC);
    let mut placed = Vec::new();
    for at in [border - Duration::seconds(1), border] {
        db.clock().set(at);
        placed.push(world.buy(&person(), card("tok_approved")).await.order);
    }
    let numbers = async |from: &str, to: &str| -> Vec<String> {
        let filter = StoreOrderFilter {
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            ..Default::default()
        };
        let found = world
            .orders
            .store_orders(&own, filter, PageRequest::default());
        let found = found.await.unwrap().items.into_iter();
        found.map(|order| order.number).collect()
    };
    let [before, after] = [0, 1].map(|at: usize| {
        let mut parts = placed[at].store_orders.iter();
        let part = parts.find(|part| part.store == world.serra.id);
        part.unwrap().number.clone()
    });
    assert_eq!(
        numbers("2026-03-01", "2026-03-31").await,
        std::slice::from_ref(&before)
    );
    assert_eq!(
        numbers("2026-04-01", "2026-04-30").await,
        std::slice::from_ref(&after)
    );
    assert_eq!(numbers("2026-03-31", "2026-04-01").await, [after, before]);
    let nonsense = StoreOrderFilter {
        from: Some("yesterday".to_owned()),
        ..Default::default()
    };
    let refused = world
        .orders
        .store_orders(&own, nonsense, PageRequest::default());
    assert_eq!(field(refused.await), "request.day");
}

#[feira_testkit::test("orders")]
async fn a_file_that_an_earlier_release_kept_in_the_table_is_read(world: World) {
    let placed = world.buy(&person(), card("tok_approved")).await;
    let serra = World::part(&placed.order, &world.serra);
    let own = seller(world.serra.id);
    let given = || document(KEYS[0], b"<NFe/>");
    set(&world, &own, serra, given()).await.unwrap();
    let earlier = "UPDATE orders.fiscal_documents SET file = '<NFe/>', file_key = NULL";
    let owner = world.db.owner().await;
    owner.execute_unprepared(earlier).await.unwrap();
    let file = world.orders.fiscal_file(&own, serra, None).await.unwrap();
    assert_eq!(file.bytes, b"<NFe/>");

    // The same file changes nothing; another one takes its place, among the files.
    set(&world, &own, serra, given()).await.unwrap();
    let in_table = "fiscal_documents WHERE file IS NOT NULL AND file_key IS NULL";
    assert_eq!(world.count(in_table).await, 1);
    let other = document(KEYS[0], PDF);
    set(&world, &own, serra, other).await.unwrap();
    let beside = "fiscal_documents WHERE file IS NULL AND file_key LIKE '%.pdf'";
    assert_eq!(world.count(beside).await, 1);
    let file = world.orders.fiscal_file(&own, serra, None).await.unwrap();
    assert_eq!(file.bytes, PDF);
}

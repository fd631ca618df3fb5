use feira_catalog::{
    Adjustment, CatalogError, MovementReason, Restock, StockChange, StockLow, VariantId,
};
use feira_kernel::{Actor, ErrorKind, ModuleError, PageRequest, idempotency::REUSED};
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, adjust, key, line, once, seller_with};

async fn reasons(world: &World, variant: VariantId) -> Vec<(MovementReason, i64, i64)> {
    let page = world
        .api
        .movements(&world.ana, variant, PageRequest::first(100))
        .await
        .unwrap();
    let mut moved: Vec<_> = page
        .items
        .iter()
        .map(|m| (m.reason, m.on_hand_change, m.reserved_change))
        .collect();
    moved.reverse();
    moved
}

#[feira_testkit::test("catalog")]
async fn every_change_is_a_movement(db: TestDb, world: World) {
    use MovementReason as R;
    let [a, _] = world.two("Moves", 20).await;
    let by = adjust(a, StockChange::By(-3));
    let level = world.adjust(by).await.unwrap();
    assert_eq!((level.on_hand, level.reserved), (17, 0));
    let to = Adjustment {
        reason: R::Restock,
        note: Some("counted".to_owned()),
        ..adjust(a, StockChange::To(25))
    };
    world.adjust(to).await.unwrap();
    world.reserve(1, vec![line(a, 4)]).await.unwrap();
    world.reserve(2, vec![line(a, 1)]).await.unwrap();
    let order = &world.order;
    world.api.commit_reservation(order, key(1)).await.unwrap();
    world.api.release_reservation(order, key(2)).await.unwrap();
    let back = Restock {
        key: Uuid::from_u128(1),
        reservation: Some(key(1)),
        lines: vec![line(a, 4)],
        reason: R::Returned,
        reference: "order 1".to_owned(),
    };
    world.api.restock(order, back).await.unwrap();
    world.reserve(3, vec![line(a, 2)]).await.unwrap();
    db.clock().advance(Duration::minutes(16));
    world.runner.settle().await.unwrap();
    assert_eq!(
        reasons(&world, a).await,
        [
            (R::Initial, 20, 0),
            (R::Adjustment, -3, 0),
            (R::Restock, 8, 0),
            (R::Reserved, 0, 4),
            (R::Reserved, 0, 1),
            (R::OrderPlaced, -4, -4),
            (R::Released, 0, -1),
            (R::Returned, 4, 0),
            (R::Reserved, 0, 2),
            (R::Expired, 0, -2),
        ]
    );
    assert_eq!(world.stock(a).await, (25, 0));
    let first = PageRequest::first(4);
    let page = world.api.movements(&world.ana, a, first).await.unwrap();
    let next = PageRequest::new(Some(100), page.next_cursor).unwrap();
    let rest = world.api.movements(&world.ana, a, next).await.unwrap();
    assert_eq!((page.items.len(), rest.items.len()), (4, 6));
    assert_eq!(rest.next_cursor, None);
    assert_eq!(rest.items[5].actor, world.ana.label());
    assert_eq!(page.items[0].actor, "system:catalog");
}

#[feira_testkit::test("catalog")]
async fn an_adjustment_keeps_what_is_reserved_and_its_key(world: World) {
    let [a, b] = world.two("Kept", 10).await;
    world.reserve(1, vec![line(a, 6)]).await.unwrap();
    for (change, code, least) in [
        (StockChange::To(5), "catalog.below_reserved", 6),
        (StockChange::By(-5), "catalog.above_available", -4),
    ] {
        let refused = world.adjust(adjust(a, change)).await;
        let refused = refused.unwrap_err();
        let field = &refused.fields()[0];
        assert_eq!((field.code.as_str(), field.min), (code, Some(least)));
    }
    for change in [
        StockChange::By(0),
        StockChange::By(i64::MIN),
        StockChange::To(u32::MAX),
    ] {
        let refused = world.adjust(adjust(a, change)).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    }
    for _ in 0..2 {
        let five = adjust(a, StockChange::By(5));
        let level = world.api.adjust_stock(&world.ana, five, Some(once("five")));
        assert_eq!(level.await.unwrap().on_hand, 15, "and once only");
    }
    let other = adjust(b, StockChange::By(5));
    let other = world
        .api
        .adjust_stock(&world.ana, other, Some(once("other")));
    assert_eq!(other.await.unwrap_err().fields()[0].code, REUSED);
    assert_eq!(world.stock(a).await, (15, 6));
    for (change, pointer) in [
        (StockChange::By(0), "/by"),
        (StockChange::By(-1_000), "/by"),
        (StockChange::To(u32::MAX), "/to"),
    ] {
        let refused = world.adjust(adjust(a, change)).await;
        assert_eq!(refused.unwrap_err().fields()[0].pointer, pointer);
    }
    let wrong = Adjustment {
        reason: MovementReason::OrderPlaced,
        ..adjust(a, StockChange::By(1))
    };
    let refused = world.adjust(wrong).await.unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/reason");
}

#[feira_testkit::test("catalog")]
async fn stock_is_the_stores_own(world: World) {
    let [a, _] = world.two("Own", 10).await;
    let page = PageRequest::default;
    let by = || adjust(a, StockChange::By(1));
    let foreign = world.api.adjust_stock(&world.bia, by(), None).await;
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::NotFound);
    let foreign = world.api.movements(&world.bia, a, page()).await;
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::NotFound);
    let no_right = seller_with(world.first, 9, &[feira_catalog::EDIT_PRODUCTS]);
    for actor in [no_right, Actor::stranger(), Actor::system("order")] {
        let refused = world.api.adjust_stock(&actor, by(), None).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
        let refused = world.api.movements(&actor, a, page()).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    }
}

#[feira_testkit::test("catalog")]
async fn low_stock_is_told_once_until_there_is_more(world: World) {
    let [a, _] = world.two("Low", 8).await;
    let sell = async |number, quantity| {
        world
            .reserve(number, vec![line(a, quantity)])
            .await
            .unwrap();
        let sold = world.api.commit_reservation(&world.order, key(number));
        sold.await.unwrap();
        world.runner.settle().await.unwrap();
        world
            .lows
            .lock()
            .unwrap()
            .iter()
            .map(|l| l.available)
            .collect::<Vec<_>>()
    };
    assert!(sell(1, 2).await.is_empty(), "6 are more than 5");
    assert_eq!(sell(2, 1).await, [5]);
    assert_eq!(sell(3, 1).await, [5], "told already");
    let more = adjust(a, StockChange::To(7));
    world.adjust(more).await.unwrap();
    assert_eq!(
        sell(4, 3).await,
        [5, 4],
        "there was more, and it is low again"
    );
    let event = world.lows.lock().unwrap()[0].clone();
    assert_eq!((event.variant, event.store), (a, world.first));
}

#[test]
fn the_event_reads_as_it_was_recorded() {
    let id = |n| Uuid::from_u128(n);
    let event = StockLow {
        variant: VariantId(id(1)),
        product: feira_catalog::ProductId(id(2)),
        store: feira_kernel::StoreId(id(3)),
        version: 4,
        available: 5,
    };
    insta::assert_json_snapshot!("catalog.stock_low.v1", event);
    let recorded = r#"{"variant":"00000000-0000-0000-0000-000000000001","product":"00000000-0000-0000-0000-000000000002",
        "store":"00000000-0000-0000-0000-000000000003","version":4,"available":5,"added_later":true}"#;
    assert_eq!(serde_json::from_str::<StockLow>(recorded).unwrap(), event);
}

#[feira_testkit::test("catalog")]
async fn expiry_frees_many_and_only_what_is_due(db: TestDb, world: World) {
    let [a, b] = world.two("Expiring", 500).await;
    for number in 0..120 {
        world.reserve(number, vec![line(a, 1)]).await.unwrap();
    }
    db.clock().advance(Duration::minutes(10));
    world
        .reserve(900, vec![line(a, 1), line(b, 1)])
        .await
        .unwrap();
    db.clock().advance(Duration::minutes(6));
    world.runner.settle().await.unwrap();
    assert_eq!(world.stock(a).await, (500, 1));
    world.runner.settle().await.unwrap();
    assert_eq!(
        world.stock(a).await,
        (500, 1),
        "a second run changes nothing"
    );
    let past = feira_catalog::ReservationRequest {
        key: key(901),
        lines: vec![line(a, 1)],
        expires_at: db.clock().now(),
    };
    let refused = world.api.reserve(&world.order, past).await.unwrap_err();
    assert!(matches!(refused, CatalogError::Invalid(_)));
    assert_eq!(world.stock(a).await, (500, 1));
}

#[feira_testkit::test("catalog")]
async fn a_hold_that_cannot_be_freed_keeps_no_other_back(db: TestDb, world: World) {
    let [a, _] = world.two("Expiring", 500).await;
    for number in 0..120 {
        world.reserve(number, vec![line(a, 1)]).await.unwrap();
    }
    let first = format!("OLD.key = '{}'", key(0));
    db.spoil("catalog.reservations", &first).await;
    db.clock().advance(Duration::minutes(16));
    world.runner.settle().await.unwrap();
    assert_eq!(world.stock(a).await, (500, 1));
    db.mend("catalog.reservations").await;
    db.clock().advance(Duration::minutes(16));
    world.runner.settle().await.unwrap();
    assert_eq!(world.stock(a).await, (500, 0));
}

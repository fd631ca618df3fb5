//! Stock that is counted, sold on below zero, or not counted at all; and what becomes of a
//! reservation whose variants change from one to another.

use std::collections::BTreeSet;

use feira_catalog::{
    CatalogError, MovementReason as R, Product, Restock, Search, SellerFilter, StockChange,
    StockPolicy as P, VariantChange, VariantId,
};
use feira_kernel::{Actor, ModuleError, PageRequest};
use feira_testkit::TestDb;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, adjust, key, line, product};

async fn switch(world: &World, variant: VariantId, policy: P) -> Result<Product, CatalogError> {
    let found = world.api.sellables(&world.order, vec![variant]).await?;
    let change = VariantChange {
        stock_policy: Some(policy),
        ..VariantChange::default()
    };
    let product = found[0].product;
    world
        .api
        .update_variant(&world.ana, product, variant, change)
        .await
}

async fn reasons(world: &World, variant: VariantId) -> Vec<R> {
    let page = PageRequest::first(100);
    let page = world.api.movements(&world.ana, variant, page).await;
    page.unwrap().items.iter().rev().map(|m| m.reason).collect()
}

#[feira_testkit::test("catalog")]
async fn a_reservation_is_what_it_was_when_policies_change(db: TestDb, world: World) {
    let (api, order) = (&world.api, &world.order);
    let [a, b] = world
        .two_of("Switched", 10, [P::Counted, P::NotCounted])
        .await;
    let lines = vec![line(a, 2), line(b, 3)];
    let made = world.reserve(1, lines.clone()).await.unwrap();
    world.reserve(2, lines.clone()).await.unwrap();
    world.reserve(3, lines.clone()).await.unwrap();
    switch(&world, a, P::NotCounted).await.unwrap();
    switch(&world, b, P::Counted).await.unwrap();
    assert_eq!(world.reserve(1, lines.clone()).await.unwrap(), made);
    assert_eq!(world.stock(a).await, (10, 6));
    assert_eq!(world.stock(b).await, (10, 0), "what it had stays recorded");

    let sold = api.commit_reservation(order, key(1)).await.unwrap();
    assert_eq!(sold.lines, made.lines);
    api.release_reservation(order, key(2)).await.unwrap();
    db.clock().advance(Duration::minutes(16));
    world.runner.settle().await.unwrap();
    assert_eq!(world.stock(a).await, (8, 0));
    let mut back = Restock {
        key: Uuid::from_u128(1),
        reservation: Some(key(1)),
        lines,
        reason: R::Returned,
        reference: "order 1".to_owned(),
    };
    for _ in 0..2 {
        api.restock(order, back.clone()).await.unwrap();
        assert_eq!(world.stock(a).await, (10, 0));
    }
    let moved = [
        R::Initial,
        R::Reserved,
        R::Reserved,
        R::Reserved,
        R::OrderPlaced,
        R::Released,
        R::Expired,
        R::Returned,
    ];
    assert_eq!(reasons(&world, a).await, moved);
    assert_eq!(reasons(&world, b).await, [R::Initial]);

    // Of a sale that nobody names, today's policies decide.
    back.key = Uuid::from_u128(2);
    back.reservation = None;
    api.restock(order, back).await.unwrap();
    assert_eq!(world.stock(a).await, (10, 0));
    assert_eq!(world.stock(b).await, (13, 0));
}

#[feira_testkit::test("catalog")]
async fn a_seller_sets_what_is_counted_and_counts_what_was_oversold(world: World) {
    let [on, free] = world.two_of("Set", 2, [P::Continue, P::NotCounted]).await;
    for change in [StockChange::By(1), StockChange::To(0)] {
        let refused = world.adjust(adjust(free, change)).await;
        assert_eq!(refused.unwrap_err().code(), "catalog.stock_not_counted");
    }
    world.reserve(1, vec![line(on, 7)]).await.unwrap();
    let sold = world.api.commit_reservation(&world.order, key(1)).await;
    sold.unwrap();
    world.reserve(2, vec![line(on, 4)]).await.unwrap();
    let refused = switch(&world, on, P::Counted).await.unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/stock_policy");
    assert_eq!(refused.fields()[0].code, "catalog.oversold");
    let level = |change| world.adjust(adjust(on, change));
    let less = level(StockChange::By(-3)).await.unwrap();
    assert_eq!((less.on_hand, less.reserved), (-8, 4));
    assert_eq!(less.stock_policy, P::Continue);
    level(StockChange::To(4)).await.unwrap();
    let counted = switch(&world, on, P::Counted).await.unwrap();
    assert_eq!(counted.variants[0].stock_policy, P::Counted);
    let short = world.reserve(3, vec![line(on, 1), line(free, 1)]).await;
    assert!(matches!(short, Err(CatalogError::OutOfStock(_))));
    assert_eq!(world.stock(on).await, (4, 4));
    switch(&world, free, P::Counted).await.unwrap();
    assert_eq!(world.stock(free).await, (2, 0));
}

#[feira_testkit::test("catalog")]
async fn lists_know_what_can_be_bought_without_units(world: World) {
    let mut made = Vec::new();
    for policy in [P::Counted, P::Continue, P::NotCounted] {
        let mut new = product(&format!("{policy:?}"), 0);
        new.variants.truncate(1);
        new.variants[0].stock_policy = policy;
        made.push(world.make(&world.ana, new).await);
    }
    let in_stock = async || {
        let search = Search {
            in_stock: true,
            ..Search::default()
        };
        let page = PageRequest::default();
        let found = world.api.search(&Actor::stranger(), search, page).await;
        let titles = found.unwrap().items.into_iter().map(|card| card.title);
        titles.collect::<BTreeSet<_>>()
    };
    let names = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let two = names(&["NotCounted", "Continue"]);
    assert_eq!(in_stock().await, two);
    let listed = async |sold_out| {
        let filter = SellerFilter {
            sold_out,
            ..SellerFilter::default()
        };
        let page = PageRequest::default();
        let found = world.api.seller_products(&world.ana, filter, page).await;
        let rows = found.unwrap().items.into_iter();
        rows.map(|p| (p.name, p.not_counted, p.sold_out))
            .collect::<BTreeSet<_>>()
    };
    let row = |name: &str, not_counted, sold_out| (name.to_owned(), not_counted, sold_out);
    let counted = row("Counted", false, true);
    let all = BTreeSet::from([
        row("NotCounted", true, false),
        row("Continue", false, false),
        counted.clone(),
    ]);
    assert_eq!(listed(false).await, all);
    assert_eq!(listed(true).await, BTreeSet::from([counted]));
    // What is kept in memory is dropped with the policy.
    let variant = made[0].variants[0].id;
    switch(&world, variant, P::Continue).await.unwrap();
    let three = names(&["NotCounted", "Continue", "Counted"]);
    assert_eq!(in_stock().await, three);
}

//! Real concurrency: what many tasks want at once.

use feira_catalog::{Adjustment, CatalogError, ProductKey, StockChange, StockLine, StockPolicy};
use feira_kernel::{Actor, ModuleError};
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;

use crate::{
    support::{World, adjust, key, line, product},
    taken_away::{categories::under, operator},
};

/// Reservations at once, each with its own lines; how many won. The losers must be told that
/// stock is out, never of a deadlock or another accident.
async fn at_once(world: &World, first: u128, lines: Vec<Vec<StockLine>>) -> usize {
    let expires_at = world.env.now() + Duration::minutes(15);
    let tasks: Vec<_> = lines
        .into_iter()
        .zip(first..)
        .map(|(lines, number)| {
            let (api, order) = (world.api.clone(), world.order.clone());
            let request = feira_catalog::ReservationRequest {
                key: key(number),
                lines,
                expires_at,
            };
            tokio::spawn(async move { api.reserve(&order, request).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(CatalogError::OutOfStock(short)) => assert!(!short.is_empty()),
            Err(other) => panic!("{other:?}"),
        }
    }
    won
}

#[feira_testkit::test("catalog")]
async fn the_last_ten_are_sold_ten_times(world: World) {
    for (round, buyers) in [16, 64].into_iter().enumerate() {
        let [variant, _] = world.two(&format!("Last {buyers}"), 10).await;
        let lines = vec![vec![line(variant, 1)]; buyers];
        let won = at_once(&world, 1_000 * round as u128, lines).await;
        assert_eq!(won, 10);
        assert_eq!(world.stock(variant).await, (10, 10));
    }
}

/// Of two who count, the second has not seen what the first set; nor what was sold meanwhile.
#[feira_testkit::test("catalog")]
async fn a_count_replaces_only_what_its_author_saw(world: World) {
    let [a, _] = world.two("Counted", 10).await;
    let seen = async || {
        let found = world.api.sellables(&world.order, vec![a]).await.unwrap();
        let product = ProductKey::Id(found[0].product);
        let product = world.api.product(&world.ana, product).await.unwrap();
        let mut variants = product.variants.into_iter();
        let variant = variants.find(|variant| variant.id == a);
        variant.unwrap().stock_version.unwrap()
    };
    let change = async |version: i64, change| {
        let seen = Adjustment {
            expected_version: Some(version.into()),
            ..adjust(a, change)
        };
        world.adjust(seen).await
    };
    let mut old = seen().await;
    for round in 1..=3 {
        match round {
            1 => {
                change(old, StockChange::To(12)).await.unwrap();
            }
            2 => {
                change(0, StockChange::By(1)).await.unwrap();
            }
            _ => {
                world.reserve(1, vec![line(a, 2)]).await.unwrap();
                let sold = world.api.commit_reservation(&world.order, key(1));
                sold.await.unwrap();
            }
        }
        let stock = world.stock(a).await;
        let late = change(old, StockChange::To(5)).await;
        assert!(
            matches!(late, Err(CatalogError::VersionMismatch)),
            "{late:?}"
        );
        assert_eq!(world.stock(a).await, stock, "{round}");
        old = seen().await;
    }
    change(old, StockChange::To(5)).await.unwrap();
    assert_eq!(world.stock(a).await, (5, 0));
}

#[feira_testkit::test("catalog")]
async fn what_is_sold_on_goes_to_everybody_and_the_last_counted_unit_to_one(world: World) {
    let policies = [StockPolicy::Counted, StockPolicy::Continue];
    let [last, on] = world.two_of("Policies", 1, policies).await;
    assert_eq!(at_once(&world, 0, vec![vec![line(on, 1)]; 16]).await, 16);
    let sales: Vec<_> = (0..16)
        .map(|number| {
            let (api, order) = (world.api.clone(), world.order.clone());
            tokio::spawn(async move { api.commit_reservation(&order, key(number)).await })
        })
        .collect();
    for sale in sales {
        sale.await.unwrap().unwrap();
    }
    assert_eq!(world.stock(on).await, (-15, 0));
    let both = vec![vec![line(last, 1), line(on, 1)]; 16];
    assert_eq!(at_once(&world, 100, both).await, 1);
    assert_eq!(world.stock(last).await, (1, 1));
    assert_eq!(world.stock(on).await, (-15, 1));
}

#[feira_testkit::test("catalog")]
async fn opposite_orders_never_deadlock(world: World) {
    let [a, b] = world.two("Crossed", 400).await;
    for run in 0..100_u128 {
        let crossed = vec![
            vec![line(a, 1), line(b, 1)],
            vec![line(b, 1), line(a, 1)],
            vec![line(b, 1), line(a, 1)],
            vec![line(a, 1), line(b, 1)],
        ];
        assert_eq!(at_once(&world, run * 10, crossed).await, 4, "run {run}");
    }
    assert_eq!(world.stock(a).await, (400, 400));
}

#[feira_testkit::test("catalog")]
async fn two_lines_of_one_variant_do_not_each_pass_alone(world: World) {
    let [a, _] = world.two("Twice", 10).await;
    let lines = vec![vec![line(a, 3), line(a, 3)]; 16];
    assert_eq!(at_once(&world, 0, lines).await, 1);
    assert_eq!(world.stock(a).await, (10, 6));
}

#[feira_testkit::test("catalog")]
async fn one_key_at_once_is_one_reservation(world: World) {
    let [a, b] = world.two("Same key", 10).await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (api, order) = (world.api.clone(), world.order.clone());
            let request = feira_catalog::ReservationRequest {
                key: key(7),
                lines: vec![line(a, 2), line(b, 1)],
                expires_at: world.env.now() + Duration::minutes(15),
            };
            tokio::spawn(async move { api.reserve(&order, request).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap().unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(world.stock(a).await, (10, 2));
}

/// A sale, a release and the expiry of one reservation at once: exactly one of them happens.
#[feira_testkit::test("catalog")]
async fn an_end_comes_once(world: World) {
    let [a, b] = world.two("Ends", 500).await;
    let mut sold_in_all = 0;
    for run in 0..20 {
        let lines = vec![line(a, 2), line(b, 1)];
        world.reserve(run, lines).await.unwrap();
        let (api, order) = (world.api.clone(), world.order.clone());
        let sale = tokio::spawn(async move { api.commit_reservation(&order, key(run)).await });
        let (api, order) = (world.api.clone(), world.order.clone());
        let release = tokio::spawn(async move { api.release_reservation(&order, key(run)).await });
        let (sold, released) = (sale.await.unwrap(), release.await.unwrap());
        assert!(sold.is_ok() != released.is_ok(), "{sold:?} {released:?}");
        sold_in_all += i64::from(sold.is_ok());
        let on_hand = 500 - 2 * sold_in_all;
        assert_eq!(world.stock(a).await, (on_hand, 0));
    }
}

/// Who holds it buys it, and else there is nothing to hold.
#[feira_testkit::test("catalog")]
async fn a_variant_is_removed_or_held_first(world: World) {
    for run in 0..20 {
        let mut new = product(&format!("Removed {run}"), 0);
        new.variants[0].stock_policy = StockPolicy::Continue;
        let made = world.make(&world.ana, new).await;
        let variant = made.variants[0].id;
        let (api, ana) = (world.api.clone(), world.ana.clone());
        let removal =
            tokio::spawn(async move { api.remove_variant(&ana, made.id, variant, None).await });
        let held = world.reserve(run, vec![line(variant, 1)]).await;
        removal.await.unwrap().unwrap();
        match held {
            Ok(_) => {
                let sold = world.api.commit_reservation(&world.order, key(run));
                sold.await.unwrap();
            }
            Err(refused) => assert_eq!(refused.code(), "catalog.not_found"),
        }
        let late = world.reserve(100 + run, vec![line(variant, 1)]).await;
        assert!(late.is_err(), "{run}");
    }
}

#[feira_testkit::test("catalog")]
async fn of_two_categories_that_move_into_each_other_one_does(world: World) {
    for run in 0..10 {
        let a = world.category(None, &format!("A {run}")).await.id;
        let b = world.category(None, &format!("B {run}")).await.id;
        let moves = [(a, b), (b, a)].map(|(id, parent)| {
            let api = world.api.clone();
            tokio::spawn(async move {
                let change = under(Some(parent));
                api.update_category(&operator(), id, change).await
            })
        });
        let mut moved = 0;
        for one in moves {
            match one.await.unwrap() {
                Ok(_) => moved += 1,
                Err(refused) => assert_eq!(refused.fields()[0].code, "catalog.cycle"),
            }
        }
        assert_eq!(moved, 1, "{run}");
    }
}

/// Whatever a process read of the tree before.
#[feira_testkit::test("catalog")]
async fn a_category_is_added_where_its_parent_is_by_now(db: TestDb) {
    let who = operator();
    let (here, there) = (World::start(&db).await, World::start(&db).await);
    let mut deep = here.category(None, "One").await;
    for name in ["Two", "Three", "Four"] {
        deep = here.category(Some(&deep), name).await;
    }
    let dogs = here.category(None, "Dogs").await;
    let known = there.api.categories(&Actor::stranger()).await.unwrap();
    assert!(known.contains(&dogs));
    here.change(dogs.id, under(Some(deep.id))).await.unwrap();
    let new = |name: &str| feira_catalog::NewCategory {
        parent: Some(dogs.id),
        name: name.to_owned(),
        names: feira_catalog::CategoryNames::default(),
    };
    let refused = there.api.create_category(&who, new("Toys"), None);
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.fields()[0].code, "catalog.too_deep");
    here.change(dogs.id, under(None)).await.unwrap();
    let toys = there.category(Some(&dogs), "Toys").await;
    let added = there.category(Some(&toys), "Balls").await;
    // Its height counts where its parent goes.
    let refused = here.change(dogs.id, under(deep.parent)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.fields()[0].code, "catalog.too_deep");
    let refused = here.api.remove_category(&who, toys.id, false, None);
    assert!(matches!(refused.await, Err(CatalogError::CategoryInUse)));
    let gone = here.api.remove_category(&who, added.id, false, None);
    gone.await.unwrap();
}

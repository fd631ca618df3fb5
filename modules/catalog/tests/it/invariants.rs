//! Each invariant of `feira check` that concerns stock is broken on purpose and must fire alone.

use std::collections::BTreeSet;

use feira_testkit::{FromTestDb, TestDb, violations};
use sea_orm::ConnectionTrait;

use crate::support::{World, line};

/// Breaks, sees exactly this invariant, repairs.
async fn proof(db: &TestDb, name: &str, break_it: &str, repair: &str) {
    let owner = db.owner().await;
    owner.execute_unprepared(break_it).await.unwrap();
    let found: BTreeSet<String> = violations(&db.url(), Some("catalog"))
        .await
        .into_iter()
        .map(|v| v.invariant)
        .collect();
    assert_eq!(found, BTreeSet::from([name.to_owned()]), "after {break_it}");
    owner.execute_unprepared(repair).await.unwrap();
    assert_eq!(violations(&db.url(), Some("catalog")).await, []);
    owner.close().await.unwrap();
}

async fn held(db: &TestDb) -> (World, String) {
    let world = World::start(db).await;
    let [a, b] = world.two("Held", 10).await;
    world
        .reserve(1, vec![line(a, 4), line(b, 1)])
        .await
        .unwrap();
    let only = format!("variant_id = '{a}'");
    (world, only)
}

#[feira_testkit::test("catalog")]
async fn i01_fires(db: TestDb) {
    let (_world, only) = held(&db).await;
    // Stock, its movements and its reservation agree, and yet more is held than there is.
    let set = |on_hand: i32| {
        format!(
            "ALTER TABLE catalog.inventory DROP CONSTRAINT IF EXISTS inventory_bounds; \
             UPDATE catalog.inventory SET on_hand = {on_hand} WHERE {only}; \
             UPDATE catalog.inventory_movements SET on_hand_change = {on_hand} WHERE {only} AND reason = 'initial'"
        )
    };
    proof(&db, "i01_stock_bounds", &set(3), &set(10)).await;
}

#[feira_testkit::test("catalog")]
async fn i02_fires(db: TestDb) {
    let (_world, only) = held(&db).await;
    let name = "i02_stock_is_the_sum_of_its_movements";
    let set =
        |on_hand: i32| format!("UPDATE catalog.inventory SET on_hand = {on_hand} WHERE {only}");
    proof(&db, name, &set(11), &set(10)).await;
    let lose = format!(
        "UPDATE catalog.inventory_movements SET reserved_change = 3 WHERE {only} AND reason = 'reserved'"
    );
    let repair = lose.replace("= 3", "= 4");
    proof(&db, name, &lose, &repair).await;
}

#[feira_testkit::test("catalog")]
async fn i04_fires(db: TestDb) {
    let (_world, only) = held(&db).await;
    let name = "i04_reserved_is_what_reservations_hold";
    let state = |state: &str| format!("UPDATE catalog.reservations SET state = '{state}'");
    proof(&db, name, &state("released"), &state("active")).await;
    let quantity =
        |n: i32| format!("UPDATE catalog.reservation_lines SET quantity = {n} WHERE {only}");
    proof(&db, name, &quantity(5), &quantity(4)).await;
}

#[feira_testkit::test("catalog")]
async fn i39_fires(db: TestDb) {
    let seeded = |number: &str| format!("'01990000-0000-7000-8000-000000000{number}'::uuid");
    let shoes = |above: String| {
        let shoes = seeded("102");
        format!("UPDATE catalog.categories SET path = ARRAY[{above}{shoes}] WHERE id = {shoes}")
    };
    let right = shoes(format!("{}, ", seeded("001")));
    // Below another one; below none; with one too many.
    for wrong in [
        format!("{}, ", seeded("002")),
        String::new(),
        format!("{}, {}, ", seeded("001"), seeded("101")),
    ] {
        proof(&db, "i39_category_paths", &shoes(wrong), &right).await;
    }
}

/// What is sold on may be oversold, what is not counted too; neither becomes counted like that.
#[feira_testkit::test("catalog")]
async fn the_fence_of_what_is_counted_is_the_databases_own(db: TestDb) {
    let (world, only) = held(&db).await;
    let pool = world.env.pool.read();
    let set = async |what: &str| {
        let sql = format!("UPDATE inventory SET {what} WHERE {only}");
        pool.execute_unprepared(&sql).await.is_ok()
    };
    for policy in ["continue", "not_counted"] {
        let other = format!("stock_policy = '{policy}', on_hand = -1");
        assert!(set(&other).await, "{policy}");
        assert!(!set("stock_policy = 'counted'").await, "{policy}");
        assert!(!set("stock_policy = 'counted', on_hand = 3").await);
        assert!(set("stock_policy = 'counted', on_hand = 10").await);
    }
}

/// The database itself refuses what the module must never do.
#[feira_testkit::test("catalog")]
async fn the_last_fences_hold(db: TestDb) {
    let (world, only) = held(&db).await;
    let pool = world.env.pool.read();
    for refused in [
        format!("UPDATE inventory SET reserved = 11 WHERE {only}"),
        format!("UPDATE inventory SET reserved = -1 WHERE {only}"),
        format!("UPDATE inventory SET on_hand = 3 WHERE {only}"),
        format!("UPDATE inventory SET stock_policy = 'perhaps' WHERE {only}"),
        "UPDATE inventory_movements SET on_hand_change = 0".to_owned(),
        "DELETE FROM inventory_movements".to_owned(),
        "SELECT 1 FROM stores.outbox_event".to_owned(),
    ] {
        assert!(
            pool.execute_unprepared(&refused).await.is_err(),
            "{refused}"
        );
    }
}

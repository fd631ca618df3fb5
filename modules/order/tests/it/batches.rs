//! Several orders placed by one statement, of which some are refused.

use std::sync::Arc;

use feira_kernel::{
    db::{self, Pool, PoolSettings},
    idempotency, values,
};
use feira_order::{OrderError, Placed};
use feira_payment::Method;
use feira_testkit::{Proxy, TestDb, roles};
use futures::future::{join, join_all};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::support::{Slow, World, field, guest, person};

/// A world on a line on which a statement can be held.
async fn held_world(db: &TestDb, line: &Proxy) -> World {
    let settings = PoolSettings::new(line.url(), "orders", Some(roles().logins("orders")));
    let mut env = db.env("orders");
    env.pool = Pool::connect(&settings).unwrap();
    World::over(db, env).await
}

#[feira_testkit::test("orders")]
async fn one_statement_places_all_but_those_that_are_refused(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let world = held_world(&db, &line).await;
    // While the statement of one is held, the others wait and become one batch.
    let held = line.hold("INSERT INTO orders (");
    let opening = {
        let (orders, buyer) = (world.orders.clone(), guest("opening"));
        let cart = world.cart_of(&buyer, &[(0, 1)]).await;
        let request = world.request("k", &cart, Method::Pix {});
        tokio::spawn(async move { orders.checkout(&buyer, request).await })
    };
    let held = held.await.unwrap();

    let mut tries = Vec::new();
    for name in ["ana", "bia", "caio", "davi", "elis"] {
        let cart = world.cart_of(&guest(name), &[(1, 1)]).await;
        tries.push((guest(name), world.request("k", &cart, Method::Pix {})));
    }
    let mut bought_first = tries[4].clone();
    bought_first.1.key = "other".to_owned();
    // One key for two carts.
    for quantity in [1, 2] {
        let cart = world.cart_of(&person(), &[(2, quantity)]).await;
        tries.push((person(), world.request("k", &cart, Method::Pix {})));
    }
    let slow = Slow {
        method: "reserve",
        meet: Arc::new(Barrier::new(tries.len() + 1)),
        clock: db.clock().clone(),
        takes: time::Duration::ZERO,
    };
    world.faults.slow_down(slow.clone());
    let tries = tries.into_iter().map(|(buyer, request)| {
        let orders = world.orders.clone();
        async move { orders.checkout(&buyer, request).await }
    });
    let another_process = world.another_process();
    let first = async {
        slow.meet.wait().await;
        world.faults.heal();
        // The others have their stock and are polled before this one: while it asks the
        // database they wait for their orders.
        let (buyer, request) = bought_first;
        let placed = another_process.checkout(&buyer, request).await;
        held.release();
        placed
    };
    let (answers, first) = join(join_all(tries), first).await;
    opening.await.unwrap().unwrap();
    first.unwrap();

    let answers: [Result<Placed, OrderError>; 7] = answers.try_into().unwrap();
    let [ana, bia, caio, davi, elis, one, other] = answers;
    for placed in [ana, bia, caio, davi] {
        placed.unwrap();
    }
    assert!(
        matches!(elis, Err(OrderError::CartHasOrder { .. })),
        "{elis:?}"
    );
    let refused = if one.is_ok() { other } else { other.and(one) };
    assert_eq!(field(refused), idempotency::REUSED);
    for of_each in [
        "orders",
        "store_orders",
        "order_items",
        "checkouts",
        "idempotency_key",
    ] {
        assert_eq!(world.count(of_each).await, 7, "{of_each}");
    }
    let placed = "outbox_event WHERE name = 'order.placed.v1'";
    assert_eq!(world.count(placed).await, 7);
    // The one that was held, the one of another process, and those that waited.
    let transactions = "(SELECT DISTINCT d.xmin::text FROM decided_ids d \
                         JOIN orders o ON o.id = d.order_id) AS of_orders";
    assert_eq!(world.count(transactions).await, 3);
}

#[derive(Debug, PartialEq, FromQueryResult)]
struct Answer {
    id: Uuid,
    written: bool,
    number_taken: bool,
}

/// The rows of an order, as they are given to the statement.
type Rows = [Value; 6];

/// Those of the only order, which has one line.
async fn rows(world: &World) -> Rows {
    let mut found = Vec::new();
    for from in [
        "orders",
        "store_orders",
        "order_items",
        "checkouts",
        "(SELECT * FROM outbox_event WHERE name = 'order.placed.v1')",
        "idempotency_key",
    ] {
        let sql = format!("SELECT to_jsonb(r) FROM {from} r");
        let row: Option<Value> = db::scalar(world.env.pool.read(), &sql, values![])
            .await
            .unwrap();
        found.push(row.unwrap());
    }
    found.try_into().unwrap()
}

fn id(kind: u128, n: u128) -> Value {
    json!(Uuid::from_u128((kind << 64) + n))
}

/// A like order of another cart and key.
fn another(like: &Rows, n: u128) -> Rows {
    let [
        mut order,
        mut part,
        mut line,
        mut checkout,
        mut event,
        mut key,
    ] = like.clone();
    order["id"] = id(0, n);
    order["number"] = json!(n.to_string());
    order["cart_id"] = id(1, n);
    order["checkout_id"] = id(2, n);
    part["id"] = id(3, n);
    part["order_id"] = id(0, n);
    part["number"] = json!(format!("{n}-1"));
    line["id"] = id(4, n);
    line["order_id"] = id(0, n);
    line["store_order_id"] = id(3, n);
    checkout["id"] = id(2, n);
    checkout["order_id"] = id(0, n);
    event["id"] = id(5, n);
    event["aggregate_id"] = id(0, n);
    key["key"] = json!(format!("key {n}"));
    key["outcome"]["order"] = id(0, n);
    [order, part, line, checkout, event, key]
}

#[feira_testkit::test("orders")]
async fn an_order_that_is_refused_leaves_nothing_and_hinders_none(world: World) {
    let buyer = guest("ana");
    let cart = world.cart_of(&buyer, &[(0, 1)]).await;
    let request = world.request("k", &cart, Method::Pix {});
    world.check_out(&buyer, request).await.unwrap();
    let like = rows(&world).await;
    // The second has the number of the order that is there, the third its cart, the fourth its
    // checkout. The id of the fifth was given up. The sixth has the cart of the first.
    let mut all = [1, 2, 3, 4, 5, 6, 7].map(|n| another(&like, n));
    all[1][0]["number"] = like[0]["number"].clone();
    all[2][0]["cart_id"] = like[0]["cart_id"].clone();
    for (of, column) in [(0, "checkout_id"), (3, "id")] {
        all[3][of][column] = like[3]["id"].clone();
    }
    world
        .execute(
            "INSERT INTO decided_ids (order_id, decided_at) \
             VALUES ('00000000-0000-0000-0000-000000000005', '2026-03-02 12:00Z')",
        )
        .await;
    all[5][0]["cart_id"] = all[0][0]["cart_id"].clone();

    let list = |column: usize| Value::Array(all.iter().map(|one| one[column].clone()).collect());
    let sql = include_str!("../../src/sql/place.sql");
    let known_since = world.env.now() - idempotency::KEEP;
    let values = values![
        list(0),
        list(1),
        list(2),
        list(3),
        list(4),
        list(5),
        known_since
    ];
    let answers = db::rows::<Answer>(world.env.pool.write(), sql, values).await;
    let mut answers = answers.unwrap();
    answers.sort_by_key(|answer| answer.id);
    let answer = |n: u128, written: bool, number_taken: bool| Answer {
        id: Uuid::from_u128(n),
        written,
        number_taken,
    };
    let expected = [
        answer(1, true, false),
        answer(2, false, true),
        answer(3, false, false),
        answer(4, false, false),
        answer(5, false, false),
        answer(6, false, false),
        answer(7, true, false),
    ];
    assert_eq!(answers, expected);
    for of_each in [
        "orders",
        "store_orders",
        "order_items",
        "checkouts",
        "idempotency_key",
    ] {
        assert_eq!(world.count(of_each).await, 3, "{of_each}");
    }
    let placed = "outbox_event WHERE name = 'order.placed.v1'";
    assert_eq!(world.count(placed).await, 3);
    assert_eq!(world.count("decided_ids").await, 4, "one was given up");
}

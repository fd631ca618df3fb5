//! `feira check` asks every file. The queries over several schemas are proven here, each by
//! breaking it on purpose; those over one schema are proven by their module's tests.

use std::{collections::BTreeSet, fs};

use feira::check;
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection};

#[path = "check/named.rs"]
mod named;
#[path = "check/neighbours.rs"]
mod neighbours;
#[path = "check/on_delivery.rs"]
mod on_delivery;
#[path = "check/payouts.rs"]
mod payouts;

const EVENT: &str = "INSERT INTO {}.outbox_event \
     (id, name, aggregate_id, aggregate_version, payload, occurred_at, fanned_out_at) \
     VALUES ('00000000-0000-0000-0000-000000000011', 'test.happened.v1', \
             '00000000-0000-0000-0000-000000000091', 1, '{}', now(), now());";

#[test]
fn every_file_is_inside_and_says_what_must_hold() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/check/invariants");
    let inside: Vec<_> = check::invariants().into_iter().map(|i| i.name).collect();
    for entry in fs::read_dir(dir).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".sql").expect("only SQL files are here");
        let asked = |n: &String| n == name || n.starts_with(&format!("{name}."));
        assert!(
            inside.iter().any(asked),
            "{name}: build again after adding a file"
        );
        let text = fs::read_to_string(format!("{dir}/{file}")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("-- schemas: "), "{name}: {}", lines[0]);
        let sentence = lines[1].starts_with("-- ") && lines[1].ends_with('.');
        assert!(sentence, "{name}: {}", lines[1]);
    }
}

async fn execute(owner: &DatabaseConnection, sql: &str) {
    owner
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|e| panic!("{e}: {sql}"));
}

/// The names of what is broken, each once.
async fn broken(db: &TestDb) -> BTreeSet<String> {
    let found = check::run(&db.url()).await.unwrap();
    found.into_iter().map(|v| v.invariant).collect()
}

/// Breaks, looks, mends, looks again.
async fn prove(db: &TestDb, owner: &DatabaseConnection, name: &str, harm: &str, mend: &str) {
    execute(owner, harm).await;
    assert_eq!(
        broken(db).await,
        BTreeSet::from([name.to_owned()]),
        "{harm}"
    );
    execute(owner, mend).await;
    assert_eq!(broken(db).await, BTreeSet::new(), "{mend}");
}

#[feira_testkit::test]
async fn a_new_database_and_a_whole_purchase_break_nothing(db: TestDb) {
    assert_eq!(check::run(&db.url()).await.unwrap(), []);
    execute(&db.owner().await, include_str!("check/purchase.sql")).await;
    assert_eq!(check::run(&db.url()).await.unwrap(), []);
}

#[feira_testkit::test]
async fn a_violation_says_what_must_hold_and_what_was_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    execute(
        &owner,
        "UPDATE carts.carts SET status = 'open', order_id = NULL",
    )
    .await;
    let found = check::run(&db.url()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].invariant, "i37_held_carts");
    assert!(found[0].says.starts_with("A held cart has an order"));
    let what = &found[0].row["what"];
    assert_eq!(what, "open, but it has a living order");
    execute(&owner, "DELETE FROM carts.carts").await;
}

/// What no foreign key keeps from being written.
#[feira_testkit::test]
async fn rows_that_belong_to_nothing_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let nothing = "'00000000-0000-0000-0000-00000000dead'";
    for (name, column, table) in [
        (
            "i38_history_of_something",
            "order_id",
            "orders.order_status_history",
        ),
        (
            "i38_history_of_something",
            "store_order_id",
            "orders.order_status_history",
        ),
        (
            "i38_legs_of_something",
            "payment_id",
            "payments.ledger_entries",
        ),
        (
            "i38_legs_of_something",
            "split_id",
            "payments.ledger_entries",
        ),
        (
            "i38_legs_of_something",
            "payout_id",
            "payments.ledger_entries",
        ),
        (
            "i38_legs_of_something",
            "payment_id",
            "payments.payment_splits",
        ),
        (
            "i38_legs_of_something",
            "payment_id",
            "payments.transactions",
        ),
        (
            "i38_movements_of_something",
            "variant_id",
            "catalog.inventory_movements",
        ),
        (
            "i38_movements_of_something",
            "variant_id",
            "catalog.reservation_lines",
        ),
        (
            "i38_movements_of_something",
            "key",
            "catalog.reservation_lines",
        ),
    ] {
        let free = "SET session_replication_role = replica";
        let kept = format!("CREATE TABLE kept AS SELECT * FROM {table}");
        let lost = format!(
            "{free}; UPDATE {table} SET {column} = {nothing} \
             WHERE {column} IS NOT NULL OR '{column}' = 'payout_id'"
        );
        execute(&owner, &format!("{kept}; {lost}")).await;
        assert!(broken(&db).await.contains(name), "{table}.{column}");
        let back = format!(
            "{free}; DELETE FROM {table}; \
             INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept"
        );
        execute(&owner, &back).await;
        assert!(!broken(&db).await.contains(name), "{table}.{column}");
    }
}

#[feira_testkit::test]
async fn money_and_orders_that_disagree_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let name = "i12_paid_means_captured";
    let elsewhere =
        "UPDATE payments.payments SET reference = '00000000-0000-0000-0000-0000000000ff'";
    let back = "UPDATE payments.payments SET reference = '00000000-0000-0000-0000-0000000000f1'";
    prove(&db, &owner, name, elsewhere, back).await;

    let cancel = "UPDATE orders.orders SET status = 'cancelled'; \
         UPDATE orders.store_orders SET fulfilment = 'cancelled'; \
         UPDATE orders.checkouts SET state = 'cancelled'; \
         INSERT INTO orders.order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at) \
         SELECT order_id, id, 'fulfilment', 'pending', 'cancelled', 'test', now() FROM orders.store_orders; \
         INSERT INTO orders.order_status_history (order_id, axis, from_state, to_state, actor, at) \
         SELECT id, 'status', 'confirmed', 'cancelled', 'test', now() FROM orders.orders";
    // While the news of the capture is on its way the order has had no chance yet.
    let on_its_way = EVENT.replacen("{}", "payments", 1)
        + "INSERT INTO payments.outbox_delivery (event_id, subscriber, next_attempt_at) \
           SELECT id, 'order.payment', now() FROM payments.outbox_event";
    prove(&db, &owner, name, cancel, &on_its_way).await;
    execute(&owner, "DELETE FROM payments.outbox_event").await;
    assert_eq!(broken(&db).await, BTreeSet::from([name.to_owned()]));
    let restore = "DELETE FROM orders.order_status_history WHERE to_state = 'cancelled'; \
         UPDATE orders.orders SET status = 'confirmed'; \
         UPDATE orders.store_orders SET fulfilment = 'pending'; \
         UPDATE orders.checkouts SET state = 'confirmed'";
    execute(&owner, restore).await;

    let stuck = "UPDATE orders.checkouts SET state = 'cancelling', \
         updated_at = now() - interval '25 hours', due_at = now()";
    let rest = "UPDATE orders.checkouts SET state = 'confirmed', due_at = NULL";
    prove(&db, &owner, name, stuck, rest).await;

    // Due again and again, and the order never learns that it is paid.
    let waiting = |hours| {
        format!(
            "UPDATE orders.checkouts SET state = 'awaiting', due_at = now(); \
             UPDATE orders.orders SET expires_at = now() - interval '{hours} hours'"
        )
    };
    execute(&owner, &waiting(23)).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    let rest = format!("{rest}; UPDATE orders.orders SET expires_at = now()");
    prove(&db, &owner, name, &waiting(25), &rest).await;
}

#[feira_testkit::test]
async fn earnings_that_wait_for_nothing_or_were_released_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let name = "i46_held_earnings";
    let held = "UPDATE orders.store_orders SET earning_held_at = now()";
    let rest = "UPDATE orders.store_orders SET earning_held_at = NULL";
    prove(&db, &owner, name, held, rest).await;

    // Of a completed one that no payment has released nothing is wrong with it; others are told of that.
    let completed = format!("{held}, completed_at = now()");
    execute(&owner, &completed).await;
    assert!(!broken(&db).await.contains(name));
    let release = "UPDATE payments.payment_splits SET released_at = now()";
    execute(&owner, release).await;
    assert!(broken(&db).await.contains(name));
    let all = "UPDATE payments.payment_splits SET refunded = amount";
    execute(&owner, all).await;
    assert!(!broken(&db).await.contains(name));
    execute(&owner, "UPDATE payments.payment_splits SET refunded = 0").await;
    // Its provider paid it to the store's account there, before anybody asked for a document.
    let there = "UPDATE payments.payment_splits SET account = 'loja@feira.example', there = 'paid'";
    execute(&owner, there).await;
    assert!(!broken(&db).await.contains(name));
    let not = "UPDATE payments.payment_splits SET account = NULL, there = NULL";
    execute(&owner, not).await;
    let back = format!(
        "UPDATE payments.payment_splits SET released_at = NULL; {rest}, completed_at = NULL"
    );
    execute(&owner, &back).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
}

#[feira_testkit::test]
async fn refunds_that_orders_and_payments_tell_otherwise_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let name = "i42_refunds_settle_orders";
    let settled = "UPDATE orders.store_orders SET settlement = 'partially_refunded'; \
         INSERT INTO orders.order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at) \
         SELECT order_id, id, 'settlement', 'paid', 'partially_refunded', 'test', now() FROM orders.store_orders";
    let paid = "UPDATE orders.store_orders SET settlement = 'paid'; \
         DELETE FROM orders.order_status_history WHERE to_state = 'partially_refunded'";
    prove(&db, &owner, name, settled, paid).await;
    let made = "WITH r AS (INSERT INTO orders.refunds \
             (id, order_id, payment_id, amount, currency, borne_by, reason, actor, by_operator, state) \
             SELECT gen_random_uuid(), order_id, payment_id, 1, 'BRL', 'store', 'other', 'test', true, 'completed' \
             FROM orders.checkouts RETURNING id, order_id) \
         INSERT INTO orders.refund_parts (refund_id, store_order_id, amount) \
         SELECT r.id, s.id, 1 FROM r JOIN orders.store_orders s ON s.order_id = r.order_id";
    let gone = "DELETE FROM orders.refund_parts; DELETE FROM orders.refunds";
    prove(&db, &owner, name, made, gone).await;
    // One that runs is settled when it has an outcome.
    let runs = made.replace("by_operator, state)", "by_operator, state, due_at)");
    let runs = runs.replace("'completed'", "'asked', now()");
    execute(&owner, &runs).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    execute(&owner, gone).await;
}

#[feira_testkit::test]
async fn stock_that_was_not_sold_as_ordered_is_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let name = "i05_sold_is_what_was_ordered";
    for (harm, mend) in [
        (
            "UPDATE catalog.reservation_lines SET quantity = 1",
            "UPDATE catalog.reservation_lines SET quantity = 2",
        ),
        (
            "UPDATE catalog.reservations SET state = 'released'",
            "UPDATE catalog.reservations SET state = 'committed'",
        ),
    ] {
        prove(&db, &owner, name, harm, mend).await;
    }
    // What was not counted is written down beside the lines, as exactly.
    let noted = |quantity: u32| {
        format!(
            "DELETE FROM catalog.reservation_lines; UPDATE catalog.reservations SET uncounted = \
             '[{{\"variant\": \"00000000-0000-0000-0000-0000000000b1\", \"quantity\": {quantity}}}]'"
        )
    };
    prove(&db, &owner, name, &noted(1), &noted(2)).await;
}

#[feira_testkit::test]
async fn carts_with_a_wrong_number_of_orders_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let name = "i13_one_order_per_cart";
    let right = "UPDATE carts.carts SET status = 'completed', order_id = '00000000-0000-0000-0000-0000000000f1'";
    let harm = "UPDATE carts.carts SET order_id = '00000000-0000-0000-0000-0000000000ff'";
    prove(&db, &owner, name, harm, right).await;
    execute(&owner, include_str!("check/second_order.sql")).await;
    let found = check::run(&db.url()).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].invariant, name);
    assert_eq!(found[0].row["what"], "more than one living order");
    let tables = "DELETE FROM orders.checkouts; DELETE FROM orders.order_status_history; \
         DELETE FROM orders.order_items; DELETE FROM orders.store_orders; DELETE FROM orders.orders; \
         DELETE FROM carts.carts; TRUNCATE payments.payments CASCADE; TRUNCATE payments.payment_splits CASCADE; \
         TRUNCATE payments.transactions; TRUNCATE payments.ledger_transactions CASCADE; TRUNCATE payments.ledger_entries CASCADE";
    execute(&owner, tables).await;
}

#[feira_testkit::test]
async fn carts_that_are_held_for_nothing_or_open_for_all_that_are_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("check/purchase.sql")).await;
    let right = "UPDATE carts.carts SET status = 'completed', order_id = '00000000-0000-0000-0000-0000000000f1'; \
         UPDATE orders.orders SET cart_held = true";
    for harm in [
        "UPDATE carts.carts SET status = 'open', order_id = NULL",
        "UPDATE carts.carts SET status = 'held'",
        "UPDATE carts.carts SET status = 'held', order_id = '00000000-0000-0000-0000-0000000000ff', \
             held_at = updated_at - interval '61 minutes'",
    ] {
        prove(&db, &owner, "i37_held_carts", harm, right).await;
    }
    // About to be placed; and left open by an order that is older than holding.
    for fine in [
        "UPDATE carts.carts SET status = 'held', order_id = '00000000-0000-0000-0000-0000000000ff', \
             held_at = updated_at - interval '59 minutes'",
        "UPDATE carts.carts SET status = 'open', order_id = NULL; UPDATE orders.orders SET cart_held = false",
    ] {
        execute(&owner, fine).await;
        assert_eq!(broken(&db).await, BTreeSet::new(), "{fine}");
        execute(&owner, right).await;
    }
}

#[feira_testkit::test]
async fn events_that_went_nowhere_or_twice_are_found_in_every_schema(db: TestDb) {
    let owner = db.owner().await;
    for schema in feira_migrations::schemas() {
        let event = EVENT.replacen("{}", schema, 1);
        let deliver = |columns: &str, values: &str| {
            format!(
                "{event} INSERT INTO {schema}.outbox_delivery (event_id, subscriber, next_attempt_at, {columns}) \
                 SELECT id, 'order.test', now(), {values} FROM {schema}.outbox_event"
            )
        };
        let lost = format!("i25_events_delivered.{schema}");
        let forget = format!("DELETE FROM {schema}.outbox_event");
        for harm in [
            deliver("state", "'dead'"),
            deliver("attempts", "12"),
            deliver("lease_until", "now() - interval '3 minutes'"),
            deliver("created_at", "now() - interval '25 hours'"),
            format!(
                "{event} UPDATE {schema}.outbox_event SET fanned_out_at = NULL, created_at = now() - interval '11 minutes'"
            ),
        ] {
            prove(&db, &owner, &lost, &harm, &forget).await;
        }
        let fine = deliver("attempts", "11");
        execute(&owner, &fine).await;
        assert_eq!(
            broken(&db).await,
            BTreeSet::new(),
            "a retry that is scheduled"
        );
        execute(&owner, &forget).await;

        let twice = format!("i27_one_effect_per_event.{schema}");
        let harm = format!(
            "ALTER TABLE {schema}.inbox DROP CONSTRAINT inbox_pkey; \
             INSERT INTO {schema}.inbox (consumer, event_id) \
             SELECT 'order.test', '00000000-0000-0000-0000-000000000011' FROM generate_series(1, 2)"
        );
        let mend = format!("DELETE FROM {schema}.inbox");
        prove(&db, &owner, &twice, &harm, &mend).await;
        let harm = format!(
            "ALTER TABLE {schema}.outbox_delivery DROP CONSTRAINT outbox_delivery_pkey; {event} \
             INSERT INTO {schema}.outbox_delivery (event_id, subscriber, next_attempt_at) \
             SELECT id, 'order.test', now() FROM {schema}.outbox_event, generate_series(1, 2)"
        );
        prove(&db, &owner, &twice, &harm, &forget).await;
    }
}

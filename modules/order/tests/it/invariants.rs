//! Each invariant fires when, and only when, it is broken on purpose.

use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;

use crate::support::{World, card, guest, person};

async fn broken(db: &TestDb) -> Vec<String> {
    let mut names: Vec<_> = violations(&db.url(), Some("orders"))
        .await
        .into_iter()
        .map(|found| found.invariant)
        .collect();
    names.dedup();
    names
}

#[feira_testkit::test("orders")]
async fn every_invariant_sees_what_it_is_for(db: TestDb, world: World) {
    world.buy(&person(), card("tok_approved")).await;
    world
        .buy(&guest("ana"), feira_payment::Method::Pix {})
        .await;
    assert_eq!(broken(&db).await, [""; 0]);
    let owner = db.owner().await;
    let one = "(SELECT id FROM orders.store_orders ORDER BY number LIMIT 1)";
    let order = "(SELECT id FROM orders.orders ORDER BY number LIMIT 1)";
    let item = "(SELECT id FROM orders.order_items ORDER BY id LIMIT 1)";
    let fences = "ALTER TABLE orders.orders DROP CONSTRAINT orders_total; \
         ALTER TABLE orders.orders DROP CONSTRAINT orders_discount_check; \
         ALTER TABLE orders.order_items DROP CONSTRAINT order_items_total; \
         ALTER TABLE orders.store_orders DROP CONSTRAINT store_orders_total; \
         ALTER TABLE orders.store_orders DROP CONSTRAINT store_orders_earning; \
         ALTER TABLE orders.store_orders DROP CONSTRAINT store_orders_shipping_check; \
         ALTER TABLE orders.order_items DROP CONSTRAINT order_items_store_order_id_fkey; \
         ALTER TABLE orders.order_status_history DROP CONSTRAINT order_status_history_check1; \
         ALTER TABLE orders.store_orders DROP CONSTRAINT store_orders_order_id_fkey;";
    owner.execute_unprepared(fences).await.unwrap();
    let cases = [
        ("i08_order_totals", format!("UPDATE orders.orders SET total = total + 1 WHERE id = {order}"),
         format!("UPDATE orders.orders SET total = total - 1 WHERE id = {order}")),
        ("i08_order_totals", format!("UPDATE orders.order_items SET unit_price = unit_price + 1 WHERE id = {item}"),
         format!("UPDATE orders.order_items SET unit_price = unit_price - 1 WHERE id = {item}")),
        ("i08_order_totals", format!("UPDATE orders.store_orders SET currency = 'USD' WHERE id = {one}"),
         format!("UPDATE orders.store_orders SET currency = 'BRL' WHERE id = {one}")),
        ("i09_order_split", format!("UPDATE orders.order_items SET store_id = gen_random_uuid() WHERE id = {item}"),
         format!("UPDATE orders.order_items i SET store_id = s.store_id FROM orders.store_orders s \
                  WHERE s.id = i.store_order_id AND i.id = {item}")),
        ("i14_order_history", format!("UPDATE orders.store_orders SET fulfilment = 'packed' WHERE id = {one}"),
         format!("UPDATE orders.store_orders SET fulfilment = 'pending' WHERE id = {one}")),
        ("i14_order_history", format!("UPDATE orders.orders SET status = 'shipped' WHERE id = {order}"),
         format!("UPDATE orders.orders o SET status = h.to_state FROM orders.order_history h \
                  WHERE h.order_id = o.id AND h.axis = 'status' AND o.id = {order} \
                    AND h.seq = (SELECT max(seq) FROM orders.order_history x \
                                 WHERE x.order_id = o.id AND x.axis = 'status')")),
        ("i14_order_history", "UPDATE orders.order_status_history SET from_state = 'packed' \
                  WHERE axis = 'status' AND from_state = 'pending'".to_owned(),
         "UPDATE orders.order_status_history SET from_state = 'pending' WHERE from_state = 'packed'".to_owned()),
        ("i21o_commission_and_earning", format!("UPDATE orders.store_orders SET earning = earning - 0.01 WHERE id = {one}"),
         format!("UPDATE orders.store_orders SET earning = earning + 0.01 WHERE id = {one}")),
        ("i21o_commission_and_earning", format!("UPDATE orders.order_items SET commission = commission + 0.01 WHERE id = {item}"),
         format!("UPDATE orders.order_items SET commission = commission - 0.01 WHERE id = {item}")),
    ];
    for (invariant, break_it, mend_it) in cases.into_iter().chain(documents()) {
        owner.execute_unprepared(&break_it).await.unwrap();
        assert_eq!(broken(&db).await, [invariant], "{break_it}");
        owner.execute_unprepared(&mend_it).await.unwrap();
        assert_eq!(broken(&db).await, [""; 0], "{mend_it}");
    }
    unsplit(&db, &owner).await;
}

/// What breaks, and mends, what is kept of fiscal documents. The first case leaves one, the last takes it away.
fn documents() -> Vec<(&'static str, String, String)> {
    let one = "(SELECT id FROM orders.store_orders ORDER BY number LIMIT 1)";
    let key = "35260311222333000181550010000000021123456026";
    let insert = format!(
        "INSERT INTO orders.fiscal_documents (store_order_id, key, series, number, added_at) \
         SELECT {one}, '{key}', 1, 2, now()"
    );
    let marked = format!("UPDATE orders.store_orders SET documented_at = now() WHERE id = {one}");
    let set = |change: &str| format!("UPDATE orders.fiscal_documents SET {change}");
    let name = "i45_fiscal_documents";
    vec![
        (name, insert, marked),
        (name, set("series = 2"), set("series = 1")),
        (name, set("number = 3"), set("number = 2")),
        (
            name,
            set("key = left(key, 43) || '5'"),
            set("key = left(key, 43) || '6'"),
        ),
        (
            name,
            "DELETE FROM orders.fiscal_documents".to_owned(),
            "UPDATE orders.store_orders SET documented_at = NULL".to_owned(),
        ),
    ]
}

/// An order without store orders, and a negative component, break more than one rule at once
/// unless their sums are kept.
async fn unsplit(db: &TestDb, owner: &sea_orm::DatabaseConnection) {
    let hidden = "CREATE TABLE orders.kept AS SELECT * FROM orders.order_items; \
         DELETE FROM orders.order_items WHERE store_order_id = \
             (SELECT id FROM orders.store_orders ORDER BY number LIMIT 1)";
    owner.execute_unprepared(hidden).await.unwrap();
    assert!(broken(db).await.contains(&"i09_order_split".to_owned()));
    let back = "INSERT INTO orders.order_items SELECT * FROM orders.kept ON CONFLICT DO NOTHING; \
         DROP TABLE orders.kept";
    owner.execute_unprepared(back).await.unwrap();
    let negative =
        "UPDATE orders.store_orders SET shipping = shipping - 100, discount = discount - 100";
    owner
        .execute_unprepared(
            "ALTER TABLE orders.store_orders DROP CONSTRAINT store_orders_discount_check",
        )
        .await
        .unwrap();
    let whole = "UPDATE orders.orders SET shipping = shipping - 200, discount = discount - 200";
    owner
        .execute_unprepared("ALTER TABLE orders.orders DROP CONSTRAINT orders_shipping_check")
        .await
        .unwrap();
    owner.execute_unprepared(negative).await.unwrap();
    owner.execute_unprepared(whole).await.unwrap();
    assert_eq!(broken(db).await, ["i08_order_totals"]);
    owner
        .execute_unprepared(&negative.replace('-', "+"))
        .await
        .unwrap();
    owner
        .execute_unprepared(&whole.replace('-', "+"))
        .await
        .unwrap();
    assert_eq!(broken(db).await, [""; 0]);
}

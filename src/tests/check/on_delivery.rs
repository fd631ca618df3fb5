//! What is paid to stores themselves, as orders and payments tell it.

use std::collections::BTreeSet;

use feira_testkit::TestDb;

use super::{broken, execute};

#[feira_testkit::test]
async fn what_is_paid_on_delivery_is_told_alike_or_is_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("purchase.sql")).await;
    // The same purchase, agreed upon and not paid yet.
    execute(
        &owner,
        "DELETE FROM payments.ledger_entries; DELETE FROM payments.ledger_transactions; \
         UPDATE payments.payments SET method = 'cash_on_delivery', status = 'authorized', captured_at = NULL; \
         INSERT INTO payments.payment_legs (payment_id, position, split_id, store_id, part, amount, currency, status) \
         SELECT payment_id, position, id, store_id, part, amount, 'BRL', 'open' FROM payments.payment_splits; \
         UPDATE orders.store_orders SET settlement = 'on_delivery', paid_at = NULL; \
         UPDATE orders.order_status_history SET to_state = 'on_delivery' WHERE to_state = 'paid'",
    )
    .await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    let name = "i53_on_delivery";
    let paid = "UPDATE payments.payment_legs SET status = 'paid', paid_at = now(); \
         UPDATE payments.payments SET status = 'completed', captured_at = now(); \
         WITH t AS (INSERT INTO payments.ledger_transactions (id, kind, source_id, at) \
                    SELECT gen_random_uuid(), 'capture', id, now() FROM payments.payment_splits RETURNING id) \
         INSERT INTO payments.ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id, split_id, at) \
         SELECT gen_random_uuid(), t.id, 'capture', e.account, s.store_id, e.sign * s.commission, 'BRL', s.payment_id, s.id, now() \
         FROM t, payments.payment_splits s, (VALUES ('seller_receivable', 1), ('platform_commission', -1)) AS e (account, sign)";
    execute(&owner, paid).await;
    // Also a captured payment of an order that is not paid.
    let found = broken(&db).await;
    assert!(found.contains(name), "{found:?}");
    let settled = "UPDATE orders.store_orders SET settlement = 'paid', paid_at = now(); \
         UPDATE orders.order_status_history SET to_state = 'paid' WHERE to_state = 'on_delivery'";
    execute(&owner, settled).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
}

//! What the simulated provider has beside the books, what messages an order has, and what nobody may change.

use std::collections::BTreeSet;

use feira_testkit::TestDb;

use super::{broken, execute, prove};

const PAYMENT: &str = "00000000-0000-0000-0000-000000000091";

#[feira_testkit::test]
async fn what_the_simulated_provider_has_and_the_books_have_not_is_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("purchase.sql")).await;
    let charge = format!(
        "INSERT INTO sandbox.charges (id, idempotency_key, method, amount, currency, description, status, txid, \
                                      captured_at, expires_at) \
         VALUES ('T1', '{PAYMENT}', 'pix', 10500, 'BRL', 'F-1', 'captured', 'X', now(), now())"
    );
    execute(&owner, &charge).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    let name = "i22_charges_are_as_their_provider_has_them";
    for (harm, mend) in [
        ("amount = 10501", "amount = 10500"),
        ("currency = 'USD'", "currency = 'BRL'"),
        (
            "status = 'cancelled', captured_at = NULL",
            "status = 'captured', captured_at = now()",
        ),
    ] {
        let set = |what: &str| format!("UPDATE sandbox.charges SET {what}");
        prove(&db, &owner, name, &set(harm), &set(mend)).await;
    }
    // What is given back is told beside what else is wrong with it.
    let refund = |status: &str, amount: u8| {
        format!(
            "INSERT INTO payments.refunds (id, key, payment_id, amount, currency, reason, status) \
             VALUES ('00000000-0000-0000-0000-0000000000ff', gen_random_uuid(), '{PAYMENT}', {amount}, 'BRL', 'buyer', '{status}')"
        )
    };
    let there = "INSERT INTO sandbox.refunds (id, idempotency_key, charge_id, amount, created_at) \
                 VALUES ('R1', '00000000-0000-0000-0000-0000000000ff', 'T1', 500, now() - interval '8 days')";
    let gone = "DELETE FROM sandbox.refunds; DELETE FROM payments.refunds";
    for (harm, found) in [
        (refund("completed", 5), true),
        (format!("{}; {there}", refund("completed", 5)), false),
        (format!("{}; {there}", refund("completed", 4)), true),
        (format!("{}; {there}", refund("failed", 5)), true),
    ] {
        execute(&owner, &harm).await;
        assert_eq!(broken(&db).await.contains(name), found, "{harm}");
        execute(&owner, gone).await;
    }
    let late = "UPDATE sandbox.charges SET captured_at = now() - interval '8 days'";
    let open = "UPDATE payments.payments SET status = 'expired', captured_at = NULL";
    execute(&owner, &format!("{late}; {open}")).await;
    assert!(broken(&db).await.contains(name));
    execute(&owner, "UPDATE sandbox.charges SET captured_at = now()").await;
    assert!(!broken(&db).await.contains(name), "it is told of soon");
    let mend = "UPDATE payments.payments SET status = 'completed', captured_at = now()";
    execute(&owner, mend).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
}

#[feira_testkit::test]
async fn whoever_may_change_what_is_only_added_to_is_found(db: TestDb) {
    let owner = db.owner().await;
    // To the role that may add to it.
    let change = |schema: &str, table: &str, what: &str| {
        format!(
            "DO $$ DECLARE who text; BEGIN \
               SELECT g.grantee INTO STRICT who FROM information_schema.table_privileges g \
               WHERE g.table_schema = '{schema}' AND g.table_name = '{table}' AND g.privilege_type = 'INSERT' \
                 AND g.grantee <> current_user LIMIT 1; \
               EXECUTE format('{what}', '{schema}', '{table}', who); END $$"
        )
    };
    for (schema, table) in feira_migrations::append_only() {
        let name = format!("i23_what_is_only_added_to.{schema}");
        let grant = change(schema, table, "GRANT DELETE ON %I.%I TO %I");
        let revoke = change(schema, table, "REVOKE DELETE ON %I.%I FROM %I");
        prove(&db, &owner, &name, &grant, &revoke).await;
    }
    let name = "i23_what_is_only_added_to.payments";
    let grant = change(
        "payments",
        "ledger_entries",
        "GRANT UPDATE (amount) ON %I.%I TO %I",
    );
    let revoke = change(
        "payments",
        "ledger_entries",
        "REVOKE UPDATE (amount) ON %I.%I FROM %I",
    );
    prove(&db, &owner, name, &grant, &revoke).await;
}

#[feira_testkit::test]
async fn an_order_that_was_confirmed_and_of_which_nobody_was_told_is_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("purchase.sql")).await;
    let heard = |state: &str| {
        format!(
            "INSERT INTO orders.outbox_event \
                 (id, name, aggregate_id, aggregate_version, payload, occurred_at, fanned_out_at) \
             VALUES ('00000000-0000-0000-0000-0000000000ee', 'order.confirmed.v1', \
                     '00000000-0000-0000-0000-0000000000f1', 2, '{{}}', now(), now()); \
             INSERT INTO orders.outbox_delivery (event_id, subscriber, next_attempt_at, {state}) \
             VALUES ('00000000-0000-0000-0000-0000000000ee', 'notification.orders', now(), "
        )
    };
    let forget = "DELETE FROM orders.outbox_event; DELETE FROM notifications.notifications";
    // It is on its way.
    execute(&owner, &(heard("attempts") + "0)")).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    execute(&owner, forget).await;
    let done = heard("state, done_at") + "'done', now())";
    prove(&db, &owner, "i29_confirmed_orders_are_told", &done, forget).await;
    let told = "INSERT INTO notifications.notifications (id, kind, locale, recipient, recipient_name, subject, body_text, \
                    body_html, dedupe_key, message_id, event_id, next_attempt_at) \
                VALUES (gen_random_uuid(), 'order_confirmed', 'en', 'a@b.example', 'A', 'S', 'T', '<p>T</p>', 'k', '<a@b>', \
                        '00000000-0000-0000-0000-0000000000ee', now())";
    execute(&owner, &format!("{done}; {told}")).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
    execute(&owner, forget).await;
}

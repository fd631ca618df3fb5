//! Each invariant of `feira check` is broken on purpose, and exactly that one says so.

use feira_testkit::{FromTestDb, TestDb, violations};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    disputes::told,
    world::{World, operator},
};

/// Something of everything: captured, given back in part, released, paid out, open, disputed and lost.
pub(crate) async fn busy(db: &TestDb) -> World {
    let world = World::start(db).await;
    let paid = world.captured(&[2000, 1000]).await;
    world.captured(&[700]).await;
    let kept = world.captured(&[900]).await;
    told(&world, &kept, "dp_open", json!({"amount": 300})).await;
    let lost = world.captured(&[800]).await;
    told(
        &world,
        &lost,
        "dp_lost",
        json!({"amount": 200, "status": "lost"}),
    )
    .await;
    world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    world.started(feira_payment::Method::Pix {}, 500).await;
    world.started(feira_payment::Method::Pix {}, 600).await;
    world
}

pub(crate) async fn broken(db: &TestDb, name: &str, break_it: &str, repair: &str) {
    broken_as(db, name, "", break_it, repair).await;
}

/// One of several ways to break it: the rows that are found say which.
pub(crate) async fn broken_as(db: &TestDb, name: &str, way: &str, break_it: &str, repair: &str) {
    let _world = busy(db).await;
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    let owner = db.owner().await;
    owner.execute_unprepared(break_it).await.unwrap();
    let found = violations(&db.url(), Some("payments")).await;
    assert!(!found.is_empty(), "{break_it}");
    for violation in found {
        assert_eq!(violation.invariant, name);
        assert!(violation.row.contains(way), "{}", violation.row);
    }
    owner.execute_unprepared(repair).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn i15_a_transaction_without_its_other_side(db: TestDb) {
    broken(
        &db,
        "i15_ledger_sums_to_zero",
        "ALTER TABLE payments.ledger_transactions DISABLE TRIGGER ledger_transactions_sum; \
         INSERT INTO payments.ledger_transactions (id, kind, source_id, at) \
         VALUES ('00000000-0000-0000-0000-000000000001', 'payout', gen_random_uuid(), now())",
        "DELETE FROM payments.ledger_transactions WHERE id = '00000000-0000-0000-0000-000000000001'",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i15_an_amount_changed_on_one_side(db: TestDb) {
    broken(
        &db,
        "i15_ledger_sums_to_zero",
        "UPDATE payments.ledger_entries SET amount = amount - 1 WHERE kind = 'payout' AND account = 'payout_in_transit'",
        "UPDATE payments.ledger_entries SET amount = amount + 1 WHERE kind = 'payout' AND account = 'payout_in_transit'",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i17_money_that_the_ledger_does_not_explain(db: TestDb) {
    broken(
        &db,
        "i17_ledger_explains_every_captured_cent",
        "UPDATE payments.payments SET captured_at = now(), status = 'completed' WHERE amount = 5",
        "UPDATE payments.payments SET captured_at = NULL, status = 'pending' WHERE amount = 5",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i18_a_split_that_gave_back_more_than_its_refunds(db: TestDb) {
    broken(
        &db,
        "i18_refunds_within_captures",
        "UPDATE payments.refund_parts SET amount = amount - 0.01",
        "UPDATE payments.refund_parts SET amount = amount + 0.01",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i22_a_refund_that_waits_for_somebody(db: TestDb) {
    broken(
        &db,
        "i22_refunds_have_an_outcome",
        "WITH r AS (INSERT INTO payments.refunds (id, key, payment_id, amount, currency, reason, status, next_attempt_at, created_at) \
                    SELECT gen_random_uuid(), gen_random_uuid(), id, 1, 'BRL', 'waits', 'pending', now(), now() - interval '8 days' \
                    FROM payments.payments WHERE amount = 7 RETURNING id, payment_id), \
              i AS (INSERT INTO payments.refund_parts (refund_id, split_id, amount) \
                    SELECT r.id, s.id, 1 FROM r JOIN payments.payment_splits s ON s.payment_id = r.payment_id) \
         UPDATE payments.payment_splits s SET refunding = 1 FROM r WHERE s.payment_id = r.payment_id",
        "UPDATE payments.payment_splits SET refunding = 0; \
         DELETE FROM payments.refund_parts i USING payments.refunds r WHERE r.id = i.refund_id AND r.reason = 'waits'; \
         DELETE FROM payments.refunds WHERE reason = 'waits'",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i19_two_open_payments_of_one_reference(db: TestDb) {
    broken_as(
        &db,
        "i19_one_payment_per_reference",
        r#""what":"open""#,
        "DROP INDEX payments.payments_one_live; \
         CREATE TABLE kept AS SELECT id, reference FROM payments.payments WHERE amount = 5; \
         UPDATE payments.payments SET attempt = 2, reference = \
           (SELECT reference FROM payments.payments WHERE amount = 6) WHERE amount = 5",
        "UPDATE payments.payments p SET attempt = 1, reference = k.reference FROM kept k WHERE k.id = p.id",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i19_a_reference_that_is_paid_twice(db: TestDb) {
    broken_as(
        &db,
        "i19_one_payment_per_reference",
        r#""what":"paid""#,
        "CREATE TABLE kept AS SELECT id, reference FROM payments.payments WHERE amount = 7; \
         UPDATE payments.payments SET attempt = 2, reference = \
           (SELECT reference FROM payments.payments WHERE amount = 30) WHERE amount = 7",
        "UPDATE payments.payments p SET attempt = 1, reference = k.reference FROM kept k WHERE k.id = p.id",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i19_an_attempt_that_was_made_twice(db: TestDb) {
    broken_as(
        &db,
        "i19_one_payment_per_reference",
        r#""what":"attempt 1""#,
        "ALTER TABLE payments.payments DROP CONSTRAINT payments_attempt; \
         CREATE TABLE kept AS SELECT id, reference FROM payments.payments WHERE amount = 5; \
         UPDATE payments.payments SET status = 'cancelled', reference = \
           (SELECT reference FROM payments.payments WHERE amount = 6) WHERE amount = 5",
        "UPDATE payments.payments p SET status = 'pending', reference = k.reference FROM kept k WHERE k.id = p.id",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i19_a_charge_of_two_payments(db: TestDb) {
    broken_as(
        &db,
        "i19_one_payment_per_reference",
        r#""what":"charge""#,
        "ALTER TABLE payments.payments DROP CONSTRAINT payments_transaction; \
         CREATE TABLE kept AS SELECT id, transaction_id FROM payments.payments WHERE amount = 5; \
         UPDATE payments.payments SET transaction_id = \
           (SELECT transaction_id FROM payments.payments WHERE amount = 6) WHERE amount = 5",
        "UPDATE payments.payments p SET transaction_id = k.transaction_id FROM kept k WHERE k.id = p.id",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i20_a_payout_of_more_than_it_claims(db: TestDb) {
    broken(
        &db,
        "i20_payout_is_the_sum_of_its_items",
        "UPDATE payments.payouts SET amount = amount + 1",
        "UPDATE payments.payouts SET amount = amount - 1",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i20_an_earning_that_nobody_will_pay_out(db: TestDb) {
    broken(
        &db,
        "i20_payout_is_the_sum_of_its_items",
        "CREATE TABLE kept AS SELECT * FROM payments.payout_items; DELETE FROM payments.payout_items",
        "INSERT INTO payments.payout_items SELECT * FROM kept",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i21_a_cent_lost_between_commission_and_earning(db: TestDb) {
    broken(
        &db,
        "i21_commission_and_earning_sum_to_the_split",
        "ALTER TABLE payments.payment_splits DROP CONSTRAINT payment_splits_sides; \
         UPDATE payments.payment_splits SET commission = commission - 0.01 WHERE amount = 20",
        "UPDATE payments.payment_splits SET commission = commission + 0.01 WHERE amount = 20",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i21_splits_that_are_not_the_payment(db: TestDb) {
    broken_as(
        &db,
        "i21_commission_and_earning_sum_to_the_split",
        r#""split":null"#,
        "UPDATE payments.payment_splits SET amount = amount + 1, earning = earning + 1 WHERE amount = 5",
        "UPDATE payments.payment_splits SET amount = amount - 1, earning = earning - 1 WHERE amount = 6 AND earning = 5.5",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i21_a_commission_that_the_ledger_does_not_have(db: TestDb) {
    broken_as(
        &db,
        "i21_commission_and_earning_sum_to_the_split",
        r#""split":""#,
        "UPDATE payments.payment_splits SET commission = commission + 0.01, earning = earning - 0.01 WHERE amount = 7",
        "UPDATE payments.payment_splits SET commission = commission - 0.01, earning = earning + 0.01 WHERE amount = 7",
    )
    .await;
}

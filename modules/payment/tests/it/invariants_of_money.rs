//! Invariants of disputes, payouts that came back, statements, fees, reserves and debts, broken on purpose.

use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;

use crate::{
    invariants::{broken, broken_as, busy},
    world::{World, operator},
};

/// A reserve of which the ledger knows nothing.
const KEPT: &str = "INSERT INTO payments.reserves (id, store_id, amount, currency, reason, status, release_at) \
    SELECT gen_random_uuid(), store_id, 1, 'BRL', 'kept', 'held', now() FROM payments.payouts LIMIT 1";

/// Something was paid and came back, and something else was given up.
async fn with_a_return(db: &TestDb) -> World {
    let world = busy(db).await;
    let operator = operator();
    let all = feira_payment::PayoutFilter::default();
    let payouts = world
        .payments
        .payouts(&operator, all, feira_kernel::PageRequest::default());
    let id = payouts.await.unwrap().items[0].id;
    let reference = "TED 1".to_owned();
    let paid = world
        .payments
        .mark_payout_paid(&operator, id, reference, None);
    paid.await.unwrap();
    let reason = "account closed".to_owned();
    let back = world.payments.return_payout(&operator, id, reason, None);
    back.await.unwrap();
    world
}

#[feira_testkit::test("payments")]
async fn i43_a_payout_that_came_back_and_something_of_it_is_wrong(db: TestDb) {
    let _world = with_a_return(&db).await;
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    let owner = db.owner().await;
    for (way, spoil, mend) in [
        (
            "had claimed something else",
            "CREATE TABLE kept AS SELECT * FROM payments.payout_ended_items; DELETE FROM payments.payout_ended_items",
            "INSERT INTO payments.payout_ended_items SELECT * FROM kept; DROP TABLE kept",
        ),
        (
            "stands, and is kept as ended",
            "UPDATE payments.payout_ended_items SET payout_id = '00000000-0000-0000-0000-000000000001'",
            "UPDATE payments.payout_ended_items SET payout_id = (SELECT id FROM payments.payouts)",
        ),
        (
            "claims something still",
            "UPDATE payments.payout_items SET payout_id = (SELECT id FROM payments.payouts)",
            "UPDATE payments.payout_items SET payout_id = NULL",
        ),
        (
            "opened something else",
            "UPDATE payments.payouts SET status = 'paid'",
            "UPDATE payments.payouts SET status = 'returned'",
        ),
        (
            "took something else from the provider",
            "UPDATE payments.payouts SET status = 'paid'",
            "UPDATE payments.payouts SET status = 'returned'",
        ),
    ] {
        owner.execute_unprepared(spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        let told = |one: &feira_testkit::Violation| {
            one.invariant == "i43_payouts_that_came_back" && one.row.contains(way)
        };
        assert!(found.iter().any(told), "{way}: {found:?}");
        owner.execute_unprepared(mend).await.unwrap();
        assert_eq!(violations(&db.url(), Some("payments")).await, [], "{way}");
    }
}

#[feira_testkit::test("payments")]
async fn i47_a_line_of_another_amount_than_its_payment(db: TestDb) {
    broken(
        &db,
        "i47_statement_lines_match_their_payments",
        "INSERT INTO payments.statements (id, digest, format, lines, known) \
         VALUES ('00000000-0000-0000-0000-000000000001', 'd', 'csv', 1, 0); \
         INSERT INTO payments.statement_lines (id, statement_id, key, number, booked_on, amount, currency, text, state, payment_id) \
         SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'k', 1, '2026-03-17', amount + 1, currency, 't', 'matching', id \
         FROM payments.payments WHERE amount = 5",
        "DELETE FROM payments.statement_lines; DELETE FROM payments.statements",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i40_a_dispute_that_keeps_back_something_else(db: TestDb) {
    broken(
        &db,
        "i40_disputes_keep_back_what_they_say",
        "UPDATE payments.disputes SET held = held - 1 WHERE state = 'opened'",
        "UPDATE payments.disputes SET held = held + 1 WHERE state = 'opened'",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i51_a_reserve_that_the_ledger_does_not_have(db: TestDb) {
    broken_as(
        &db,
        "i51_reserves_and_debts",
        r#""what":"reserve""#,
        KEPT,
        "DELETE FROM payments.reserves",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i40_a_dispute_whose_end_is_not_in_the_books(db: TestDb) {
    broken(
        &db,
        "i40_disputes_keep_back_what_they_say",
        "WITH d AS (UPDATE payments.disputes SET state = 'won', closed_at = now(), next_look_at = NULL WHERE state = 'opened' RETURNING id, payment_id), \
              s AS (UPDATE payments.payment_splits s SET disputed = 0, disputed_commission = 0 FROM d WHERE s.payment_id = d.payment_id) \
         UPDATE payments.payments p SET status = 'completed' FROM d WHERE p.id = d.payment_id",
        "WITH d AS (UPDATE payments.disputes SET state = 'opened', closed_at = NULL WHERE state = 'won' RETURNING id, payment_id), \
              s AS (UPDATE payments.payment_splits s SET disputed = i.amount, disputed_commission = i.commission \
                    FROM payments.dispute_parts i JOIN d ON d.id = i.dispute_id WHERE s.id = i.split_id) \
         UPDATE payments.payments p SET status = 'disputed' FROM d WHERE p.id = d.payment_id",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i40_a_loss_that_is_not_in_the_books_and_a_fee_that_nobody_took(db: TestDb) {
    let _world = busy(&db).await;
    let owner = db.owner().await;
    for (spoil, mend) in [
        (
            "UPDATE payments.disputes SET written_off = 1 WHERE state = 'lost'",
            "UPDATE payments.disputes SET written_off = 0",
        ),
        (
            "UPDATE payments.dispute_parts SET fee = fee + 100",
            "UPDATE payments.dispute_parts SET fee = fee - 100",
        ),
    ] {
        assert_eq!(violations(&db.url(), Some("payments")).await, []);
        owner.execute_unprepared(spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        let name = "i40_disputes_keep_back_what_they_say";
        assert!(!found.is_empty() && found.iter().all(|one| one.invariant == name));
        owner.execute_unprepared(mend).await.unwrap();
    }
}

#[feira_testkit::test("payments")]
async fn i20_what_is_payable_of_a_part_that_nobody_released(db: TestDb) {
    broken_as(
        &db,
        "i20_payout_is_the_sum_of_its_items",
        r#""what":"rest""#,
        "UPDATE payments.payment_splits SET settled = settled + 1 WHERE released_at IS NULL",
        "UPDATE payments.payment_splits SET settled = settled - 1 WHERE released_at IS NULL",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i51_a_debt_that_ended_and_not_in_the_ledger(db: TestDb) {
    broken_as(
        &db,
        "i51_reserves_and_debts",
        r#""what":"debt""#,
        "INSERT INTO payments.debt_settlements (id, store_id, kind, amount, currency, note, at) \
         SELECT gen_random_uuid(), store_id, 'write_off', 1, 'BRL', 'gone', now() FROM payments.payouts LIMIT 1",
        "DELETE FROM payments.debt_settlements",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i41_a_split_that_sets_aside_more_than_is_disputed(db: TestDb) {
    broken(
        &db,
        "i41_disputed_money_is_set_aside",
        "UPDATE payments.payment_splits SET disputed = disputed + 0.01 WHERE disputed > 0",
        "UPDATE payments.payment_splits SET disputed = disputed - 0.01 WHERE disputed > 0",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i50_a_fee_that_is_not_in_the_ledger(db: TestDb) {
    broken_as(
        &db,
        "i50_provider_fees",
        r#""split":null"#,
        "UPDATE payments.payments SET fee = 0.5 WHERE amount = 30",
        "UPDATE payments.payments SET fee = NULL",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i41_a_payment_that_is_disputed_by_nobody(db: TestDb) {
    broken_as(
        &db,
        "i41_disputed_money_is_set_aside",
        r#""status":"disputed""#,
        "UPDATE payments.payments SET status = 'disputed' WHERE amount = 7",
        "UPDATE payments.payments SET status = 'completed' WHERE amount = 7",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i50_a_part_that_bears_what_nobody_took(db: TestDb) {
    broken_as(
        &db,
        "i50_provider_fees",
        r#""split":""#,
        "UPDATE payments.payment_splits SET fee = 0.5 WHERE amount = 20",
        "UPDATE payments.payment_splits SET fee = 0",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i18_a_lost_dispute_that_does_not_count(db: TestDb) {
    broken(
        &db,
        "i18_refunds_within_captures",
        "UPDATE payments.payments SET refunded = refunded - 1 WHERE amount = 8",
        "UPDATE payments.payments SET refunded = refunded + 1 WHERE amount = 8",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i52_a_refund_that_ended_and_holds_something(db: TestDb) {
    broken(
        &db,
        "i52_running_refunds_are_held",
        "UPDATE payments.refunds SET holds = true WHERE status = 'completed'",
        "UPDATE payments.refunds SET holds = false WHERE status = 'completed'",
    )
    .await;
}

//! Invariants of holds, of withdrawals and of evidence, broken on purpose.

use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;

use crate::invariants::busy;

/// Each way breaks this invariant alone, and the rows say which it is; then it is mended.
async fn each(db: &TestDb, name: &str, ways: &[(&str, &str, &str)]) {
    let owner = db.owner().await;
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    for (way, harm, mend) in ways {
        owner.execute_unprepared(harm).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        assert!(!found.is_empty(), "{harm}");
        for one in found {
            assert_eq!(one.invariant, name, "{harm}: {}", one.row);
            assert!(one.row.contains(way), "{harm}: {}", one.row);
        }
        owner.execute_unprepared(mend).await.unwrap();
        assert_eq!(violations(&db.url(), Some("payments")).await, [], "{mend}");
    }
}

#[feira_testkit::test("payments")]
async fn i68_a_payout_of_what_is_held_still(db: TestDb) {
    let _world = busy(&db).await;
    let ways = [
        (
            "claimed early",
            "UPDATE payments.payouts SET matured_by = matured_by - interval '1 second'",
            "UPDATE payments.payouts SET matured_by = matured_by + interval '1 second'",
        ),
        (
            "pays what is to come",
            "UPDATE payments.payouts SET matured_by = created_at + interval '1 second'",
            "UPDATE payments.payouts SET matured_by = created_at",
        ),
        (
            "not as of a new store",
            "UPDATE payments.payouts SET new_store_matured_by = matured_by - interval '7 days'",
            "UPDATE payments.payouts SET new_store_matured_by = NULL",
        ),
    ];
    each(&db, "i68_payouts_of_what_has_matured", &ways).await;
}

#[feira_testkit::test("payments")]
async fn i69_a_withdrawal_that_cannot_be(db: TestDb) {
    let _world = busy(&db).await;
    let owner = db.owner().await;
    let store = "(SELECT store_id FROM payments.payouts LIMIT 1)";
    let there = format!(
        "INSERT INTO payments.split_accounts (id, store_id, provider, account, balance, currency) \
         VALUES ('00000000-0000-0000-0000-0000000000aa', {store}, 'woovi', 'loja@feira.example', 0, 'BRL'); \
         INSERT INTO payments.account_withdrawals (id, account_id, store_id, amount, currency, state, ended_at, created_at) \
         SELECT gen_random_uuid(), id, store_id, n, 'BRL', 'made', now() - interval '1 hour' * n, now() - interval '1 hour' * n \
         FROM payments.split_accounts, generate_series(1, 2) AS n"
    );
    owner.execute_unprepared(&there).await.unwrap();
    let emptied = "UPDATE payments.split_accounts SET retired_at = now(), emptied_at = now()";
    let back =
        "UPDATE payments.split_accounts SET retired_at = NULL, emptied_at = NULL, balance = 0";
    let early = format!("{emptied} - interval '3 hours'");
    let full = format!("{emptied}, balance = 5");
    let ways = [
        (
            "of another store or currency",
            "UPDATE payments.account_withdrawals SET store_id = gen_random_uuid() WHERE amount = 1",
            "UPDATE payments.account_withdrawals w SET store_id = a.store_id FROM payments.split_accounts a",
        ),
        (
            "of another store or currency",
            "UPDATE payments.account_withdrawals SET currency = 'USD' WHERE amount = 2",
            "UPDATE payments.account_withdrawals SET currency = 'BRL'",
        ),
        ("after it was emptied", &early, back),
        ("emptied, and something is in it", &full, back),
        (
            "two at once",
            "UPDATE payments.account_withdrawals SET ended_at = now() WHERE amount = 2",
            "UPDATE payments.account_withdrawals SET ended_at = created_at",
        ),
        (
            "two at once",
            "UPDATE payments.account_withdrawals SET state = 'asked', ended_at = NULL WHERE amount = 2",
            "UPDATE payments.account_withdrawals SET state = 'made', ended_at = created_at WHERE amount = 2",
        ),
        // As it would be without the constraint.
        (
            "two at once",
            "DROP INDEX payments.account_withdrawals_open; \
             UPDATE payments.account_withdrawals SET state = 'asked', ended_at = NULL",
            "UPDATE payments.account_withdrawals SET state = 'made', ended_at = created_at; \
             CREATE UNIQUE INDEX account_withdrawals_open ON payments.account_withdrawals (account_id) WHERE state = 'asked'",
        ),
        (
            "nobody knows what became of it",
            "UPDATE payments.account_withdrawals SET created_at = now() - interval '9 days', \
                 ended_at = now() - interval '9 days' WHERE amount = 1; \
             UPDATE payments.account_withdrawals SET state = 'asked', ended_at = NULL, \
                 created_at = now() - interval '8 days' WHERE amount = 2",
            "UPDATE payments.account_withdrawals SET state = 'unknown', ended_at = created_at WHERE amount = 2",
        ),
    ];
    each(&db, "i69_withdrawals", &ways).await;
}

#[feira_testkit::test("payments")]
async fn i70_evidence_that_was_sent_twice_or_changed(db: TestDb) {
    let _world = busy(&db).await;
    let sent =
        "UPDATE payments.disputes SET evidence_sent_at = now() WHERE provider_id = 'dp_open'";
    let not = "UPDATE payments.disputes SET evidence_sent_at = NULL";
    let told = |times: u8| {
        format!(
            "INSERT INTO payments.transactions (id, payment_id, kind, gateway_id, outcome, at) \
             SELECT gen_random_uuid(), payment_id, 'dispute', provider_id, 'evidence_sent', now() \
             FROM payments.disputes, generate_series(1, {times}) WHERE provider_id = 'dp_open'; {sent}"
        )
    };
    let gone = format!(
        "DELETE FROM payments.transactions WHERE outcome = 'evidence_sent'; \
         DELETE FROM payments.dispute_evidence; {not}"
    );
    let changed = format!(
        "{}; INSERT INTO payments.dispute_evidence (dispute_id, store_id, kind, text, updated_at) \
         SELECT id, gen_random_uuid(), 'other', 'late', now() + interval '1 second' FROM payments.disputes \
         WHERE provider_id = 'dp_open'",
        told(1)
    );
    let twice = told(2);
    let ways = [
        (
            "sent, and nobody knows when",
            "UPDATE payments.disputes SET state = 'evidence_sent' WHERE provider_id = 'dp_open'",
            "UPDATE payments.disputes SET state = 'opened' WHERE provider_id = 'dp_open'",
        ),
        ("known to be sent, and never was", sent, not),
        ("sent more than once", &twice, &gone),
        ("changed after it was sent", &changed, &gone),
    ];
    each(&db, "i70_evidence_is_sent_once", &ways).await;
}

//! Invariants of notifications, ratios, saved cards, signs and holds, broken on purpose; and what lists of names in
//! them must have.

use std::collections::BTreeSet;

use feira_kernel::Currency;
use feira_payment::KindName;
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use crate::invariants::{broken, broken_as};

/// The words of an SQL list that follows a text.
fn listed(sql: &str, after: &str) -> BTreeSet<String> {
    let list = sql.split_once(after).unwrap().1.split_once(')').unwrap().0;
    let words = list.split('\'').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

#[test]
fn i49_names_every_secret_of_every_kind() {
    let sql = include_str!("../../../../src/check/invariants/i49_provider_keys_are_sealed.sql");
    let fields = KindName::ALL.into_iter().flat_map(KindName::fields);
    let secrets = fields.filter(|field| field.form.is_secret());
    let secrets: BTreeSet<String> = secrets.map(|field| field.name.to_owned()).collect();
    assert_eq!(listed(sql, "s.key IN ("), secrets);
}

#[test]
fn i61_names_every_currency_without_hundredths() {
    let sql = include_str!(
        "../../../../src/check/invariants/i61_commission_at_the_ratio_of_the_sale.sql"
    );
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|a| letters().map(move |b| (a, b)));
    let codes = codes.flat_map(|(a, b)| letters().map(move |c| [a, b, c]));
    let codes = codes.map(|code| String::from_utf8(code.to_vec()).unwrap());
    let whole = codes.filter(|code| {
        let currency = code.parse::<Currency>();
        currency.is_ok_and(|currency| currency.exponent() == 0)
    });
    assert_eq!(listed(sql, "p.currency IN ("), whole.collect());
}

#[feira_testkit::test("payments")]
async fn i60_a_notification_that_nobody_saw_to(db: TestDb) {
    let gone = "DELETE FROM payments.provider_events WHERE event_id = 'late'";
    let told = |state: &str, next: &str, days: u8| {
        format!(
            "INSERT INTO payments.provider_events (id, provider, event_id, kind, charge_id, state, next_attempt_at, \
                 received_at, created_at) \
             SELECT gen_random_uuid(), 'sandbox', 'late', 'x', 'x', '{state}', {next}, now(), \
                    now() - interval '{days} days'"
        )
    };
    let name = "i60_notifications_are_seen_to";
    broken_as(&db, name, "received", &told("received", "now()", 8), gone).await;
    let owner = db.owner().await;
    owner
        .execute_unprepared(&told("ignored", "NULL", 0))
        .await
        .unwrap();
    let found = feira_testkit::violations(&db.url(), Some("payments")).await;
    assert_eq!(found.len(), 1);
    owner.execute_unprepared(gone).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn i61_a_commission_at_another_ratio(db: TestDb) {
    // The ledger and what is kept agree with each other, and not with the sale.
    broken(
        &db,
        "i61_commission_at_the_ratio_of_the_sale",
        "UPDATE payments.payment_splits SET commission_kept = commission_kept + 1 WHERE amount = 20",
        "UPDATE payments.payment_splits SET commission_kept = commission_kept - 1 WHERE amount = 20",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i62_a_card_that_is_known_too_well(db: TestDb) {
    let add = |user: &str, customer: &str, token: &str| {
        format!(
            "INSERT INTO payments.payment_methods (id, user_id, provider, customer, setup, token, status, brand, last4, \
                 expiry_month, expiry_year) \
             VALUES (gen_random_uuid(), '{user}', 'sandbox', '{customer}', '{token}_s', '{token}', 'kept', \
                     'visa', '4242', 12, 2030)"
        )
    };
    let (ana, bia) = (
        "00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000002",
    );
    let name = "i62_saved_methods";
    let shared = format!(
        "{}; {}",
        add(ana, "cus_1", "pm_1"),
        add(bia, "cus_1", "pm_2")
    );
    let gone = "DELETE FROM payments.payment_methods";
    broken_as(&db, name, "two people", &shared, gone).await;
    let owner = db.owner().await;
    for (harm, way, mend) in [
        (add(ana, "cus_1", "4242424242424242"), "the number", gone),
        (
            "UPDATE payments.payments SET card_token = 'tok' WHERE amount = 7".to_owned(),
            "is over",
            "UPDATE payments.payments SET card_token = NULL WHERE amount = 7",
        ),
    ] {
        owner.execute_unprepared(&harm).await.unwrap();
        let found = feira_testkit::violations(&db.url(), Some("payments")).await;
        let rows: Vec<_> = found.iter().map(|one| one.row.as_str()).collect();
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row.contains(way)),
            "{harm}: {rows:?}"
        );
        owner.execute_unprepared(mend).await.unwrap();
    }
}

#[feira_testkit::test("payments")]
async fn i63_an_account_on_the_wrong_side(db: TestDb) {
    // In both entries of one transaction, so that it still sums to zero: what was paid was never on its way.
    let entry = |account: &str, other: &str, amount: i8| {
        format!(
            "WITH t AS (INSERT INTO payments.ledger_transactions (id, kind, source_id, at) \
                        VALUES (gen_random_uuid(), 'netting', '00000000-0000-0000-0000-00000000beef', now()) RETURNING id) \
             INSERT INTO payments.ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, at) \
             SELECT gen_random_uuid(), t.id, 'netting', side.account, '00000000-0000-0000-0000-000000000009'::uuid, \
                    side.amount, 'BRL', now() \
             FROM t, (VALUES ('{account}', {amount}), ('{other}', -({amount}))) AS side (account, amount)"
        )
    };
    broken(
        &db,
        "i63_signs_of_accounts",
        &entry("platform_promotions", "write_offs", -5),
        "DELETE FROM payments.ledger_entries WHERE store_id = '00000000-0000-0000-0000-000000000009'; \
         DELETE FROM payments.ledger_transactions WHERE source_id = '00000000-0000-0000-0000-00000000beef'",
    )
    .await;
}

#[feira_testkit::test("payments")]
async fn i64_a_payout_while_its_account_was_held(db: TestDb) {
    broken(
        &db,
        "i64_payouts_after_the_hold",
        "UPDATE payments.payouts SET account_held_until = created_at + interval '1 second'",
        "UPDATE payments.payouts SET account_held_until = created_at",
    )
    .await;
}

//! What a release before this one left is taken over with all its rows, and can be traded on. The
//! dumps are of the demo of each release (`pg_dump --format=custom`).

use std::process::Command;

use feira_database::throwaway;
use feira_migrations::{Options, migrate, pending};
use feira_testkit::{FromTestDb, TestDb};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use crate::support::{Market, card, cart_with, choose_shipping};

const SELLER: [&str; 2] = ["ana@demo.example", "feira-demo-seller"];

#[feira_testkit::test]
async fn an_installation_of_0_1_0_goes_on(db: TestDb) {
    goes_on(&db, "feira-0.1.0.dump").await;
}

#[feira_testkit::test]
async fn an_installation_of_0_2_0_goes_on(db: TestDb) {
    goes_on(&db, "feira-0.2.0.dump").await;
}

#[feira_testkit::test]
async fn an_installation_of_0_3_0_goes_on(db: TestDb) {
    goes_on(&db, "feira-0.3.0.dump").await;
}

async fn goes_on(db: &TestDb, dump: &str) {
    restore(db, dump).await;
    let before = counts(db).await;
    take_over(db).await;
    let after = counts(db).await;
    // The keys of checkouts of earlier releases are copied there.
    let copied = "orders.idempotency_key";
    // A new right, and who has it.
    let grown = [copied, "users.permissions", "users.role_permissions"];
    let same = before
        .iter()
        .filter(|(table, _)| !grown.contains(&&**table));
    for (table, rows) in same {
        assert!(after.contains(&(renamed(table), *rows)), "{table}: {rows}");
    }
    let keys = after.iter().find(|(table, _)| table == copied);
    assert!(keys.is_some_and(|(_, rows)| *rows > 0), "{keys:?}");
    let violations = feira_testkit::violations(&db.url(), None).await;
    assert!(violations.is_empty(), "{violations:#?}");

    // A few days after the dump was made.
    db.clock().advance(time::Duration::days(275));
    let market = Market::start(db).await;
    let [email, password] = SELLER;
    let credentials = json!({"email": email, "password": password, "audience": "seller"});
    let signed_in = market
        .client()
        .post("/api/v1/auth/login", credentials)
        .await;
    let seller = market
        .client()
        .with_bearer(&signed_in.expect(200).str("/access_token"));
    let orders = seller.get("/api/v1/seller/orders").await.expect(200);
    assert!(!orders.json["items"].as_array().expect("a list").is_empty());
    seller.get("/api/v1/seller/balance").await.expect(200);
    let products = market
        .client()
        .get("/api/v1/products?in_stock=true")
        .await
        .expect(200);
    let path = format!("/api/v1/products/{}", products.str("/items/0/id"));
    let product = market.client().get(&path).await.expect(200);
    let lines = [(product.str("/variants/0/id"), 1)];
    let (guest, cart) = cart_with(&market, &lines).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("after", &cart, card("tok_approved")).await;
    assert_eq!(placed.expect(201).str("/order/status"), "confirmed");
    market.stop().await;
}

/// A payment by PIX and one by card that wait for their payers.
const OPEN: &str = "INSERT INTO payments.payments (id, key, reference, attempt, description, method, gateway, \
         amount, currency, status, expires_at) \
     SELECT id::uuid, id::uuid, id::uuid, 1, 'open', method, 'sandbox', 10, 'BRL', 'pending', timestamptz '2026-12-24Z' \
     FROM (VALUES ('00000000-0000-7000-8000-0000000000a1', 'pix'), \
                  ('00000000-0000-7000-8000-0000000000a2', 'card')) AS v (id, method); \
     INSERT INTO payments.payment_pix (payment_id, txid, br_code) \
     VALUES ('00000000-0000-7000-8000-0000000000a1', 'tx', 'code'); \
     INSERT INTO payments.payment_credit_card (payment_id, token) \
     VALUES ('00000000-0000-7000-8000-0000000000a2', 'tok_open')";

const KEPT: &str = "SELECT string_agg(concat_ws(' ', method, card_token, txid, br_code), ', ' ORDER BY method) \
     FROM payments.payments WHERE description = 'open'";

/// No token is kept in two places.
const LEFT: &str = "SELECT string_agg(token, ', ') FROM payments.earlier_payment_credit_card";

/// They belong to no order.
const CLEAR: &str = "DELETE FROM payments.earlier_payment_pix WHERE txid = 'tx'; \
     DELETE FROM payments.earlier_payment_credit_card \
     WHERE payment_id = '00000000-0000-7000-8000-0000000000a2'; \
     DELETE FROM payments.payments WHERE description = 'open'";

#[feira_testkit::test]
async fn a_payment_that_0_3_0_left_open_keeps_its_code_and_token(db: TestDb) {
    restore(&db, "feira-0.3.0.dump").await;
    let owner = db.owner().await;
    owner.execute_unprepared(OPEN).await.expect("two payments");
    take_over(&db).await;
    let told = async |sql: &str| {
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let row = owner.query_one_raw(statement).await.expect("it is valid");
        let text = row.expect("a row").try_get_by_index::<Option<String>>(0);
        text.expect("a text")
    };
    let kept = told(KEPT).await;
    assert_eq!(kept.as_deref(), Some("card tok_open, pix tx code"));
    assert_eq!(told(LEFT).await, None);
    owner.execute_unprepared(CLEAR).await.expect("they go");
}

/// This release migrates it.
async fn take_over(db: &TestDb) {
    let options = Options {
        url: db.url(),
        roles: Some(feira_testkit::roles()),
    };
    migrate(&options).await.expect("it migrates");
    assert!(pending(&options.url).await.expect("it answers").is_empty());
}

/// What a table of an earlier release is called now.
fn renamed(table: &str) -> String {
    match table {
        "payments.payment_pix" | "payments.payment_credit_card" => {
            table.replace("payments.", "payments.earlier_")
        }
        _ => table.to_owned(),
    }
}

/// The test's database becomes what the dump holds.
async fn restore(db: &TestDb, dump: &str) {
    let owner = db.owner().await;
    for schema in feira_migrations::schemas().chain(["extensions"]) {
        let drop = format!("DROP SCHEMA {schema} CASCADE");
        owner.execute_unprepared(&drop).await.expect("it was there");
    }
    let file = format!("{}/src/tests/data/{dump}", env!("CARGO_MANIFEST_DIR"));
    let restored = Command::new(throwaway::cluster().binaries().pg_restore())
        .args([
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--dbname",
        ])
        .args([db.url(), file])
        .output()
        .expect("pg_restore runs");
    let said = String::from_utf8_lossy(&restored.stderr);
    assert!(restored.status.success(), "{said}");
}

/// The rows of every table but those that say how far it is migrated.
async fn counts(db: &TestDb) -> Vec<(String, i64)> {
    let owner = db.owner().await;
    let query = |sql: String| {
        let owner = owner.clone();
        async move {
            let statement = Statement::from_string(DbBackend::Postgres, sql);
            owner.query_all_raw(statement).await.expect("it is valid")
        }
    };
    let tables = query(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'seaql_migrations'"
            .to_owned(),
    )
    .await;
    let mut all = Vec::new();
    for table in tables {
        let table: String = table.try_get_by_index(0).expect("a name");
        let rows = query(format!("SELECT count(*) FROM {table}")).await;
        all.push((table, rows[0].try_get_by_index(0).expect("a number")));
    }
    all
}

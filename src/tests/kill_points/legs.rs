//! Killed while it is said that a store was paid itself: of one leg, and of the last one, by which the order is sold.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    buyer::Buyer,
    server::{self, DataDir, Server},
};

/// What is agreed upon in a chat pays the stores, beside what the simulated provider takes.
const BY_STORES: &[(&str, &str)] = &[
    ("FEIRA_PAYMENTS__ORDER", "[sandbox, hand]"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__KIND", "manual"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__PAYEE", "store"),
];

const POINTS: &[&str] = &[
    "payment.leg_settled",
    "payment.leg_settled:2",
    "checkout.commit_stock.after",
    "checkout.confirm.before",
    "checkout.confirm.after",
];

/// An operator says of each part that its store has the money; nothing if the server went away.
fn say(server: &Server, parts: &[String]) -> Option<()> {
    let http = server::http();
    let operator = json!({"email": "operator@demo.example", "password": "feira-demo-operator", "audience": "admin"});
    let signed_in = http
        .post(format!("{}/api/v1/auth/login", server.url))
        .json(&operator)
        .send();
    let signed_in: Value = signed_in.ok()?.error_for_status().ok()?.json().ok()?;
    for part in parts {
        let path = format!("/api/v1/admin/store-orders/{part}/collected");
        let sent = http
            .post(format!("{}{path}", server.url))
            .bearer_auth(signed_in["access_token"].as_str()?)
            .header("idempotency-key", part)
            .json(&json!({}))
            .send();
        sent.ok()?.error_for_status().ok()?;
    }
    Some(())
}

fn parts(server: &Server, order: &str) -> Vec<String> {
    let found = format!("SELECT id::text AS id FROM orders.store_orders WHERE order_id = '{order}' ORDER BY position");
    let found = server.rows(&found).into_iter();
    found
        .map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn killed_while_a_leg_is_paid(data: &DataDir, point: &str) -> String {
    let start = |kill_at| Server::start_with(data, kill_at, BY_STORES);
    let server = start(None);
    let buyer = Buyer::with_cart(&server, &format!("kill {point}")).in_a_chat();
    let order = buyer.insist(|| Some(server.url.clone())).order;
    server.settle();
    let parts = parts(&server, &order);
    assert_eq!(parts.len(), 2);
    server.stop();

    let server = start(Some(point));
    assert!(say(&server, &parts).is_none(), "{point} was not passed");
    server.wait_for_its_end();
    let server = start(None);
    println!("{point}: killed while {order} was said to be paid");
    let deadline = Instant::now() + Duration::from_secs(60);
    while say(&server, &parts).is_none() {
        assert!(Instant::now() < deadline, "{point}: it is never said");
        std::thread::park_timeout(Duration::from_millis(100));
    }
    server.settle();
    server.stop();
    order
}

#[test]
fn killed_while_it_is_said_that_a_store_was_paid() {
    let data = DataDir::with_demo();
    let orders: Vec<String> = POINTS
        .iter()
        .map(|point| killed_while_a_leg_is_paid(&data, point))
        .collect();
    data.check();
    for order in orders {
        let state = format!("SELECT status FROM orders.orders WHERE id = '{order}'");
        assert_eq!(data.rows(&state)[0]["status"], "confirmed");
        let owed = format!(
            "SELECT count(*) AS n FROM payments.ledger_entries e JOIN payments.payments p ON p.id = e.payment_id \
             WHERE p.reference = '{order}' AND e.account = 'seller_receivable'"
        );
        assert_eq!(data.rows(&owed)[0]["n"], 2, "{order}");
    }
}

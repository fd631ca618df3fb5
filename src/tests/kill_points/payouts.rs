//! Killed while stores are paid, while a payout is marked as paid, and while one comes back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    buyer::Buyer,
    server::{self, DataDir, Server},
};

pub(crate) const SELLER: &str = "feira-demo-seller";

/// What it claims is written, and nobody was told; it is paid, by our books; it came back.
const CLAIMED: &str = "payment.payout_claimed";
const PAID: &str = "payment.payout_paid";
const RETURNED: &str = "payment.payout_returned";
pub(crate) const POINTS: &[&str] = &[CLAIMED, PAID, RETURNED];

/// Status and answer, unless the server went away.
pub(crate) fn post(server: &Server, token: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let request = server::http().post(format!("{}/api/v1{path}", server.url));
    let request = request.bearer_auth(token).header("idempotency-key", path);
    let response = request.json(body).send().ok()?;
    let status = response.status().as_u16();
    let text = response.text().ok()?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

/// Repeats it with its key while the first one, which was killed, is taken to be running.
pub(crate) fn insist(server: &Server, token: &str, path: &str, body: &Value) -> Value {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        let (status, answer) = post(server, token, path, body).expect("an answer");
        if status < 300 {
            return answer;
        }
        let running = answer["code"] == "request.idempotency_key_running";
        assert!(running, "{path}: {status} {answer}");
        assert!(Instant::now() < deadline, "{path} is never done");
        std::thread::park_timeout(Duration::from_millis(200));
    }
}

pub(crate) fn log_in(server: &Server, email: &str, password: &str, audience: &str) -> String {
    let body = json!({"email": email, "password": password, "audience": audience});
    let request = server::http().post(format!("{}/api/v1/auth/login", server.url));
    let answer: Value = request.json(&body).send().unwrap().json().unwrap();
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// The demo's operator.
pub(crate) fn operator(server: &Server) -> String {
    let email = "operator@demo.example";
    log_in(server, email, "feira-demo-operator", "admin")
}

/// The part of an order that is this seller's.
pub(crate) fn part_of(server: &Server, email: &str, order: &str) -> String {
    let of = format!(
        "SELECT s.id::text AS id FROM orders.store_orders s \
         JOIN stores.store_members m ON m.store_id = s.store_id \
         JOIN users.users u ON u.id = m.user_id AND u.email = '{email}' \
         WHERE s.order_id = '{order}'"
    );
    let part = server.rows(&of)[0]["id"].clone();
    part.as_str().expect("an id").to_owned()
}

/// A purchase of both stores that arrived, and whose return window is over.
pub(crate) fn payable(data: &DataDir, key: &str) -> String {
    let server = Server::start(data, None);
    let open = |server: &Server| {
        let items = "SELECT count(*) AS items FROM payments.payout_items WHERE payout_id IS NULL";
        server.rows(items)[0]["items"].as_i64().expect("a number")
    };
    let before = open(&server);
    let buyer = Buyer::with_cart(&server, key);
    let placed = buyer.insist(|| Some(server.url.clone()));
    server.settle();
    for email in ["ana@demo.example", "bento@demo.example"] {
        let token = log_in(&server, email, SELLER, "seller");
        let part = part_of(&server, email, &placed.order);
        let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
        insist(
            &server,
            &token,
            &format!("/seller/orders/{part}/ship"),
            &sent,
        );
        let arrived = format!("/seller/orders/{part}/deliver");
        insist(&server, &token, &arrived, &json!({}));
    }
    let deadline = Instant::now() + Duration::from_secs(120);
    while open(&server) != before + 2 {
        assert!(Instant::now() < deadline, "nothing becomes payable");
        // Whatever is completed by a job is so at once.
        server.rows("UPDATE orders.job SET run_at = now() RETURNING id");
        std::thread::park_timeout(Duration::from_millis(500));
    }
    server.stop();
    placed.order
}

/// Asks a server that dies at the point, and the next one again.
fn killed(data: &DataDir, point: &str, path: &str, body: &Value) -> Value {
    let server = Server::start(data, Some(point));
    let lost = post(&server, &operator(&server), path, body);
    assert!(lost.is_none(), "{point} was not passed: {lost:?}");
    server.wait_for_its_end();
    let server = Server::start(data, None);
    // A sign-in does not wait for the disk, so the one before may be gone.
    let answer = insist(&server, &operator(&server), path, body);
    println!("{point}: killed, then answered");
    server.settle();
    server.stop();
    answer
}

#[test]
fn killed_while_stores_are_paid_and_payouts_come_back() {
    let data = DataDir::with_demo();
    payable(&data, "payouts");
    let made = killed(&data, CLAIMED, "/admin/payouts", &json!({}));
    let made = made["items"].as_array().expect("payouts");
    assert_eq!(made.len(), 2, "{made:?}");
    let payout = made[0]["id"].as_str().expect("an id");
    let paid = killed(
        &data,
        PAID,
        &format!("/admin/payouts/{payout}/paid"),
        &json!({"reference": "TED 1"}),
    );
    assert_eq!(paid["status"], "paid");
    let back = killed(
        &data,
        RETURNED,
        &format!("/admin/payouts/{payout}/returned"),
        &json!({"reason": "account closed"}),
    );
    assert_eq!(back["status"], "returned");
    let store = made[0]["store_id"].as_str().expect("an id");
    let again = format!("/admin/stores/{store}/payouts");
    let again = killed(&data, CLAIMED, &again, &json!({}));
    assert_eq!(again["items"][0]["amount"], made[0]["amount"]);
    let kept = data.rows("SELECT status FROM payments.payouts ORDER BY status");
    let kept: Vec<_> = kept
        .iter()
        .filter_map(|row| row["status"].as_str())
        .collect();
    assert_eq!(kept, ["pending", "pending", "returned"]);
    data.check();
}

//! Killed while an operator gives a part of an order back.

use serde_json::{Value, json};

use crate::{
    buyer::Buyer,
    server::{self, DataDir, Server},
    step,
};

const STEPS: &[&str] = &["refund.request", "refund.ask", "refund.settle"];
/// Set aside at payment and not asked for yet; and made by the provider, before the books know.
const REFUND_POINTS: &[&str] = &["payment.refund_reserved", "refund.ask.before:2"];

/// Whether the step is one of a refund beside a cancel.
pub(crate) fn is(point: &str) -> bool {
    STEPS.contains(&step(point))
}

pub(crate) fn points() -> Vec<&'static str> {
    let points = feira_order::FAILPOINTS.iter().copied();
    let points = points.filter(|point| is(point));
    points.chain(REFUND_POINTS.iter().copied()).collect()
}

/// The demo's operator.
fn operator(server: &Server) -> String {
    let body = json!({"email": "operator@demo.example", "password": "feira-demo-operator", "audience": "admin"});
    let sent = server::http()
        .post(format!("{}/api/v1/auth/login", server.url))
        .json(&body)
        .send();
    let answer = sent.expect("an answer").error_for_status();
    let answer: Value = answer.expect("she signs in").json().expect("tokens");
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// Gives 1.00 back under the key; the server may be killed before it answers.
pub(crate) fn give_back(server: &Server, token: &str, order: &str) -> Option<Value> {
    let path = format!("/api/v1/admin/orders/{order}/refunds");
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    let sent = server::http()
        .post(format!("{}{path}", server.url))
        .bearer_auth(token)
        .header("idempotency-key", order)
        .json(&json!({"amount": amount, "reason": "damaged"}))
        .send();
    let answer = sent.ok()?;
    if !answer.status().is_success() {
        println!("{}: {}", answer.status(), answer.text().unwrap_or_default());
        return None;
    }
    answer.json().ok()
}

fn killed_while_giving_back(data: &DataDir, point: &str) -> String {
    let server = Server::start(data, None);
    let buyer = Buyer::with_cart(&server, &format!("kill {point}"));
    let order = buyer.insist(|| Some(server.url.clone())).order;
    server.settle();
    server.stop();

    let server = Server::start(data, Some(point));
    let token = operator(&server);
    assert!(
        give_back(&server, &token, &order).is_none(),
        "{point} was not passed"
    );
    server.wait_for_its_end();
    let server = Server::start(data, None);
    println!("{point}: killed while a part of {order} was given back");
    // A sign-in does not wait for the disk, so the one before may be gone.
    let token = operator(&server);
    // The job may be at it as well.
    server.rows("UPDATE orders.job SET lease_until = NULL RETURNING id");
    let mut done = None;
    for _ in 0..600 {
        done = give_back(&server, &token, &order);
        if done.is_some() {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(100));
    }
    assert!(done.is_some(), "{point}: never acknowledged");
    server.settle();
    server.stop();
    order
}

#[test]
fn killed_while_a_part_of_an_order_is_given_back() {
    let data = DataDir::with_demo();
    let orders: Vec<String> = points()
        .into_iter()
        .map(|point| killed_while_giving_back(&data, point))
        .collect();
    assert_eq!(orders.len(), 8);
    data.verify_refunded(&orders);
}

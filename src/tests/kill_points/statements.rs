//! Killed between two lines of a bank statement, each of which pays an order.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, Placed},
    people::BY_HAND,
    server::{self, DataDir, Server},
};

/// One line is written, the next is not.
pub(crate) const POINTS: &[&str] = &["payment.statement_line:2"];

/// The bank's file, in which each order was paid.
fn file(server: &Server, placed: &[Placed]) -> String {
    let rows = placed.iter().map(|one| {
        let payment = format!(
            "SELECT description, round(amount, 2)::text AS amount FROM payments.payments WHERE id = '{}'",
            one.payment
        );
        let payment = &server.rows(&payment)[0];
        let text = |field: &str| payment[field].as_str().expect("a text").to_owned();
        format!("2026-03-17,TED {},{}\n", text("description"), text("amount"))
    });
    format!("date,description,amount\n{}", rows.collect::<String>())
}

/// The answer, unless the server went away.
fn import(server: &Server, file: &str) -> Option<Value> {
    let http = server::http();
    let operator = json!({"email": "operator@demo.example", "password": "feira-demo-operator", "audience": "admin"});
    let signed_in = http
        .post(format!("{}/api/v1/auth/login", server.url))
        .json(&operator)
        .send();
    let signed_in: Value = signed_in.ok()?.error_for_status().ok()?.json().ok()?;
    let sent = http
        .post(format!("{}/api/v1/admin/bank-statements", server.url))
        .bearer_auth(signed_in["access_token"].as_str()?)
        .header("content-type", "text/csv")
        .body(file.to_owned())
        .send();
    sent.ok()?.error_for_status().ok()?.json().ok()
}

#[test]
fn killed_between_two_lines_of_a_bank_statement() {
    let data = DataDir::with_demo();
    let start = |kill_at| Server::start_with(&data, kill_at, BY_HAND);
    let server = start(POINTS.first().copied());
    let buy = |n: usize| {
        let buyer = Buyer::with_cart(&server, &format!("statement {n}")).by_transfer();
        buyer.insist(|| Some(server.url.clone()))
    };
    let placed: Vec<Placed> = (1..=2).map(buy).collect();
    let file = file(&server, &placed);
    assert_eq!(import(&server, &file), None, "the point was not passed");
    server.wait_for_its_end();
    let server = start(None);
    let deadline = Instant::now() + Duration::from_secs(60);
    let report = loop {
        if let Some(report) = import(&server, &file) {
            break report;
        }
        assert!(Instant::now() < deadline, "the file is not taken");
        std::thread::park_timeout(Duration::from_millis(100));
    };
    assert_eq!(
        (&report["matched"], &report["open"]),
        (&json!(2), &json!([]))
    );
    server.settle();
    server.stop();
    data.check();
    for one in &placed {
        let order = data.rows(&format!(
            "SELECT o.status, (SELECT count(*) FROM payments.payments p WHERE p.reference = o.id \
                               AND p.status = 'completed') AS captured, \
                    (SELECT count(*) FROM payments.audit a WHERE a.subject_id = '{}') AS marked \
             FROM orders.orders o WHERE o.id = '{}'",
            one.payment, one.order
        ));
        let order = &order[0];
        assert_eq!(order["status"], "confirmed", "{order}");
        assert_eq!(
            (&order["captured"], &order["marked"]),
            (&json!(1), &json!(1))
        );
    }
}

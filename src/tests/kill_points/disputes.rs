//! Killed while a dispute is told of, and while it is ended.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, Placed},
    server::{DataDir, Server, http},
};

/// What the provider told is known and not written; it is written, and its notification is not done with.
const TOLD: &[&str] = &["payment.dispute_told", "payment.dispute_written"];
/// The provider has nothing of the evidence yet; it has it, and that is not written down.
const EVIDENCE: &[&str] = &["payment.evidence_read", "payment.evidence_sent"];

pub(crate) fn points() -> Vec<&'static str> {
    [TOLD, EVIDENCE].concat()
}

/// What the payer's bank is asked; its answer may not come, for the server may have ended.
fn bank(server: &Server, path: &str, key: &str, body: &Value) -> Option<Value> {
    let request = http().post(format!("{}/sandbox/bank/{path}", server.url));
    let request = request.header("idempotency-key", key).json(body);
    request.send().ok()?.json().ok()
}

fn charge_of(server: &Server, placed: &Placed) -> String {
    let sql = format!(
        "SELECT id FROM sandbox.charges WHERE idempotency_key = '{}'",
        placed.payment
    );
    server.rows(&sql)[0]["id"].as_str().unwrap().to_owned()
}

/// Until our record of the payment's dispute is in the state, and no notification is left to be seen to.
fn wait_for(server: &Server, placed: &Placed, state: &str) {
    let sql = format!(
        "SELECT count(*) AS found FROM payments.disputes WHERE payment_id = '{}' AND state = '{state}' \
         AND NOT EXISTS (SELECT 1 FROM payments.provider_events WHERE state = 'received')",
        placed.payment
    );
    let deadline = Instant::now() + Duration::from_secs(120);
    while server.rows(&sql)[0]["found"] != 1 {
        assert!(Instant::now() < deadline, "the dispute is not {state}");
        std::thread::park_timeout(Duration::from_millis(200));
    }
}

/// Bought on a server that dies when the dispute is told of; on the next one it is ended.
fn killed_when_told(data: &DataDir, point: &str, outcome: &str) {
    let server = Server::start(data, Some(point));
    let buyer = Buyer::with_cart(&server, &format!("kill {point} {outcome}"));
    let placed = buyer.insist(|| Some(server.url.clone()));
    let charge = charge_of(&server, &placed);
    let new = json!({"kind": "chargeback", "reason": "fraudulent", "fee": 1500});
    bank(
        &server,
        &format!("charges/{charge}/disputes"),
        &charge,
        &new,
    );
    server.wait_for_its_end();
    let server = Server::start(data, None);
    wait_for(&server, &placed, "opened");
    let id = format!("SELECT id FROM sandbox.disputes WHERE charge_id = '{charge}'");
    let id = server.rows(&id)[0]["id"].as_str().unwrap().to_owned();
    server.stop();

    // And once more when it is told of its end.
    let server = Server::start(data, Some(point));
    let decided = json!({ "status": outcome });
    bank(&server, &format!("disputes/{id}/outcome"), "", &decided);
    server.wait_for_its_end();
    let server = Server::start(data, None);
    wait_for(&server, &placed, outcome);
    server.settle();
    server.stop();
}

/// What the demo's operator is answered when she sends the evidence; nothing if the server ended.
fn send_evidence(server: &Server, placed: &Placed) -> Option<u16> {
    let login = json!({
        "email": "operator@demo.example", "password": "feira-demo-operator", "audience": "admin",
    });
    let api = format!("{}/api/v1", server.url);
    let tokens = http().post(format!("{api}/auth/login")).json(&login).send();
    let tokens: Value = tokens.ok()?.json().ok()?;
    let id = format!(
        "SELECT id::text AS id FROM payments.disputes WHERE payment_id = '{}'",
        placed.payment
    );
    let id = server.rows(&id)[0]["id"].as_str().unwrap().to_owned();
    let request = http().post(format!("{api}/admin/disputes/{id}/send-evidence"));
    let request = request
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .header("idempotency-key", id);
    Some(request.send().ok()?.status().as_u16())
}

/// Its evidence is sent on a server that dies before the provider has it, or before that is written down.
fn killed_when_answered(data: &DataDir, point: &str) {
    let server = Server::start(data, Some(point));
    let buyer = Buyer::with_cart(&server, &format!("kill {point}"));
    let placed = buyer.insist(|| Some(server.url.clone()));
    let charge = charge_of(&server, &placed);
    let new = json!({"kind": "chargeback", "reason": "fraudulent"});
    bank(
        &server,
        &format!("charges/{charge}/disputes"),
        &charge,
        &new,
    );
    wait_for(&server, &placed, "opened");
    assert_eq!(
        send_evidence(&server, &placed),
        None,
        "{point} was not passed"
    );
    server.wait_for_its_end();
    let server = Server::start(data, None);
    assert_eq!(send_evidence(&server, &placed), Some(200), "{point}");
    wait_for(&server, &placed, "evidence_sent");
    server.settle();
    server.stop();
}

#[test]
fn killed_while_evidence_is_sent() {
    let data = DataDir::with_demo();
    for point in EVIDENCE {
        killed_when_answered(&data, point);
    }
    data.check();
    let taken = "SELECT count(*) AS n FROM sandbox.disputes WHERE status = 'answered'";
    assert_eq!(data.rows(taken)[0]["n"], 2);
}

#[test]
fn killed_while_a_dispute_is_told_of() {
    let data = DataDir::with_demo();
    for point in TOLD {
        for outcome in ["won", "lost"] {
            killed_when_told(&data, point, outcome);
        }
    }
    data.check();
    let twice = data.rows(
        "SELECT source_id::text AS id FROM payments.ledger_transactions \
         WHERE kind IN ('dispute_opened', 'dispute_won', 'dispute_lost') GROUP BY kind, source_id HAVING count(*) > 1",
    );
    assert!(twice.is_empty(), "{twice:?}");
}

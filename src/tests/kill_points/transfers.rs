//! Killed while a payout is transferred by a provider, and while it is taken back: each moves once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    payouts::{SELLER, insist, log_in, operator, payable},
    refunds::give_back,
    server::{DataDir, Server, http},
};

const ANA: &str = "ana@demo.example";
/// Before the provider is asked, before its answer is written, and when it is written.
const TRANSFER: &[&str] = &[
    "payment.transfer_asked",
    "payment.transfer_answered",
    "payment.transfer_written",
];
const REVERSAL: &[&str] = &["payment.reversal_asked", "payment.reversal_answered"];

pub(crate) fn points() -> Vec<&'static str> {
    [TRANSFER, REVERSAL].concat()
}

/// Until the statement answers true; its jobs run all the time, and what waits for a minute is due at once.
fn wait_for(server: &Server, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(120);
    let hurry = [
        "UPDATE payments.job SET run_at = now() RETURNING id",
        "UPDATE payments.payout_transfers SET next_attempt_at = now() \
         WHERE next_attempt_at > now() RETURNING payout_id",
        "UPDATE payments.transfer_reversals SET next_attempt_at = now() \
         WHERE next_attempt_at > now() RETURNING id",
    ];
    while server.rows(&format!("SELECT ({what}) AS good"))[0]["good"] != true {
        assert!(Instant::now() < deadline, "it never is so: {what}");
        for sql in hurry {
            server.rows(sql);
        }
        std::thread::park_timeout(Duration::from_millis(500));
    }
}

/// Hurried along until it kills itself.
fn wait_for_its_end(mut server: Server, point: &str) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !server.has_ended() {
        assert!(Instant::now() < deadline, "{point} was not passed");
        server.rows("UPDATE payments.job SET run_at = now() RETURNING id");
        std::thread::park_timeout(Duration::from_millis(500));
    }
}

fn restarted(data: &DataDir) -> Server {
    let server = Server::start(data, None);
    // The job was killed at work, and its lease would be waited for.
    server.rows("UPDATE payments.job SET lease_until = NULL RETURNING id");
    server
}

/// A store opens an account at the provider, which knows all it wants, and is to be paid there.
fn opened(server: &Server) {
    let token = log_in(server, ANA, SELLER, "seller");
    let account = json!({"provider": "sandbox"});
    let told = insist(server, &token, "/seller/provider-accounts", &account);
    let page = told["url"].as_str().expect("the provider's page");
    let (_, page) = page.split_once("/sandbox/").expect("it is simulated");
    // It leads back to the seller's pages.
    let given = http().post(format!("{}/sandbox/{page}", server.url));
    let form = "application/x-www-form-urlencoded";
    let given = given.header("content-type", form).body("").send();
    given.expect("the provider's answer");
    let ready =
        "SELECT count(*) = 1 FROM payments.store_accounts WHERE takes_transfers AND pays_out";
    wait_for(server, ready);
    let there = json!({"account": {"kind": "provider", "provider": "sandbox"}, "password": SELLER});
    insist(server, &token, "/seller/payout-account", &there);
}

/// A payout is made on a server that dies at the point while it is transferred.
fn killed_while_transferred(data: &DataDir, point: &str) -> String {
    let placed = payable(data, point);
    let server = Server::start(data, Some(point));
    let token = operator(&server);
    let store = server.rows(
        "SELECT m.store_id::text AS id FROM stores.store_members m \
         JOIN users.users u ON u.id = m.user_id AND u.email = 'ana@demo.example'",
    );
    let store = store[0]["id"].as_str().expect("an id").to_owned();
    let request = http().post(format!(
        "{}/api/v1/admin/stores/{store}/payouts",
        server.url
    ));
    let request = request.bearer_auth(token).header("idempotency-key", point);
    // It may end before it answers.
    let _ = request.json(&json!({})).send();
    wait_for_its_end(server, point);
    let server = restarted(data);
    wait_for(
        &server,
        "SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE state = 'made') FROM payments.payout_transfers",
    );
    println!("{point}: killed, then transferred");
    server.settle();
    server.stop();
    placed
}

/// A part of what was transferred goes back to the buyer.
fn killed_while_taken_back(data: &DataDir, point: &str, order: &str) {
    let server = Server::start(data, Some(point));
    let token = operator(&server);
    let given = give_back(&server, &token, order);
    assert!(
        given.is_some(),
        "{point}: the buyer's money goes back first"
    );
    wait_for_its_end(server, point);
    let server = restarted(data);
    wait_for(
        &server,
        "SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE state = 'made') FROM payments.transfer_reversals",
    );
    println!("{point}: killed, then taken back");
    server.settle();
    server.stop();
}

#[test]
fn killed_while_payouts_are_transferred_and_taken_back() {
    let data = DataDir::with_demo();
    let server = Server::start(&data, None);
    opened(&server);
    server.stop();
    let paid: Vec<String> = TRANSFER
        .iter()
        .map(|point| killed_while_transferred(&data, point))
        .collect();
    for (point, order) in REVERSAL.iter().zip(&paid) {
        killed_while_taken_back(&data, point, order);
    }
    data.check();
    let moved = data.rows(
        "SELECT (SELECT count(*) FROM sandbox.transfers) AS sent, (SELECT count(*) FROM sandbox.reversals) AS back, \
                (SELECT sum(amount)::bigint FROM sandbox.transfers) \
                = (SELECT sum(amount * 100)::bigint FROM payments.payout_transfers) AS same, \
                (SELECT sum(amount)::bigint FROM sandbox.reversals) \
                = (SELECT sum(amount * 100)::bigint FROM payments.transfer_reversals) AS same_back",
    );
    let expected: Value = json!({
        "sent": TRANSFER.len(), "back": REVERSAL.len(), "same": true, "same_back": true,
    });
    assert_eq!(moved[0], expected);
}

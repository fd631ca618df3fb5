//! Killed while a payout is sent to a store's account at its provider, and while what the store owes then is taken back:
//! before the provider is asked, after it has answered, and after that is written.

use serde_json::json;

use crate::{
    people::{SELLER, ana, call, operator, payable, until},
    server::{self, DataDir, Server},
};

const SENDING: &[&str] = &[
    "payment.transfer_asked",
    "payment.transfer_answered",
    "payment.transfer_written",
];
const TAKING_BACK: &[&str] = &[
    "payment.reversal_asked",
    "payment.reversal_answered",
    "payment.reversal_written",
];

pub(crate) fn points() -> Vec<&'static str> {
    [SENDING, TAKING_BACK].concat()
}

/// Ana opens an account at the simulated provider, completes it there, and is paid to it.
fn at_the_provider(data: &DataDir) {
    let server = Server::start(data, None);
    let token = ana(&server);
    let opened = call("/seller/provider-accounts", json!({"provider": "sandbox"}));
    let opened = opened.insist(&server, &token);
    let url = opened["url"].as_str().expect("an address");
    let (_, page) = url.split_once("/sandbox/").expect("the provider's page");
    let given = server::http().post(format!("{}/sandbox/{page}", server.url));
    let given = given.header("content-type", "application/x-www-form-urlencoded");
    // It sends her back to the shop, by the address that browsers know.
    let _ = given.body("").send();
    let ready =
        "SELECT count(*) AS n FROM payments.store_accounts WHERE takes_transfers AND pays_out";
    until(&server, "payments", ready, 1);
    let account = json!({"kind": "provider", "provider": "sandbox"});
    let account = json!({"account": account, "password": SELLER});
    call("/seller/payout-account", account).insist(&server, &token);
    server.stop();
}

/// What was asked and not answered is asked for again at once, not in a minute; nobody holds a job who was killed.
fn due(server: &Server) {
    for sql in [
        "UPDATE payments.job SET lease_until = NULL RETURNING id",
        "UPDATE payments.payout_transfers SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL \
         RETURNING payout_id AS id",
        "UPDATE payments.transfer_reversals SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL RETURNING id",
    ] {
        server.rows(sql);
    }
}

/// The order of whose earning the payout is; it is the `nth`.
fn killed_while_sending(data: &DataDir, point: &str, nth: i64) -> String {
    let placed = payable(data, point);
    let server = Server::start(data, Some(point));
    let store = "SELECT s.store_id::text AS id FROM payments.store_accounts s";
    let store = server.rows(store)[0]["id"].clone();
    let path = format!("/admin/stores/{}/payouts", store.as_str().expect("an id"));
    let mut paid = call(&path, json!({}));
    paid.key = point;
    // The job may be there before the answer.
    let token = operator(&server);
    paid.post(&server, &token);
    server.wait_for_its_end();
    let server = Server::start(data, None);
    let token = operator(&server);
    paid.insist(&server, &token);
    due(&server);
    let sent = "SELECT count(*) AS n FROM payments.payouts p JOIN payments.payout_transfers t ON t.payout_id = p.id \
                WHERE p.status = 'paid' AND t.state = 'made'";
    until(&server, "payments", sent, nth);
    println!("{point}: killed, then sent");
    server.settle();
    server.stop();
    placed.order
}

fn killed_while_taking_back(data: &DataDir, point: &str, (order, nth): (&str, i64)) {
    let server = Server::start(data, Some(point));
    let token = operator(&server);
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    let path = format!("/admin/orders/{order}/refunds");
    let back = call(&path, json!({"amount": amount, "reason": "damaged"}));
    // The job that takes it back has its turn sooner, or later: then it is due.
    if back.post(&server, &token).is_some() {
        server.rows("UPDATE payments.job SET run_at = now() RETURNING id");
    }
    server.wait_for_its_end();
    let server = Server::start(data, None);
    let token = operator(&server);
    back.insist(&server, &token);
    due(&server);
    let made = "SELECT count(*) AS n FROM payments.transfer_reversals WHERE state = 'made'";
    until(&server, "payments", made, nth);
    println!("{point}: killed, then taken back");
    server.settle();
    server.stop();
}

#[test]
fn killed_while_stores_are_paid_at_their_provider_and_owe_there() {
    let data = DataDir::with_demo();
    at_the_provider(&data);
    let mut orders = Vec::new();
    for (point, nth) in SENDING.iter().zip(1..) {
        orders.push(killed_while_sending(&data, point, nth));
    }
    for ((point, nth), order) in TAKING_BACK.iter().zip(1..).zip(&orders) {
        killed_while_taking_back(&data, point, (order, nth));
    }
    data.check();
    // Each once, by both records.
    let kept = "SELECT count(*) AS payouts, sum(t.amount * 100)::bigint AS sent, sum(t.reversed * 100)::bigint AS back, \
                (SELECT count(*) FROM sandbox.transfers) AS transfers, \
                (SELECT count(*) FROM sandbox.reversals) AS reversals, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'payout_paid' \
                 AND source_id IN (SELECT payout_id FROM payments.payout_transfers)) AS paid, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'payout_reversed') AS reversed \
                FROM payments.payout_transfers t";
    let kept = data.rows(kept)[0].clone();
    for (count, expected) in [
        ("payouts", 3),
        ("transfers", 3),
        ("reversals", 3),
        ("paid", 3),
        ("reversed", 3),
    ] {
        assert_eq!(kept[count], expected, "{count}: {kept}");
    }
    let there =
        "SELECT sum(amount)::bigint AS sent, sum(reversed)::bigint AS back FROM sandbox.transfers";
    let there = data.rows(there)[0].clone();
    assert_eq!(
        (&kept["sent"], &kept["back"]),
        (&there["sent"], &there["back"])
    );
}

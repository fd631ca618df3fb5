//! Killed while an operator writes down a dispute of which only the bank tells, and while she says how it ended.

use serde_json::json;

use crate::{
    buyer::Buyer,
    people::{BY_HAND, call, operator},
    server::{DataDir, Server},
};

const OPENED: &str = "payment.dispute_opened_by_hand";
const CLOSED: &str = "payment.dispute_closed_by_hand";
pub(crate) const POINTS: &[&str] = &[OPENED, CLOSED];

#[test]
fn killed_while_a_dispute_is_opened_and_lost_by_hand() {
    let data = DataDir::with_demo();
    let server = Server::start_with(&data, None, BY_HAND);
    let buyer = Buyer::with_cart(&server, "disputed").by_transfer();
    let placed = buyer.insist(|| Some(server.url.clone()));
    let path = format!("/admin/payments/{}/mark-paid", placed.payment);
    let paid = call(&path, json!({})).insist(&server, &operator(&server));
    assert_eq!(paid["status"], "completed");
    server.settle();
    server.stop();
    let amount = &paid["amount"];
    let new = json!({
        "payment_id": placed.payment, "kind": "med", "amount": amount, "reason": "Fraude", "bank_reference": "MED 1",
    });
    let new = call("/admin/disputes", new);
    let opened = new.killed(&data, OPENED, operator);
    let id = opened["id"].as_str().expect("an id");
    let path = format!("/admin/disputes/{id}/close");
    let lost = call(&path, json!({"won": false}));
    let lost = lost.killed(&data, CLOSED, operator);
    assert_eq!(lost["state"], "lost", "{lost}");
    data.check();
    let kept = "SELECT count(*) AS disputes, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'dispute_opened') AS opened, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'dispute_lost') AS lost, \
                (SELECT count(*) FROM payments.audit WHERE action = 'payment.dispute_opened') AS said_opened, \
                (SELECT count(*) FROM payments.audit WHERE action = 'payment.dispute_closed') AS said_lost \
                FROM payments.disputes";
    let once = json!({"disputes": 1, "opened": 1, "lost": 1, "said_opened": 1, "said_lost": 1});
    assert_eq!(data.rows(kept)[0], once);
}

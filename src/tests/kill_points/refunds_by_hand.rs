//! Killed while an operator says of refunds by hand that one was sent, that it came back, and that another will not be
//! sent: the book of what is sent is written, and the order was not told.

use serde_json::json;

use crate::{
    buyer::Buyer,
    people::{BY_HAND, call, operator},
    server::{DataDir, Server},
};

const SENT: &str = "payment.refund_sent";
const RETURNED: &str = "payment.refund_returned";
const WITHDRAWN: &str = "payment.refund_withdrawn";
pub(crate) const POINTS: &[&str] = &[SENT, RETURNED, WITHDRAWN];

/// Gives 1.00 of it back under the key; the id of that at payment.
fn asked(data: &DataDir, order: &str, key: &str) -> String {
    let server = Server::start_with(data, None, BY_HAND);
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    let path = format!("/admin/orders/{order}/refunds");
    let mut new = call(&path, json!({"amount": amount, "reason": "damaged"}));
    new.key = key;
    let made = new.insist(&server, &operator(&server));
    let id = made["id"].as_str().expect("an id").to_owned();
    let found = format!("SELECT id::text AS id FROM payments.refunds WHERE key = '{id}'");
    let found = server.rows(&found)[0]["id"].clone();
    server.stop();
    found.as_str().expect("it is asked for").to_owned()
}

#[test]
fn killed_while_it_is_said_what_became_of_refunds_by_hand() {
    let data = DataDir::with_demo();
    let server = Server::start_with(&data, None, BY_HAND);
    let buyer = Buyer::with_cart(&server, "given back").by_transfer();
    let placed = buyer.insist(|| Some(server.url.clone()));
    let path = format!("/admin/payments/{}/mark-paid", placed.payment);
    let paid = call(&path, json!({})).insist(&server, &operator(&server));
    assert_eq!(paid["status"], "completed");
    server.settle();
    server.stop();
    let sent = asked(&data, &placed.order, "sent");
    let path = format!("/admin/refunds/{sent}/mark-sent");
    let made = call(&path, json!({"reference": "E1"})).killed(&data, SENT, operator);
    assert_eq!(made["status"], "completed", "{made}");
    let path = format!("/admin/refunds/{sent}/returned");
    let back = call(&path, json!({})).killed(&data, RETURNED, operator);
    assert_eq!(back["came_back"], true, "{back}");
    let never = asked(&data, &placed.order, "never");
    let path = format!("/admin/refunds/{never}/withdrawn");
    let ended = call(&path, json!({})).killed(&data, WITHDRAWN, operator);
    assert_eq!(ended["withdrawn"], true, "{ended}");
    data.check();
    let kept = "SELECT count(*) AS refunds, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'refund') AS made, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'refund_returned') AS returned, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'refund_freed') AS freed, \
                (SELECT string_agg(failure, ' ' ORDER BY failure) FROM orders.refunds) AS told, \
                (SELECT count(*) FROM payments.audit WHERE action = 'payment.refund_sent') AS said_sent, \
                (SELECT count(*) FROM payments.audit WHERE action = 'payment.refund_returned') AS said_returned, \
                (SELECT count(*) FROM payments.audit WHERE action = 'payment.refund_withdrawn') AS said_withdrawn \
                FROM payments.refunds";
    let once = json!({"refunds": 2, "made": 1, "returned": 1, "freed": 1, "told": "came_back withdrawn",
                      "said_sent": 1, "said_returned": 1, "said_withdrawn": 1});
    assert_eq!(data.rows(kept)[0], once);
}

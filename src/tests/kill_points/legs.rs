//! Killed while a store says what became of its part of a payment on delivery: payment has written it, and order has
//! not.

use serde_json::json;

use crate::{
    buyer::Buyer,
    people::{ANA, BENTO, BY_HAND, ana, bento, call, part, ship},
    server::{DataDir, Server},
};

const POINT: &str = "payment.leg_settled";
pub(crate) const POINTS: &[&str] = &[POINT];

#[test]
fn killed_while_stores_settle_their_parts() {
    let data = DataDir::with_demo();
    let server = Server::start_with(&data, None, BY_HAND);
    let buyer = Buyer::with_cart(&server, "legs").on_delivery();
    let placed = buyer.insist(|| Some(server.url.clone()));
    server.settle();
    let parts = [ANA, BENTO].map(|email| part(&server, &placed, email));
    for (token, part) in [ana(&server), bento(&server)].iter().zip(&parts) {
        ship(&server, token, part);
    }
    server.stop();
    let path = format!("/seller/orders/{}/collected", parts[0]);
    let paid = call(&path, json!({})).killed(&data, POINT, ana);
    assert_eq!(paid["settlement"], "paid");
    let path = format!("/seller/orders/{}/not-collected", parts[1]);
    let unpaid = call(&path, json!({"restock": true, "note": "nobody at home"}));
    let unpaid = unpaid.killed(&data, POINT, bento);
    assert_eq!(unpaid["settlement"], "unpaid");
    data.check();
    let kept = data.rows(&format!(
        "SELECT p.status, (SELECT string_agg(l.status, ' ' ORDER BY l.status) FROM payments.payment_legs l \
                           WHERE l.payment_id = p.id) AS legs, \
                (SELECT count(*) FROM payments.ledger_transactions t WHERE t.source_id = p.id AND t.kind = 'capture') AS booked, \
                (SELECT count(*) FROM payments.audit a WHERE a.subject_id = p.id \
                 AND a.action IN ('payment.leg_paid', 'payment.leg_unpaid')) AS said, \
                (SELECT count(*) FROM catalog.inventory_movements m JOIN orders.orders o ON o.number = m.reference \
                 WHERE o.id = p.reference AND m.on_hand_change > 0) AS back \
         FROM payments.payments p WHERE p.id = '{}'",
        placed.payment
    ));
    let expected =
        json!({"status": "completed", "legs": "paid unpaid", "booked": 1, "said": 2, "back": 1});
    assert_eq!(kept[0], expected);
}

//! Killed while a store says that its buyer paid at the door.

use serde_json::json;

use crate::{
    buyer::Buyer,
    payouts::{SELLER, insist, log_in, part_of, post},
    server::{DataDir, Server},
};

/// It is in the books, and the order does not know it.
pub(crate) const POINTS: &[&str] = &["payment.leg_settled"];

/// Stores are paid on delivery, beside what the simulated provider takes.
const BY_HAND: &[(&str, &str)] = &[
    ("FEIRA_PAYMENTS__ORDER", "[sandbox, hand]"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__KIND", "manual"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__TRANSFER", "Bank 001"),
    (
        "FEIRA_PAYMENTS__PROVIDERS__HAND__ON_DELIVERY",
        "Cash at the door",
    ),
];

#[test]
fn killed_while_a_store_is_paid_at_the_door() {
    let data = DataDir::with_demo();
    let start = |kill_at| Server::start_with(&data, kill_at, BY_HAND);
    for point in POINTS.iter().copied() {
        let server = start(None);
        let buyer = Buyer::with_cart(&server, &format!("kill {point}")).at_the_door();
        let placed = buyer.insist(|| Some(server.url.clone()));
        server.settle();
        server.stop();

        let server = start(Some(point));
        let token = log_in(&server, "ana@demo.example", SELLER, "seller");
        let part = part_of(&server, "ana@demo.example", &placed.order);
        let sent = json!({"carrier": "Courier", "tracking_number": "1"});
        insist(
            &server,
            &token,
            &format!("/seller/orders/{part}/ship"),
            &sent,
        );
        let collected = format!("/seller/orders/{part}/collected");
        let lost = post(&server, &token, &collected, &json!({}));
        assert!(lost.is_none(), "{point} was not passed: {lost:?}");
        server.wait_for_its_end();

        let server = start(None);
        // A sign-in does not wait for the disk, so the one before may be gone.
        let token = log_in(&server, "ana@demo.example", SELLER, "seller");
        let answer = insist(&server, &token, &collected, &json!({}));
        assert_eq!(answer["settlement"], "paid", "{point}");
        server.settle();
        server.stop();
        let of = format!(
            "SELECT (SELECT count(*) FROM payments.payment_legs WHERE part = '{part}' AND status = 'paid') AS legs, \
                    (SELECT count(DISTINCT e.transaction_id) FROM payments.ledger_entries e \
                     JOIN payments.payment_legs l ON l.split_id = e.split_id WHERE l.part = '{part}') AS booked"
        );
        assert_eq!(
            data.rows(&of)[0],
            json!({"legs": 1, "booked": 1}),
            "{point}"
        );
    }
    data.check();
}

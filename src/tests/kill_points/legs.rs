//! Killed while a store says what became of its part of a payment on delivery: payment has written it, and order has
//! not. Killed while it is said that a store was paid itself before anything is sold: of one leg, and of the last one, by
//! which the order is sold. Killed while one is sold in part, which its buyer then cancels.

use serde_json::json;

use crate::{
    buyer::Buyer,
    people::{ANA, BENTO, BY_HAND, ana, bento, call, operator, part, ship, until},
    server::{DataDir, Server},
};

const POINT: &str = "payment.leg_settled";

/// At which it is said of two legs, one after the other.
pub(crate) const POINTS: &[&str] = &[
    POINT,
    "payment.leg_settled:2",
    "checkout.commit_stock.after",
    "checkout.confirm.before",
    "checkout.confirm.after",
];

/// What is agreed upon in a chat pays the stores, beside what the simulated provider takes.
const BY_STORES: &[(&str, &str)] = &[
    ("FEIRA_PAYMENTS__ORDER", "[sandbox, hand]"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__KIND", "manual"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__PAYEE", "store"),
];

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
                (SELECT count(DISTINCT e.transaction_id) FROM payments.ledger_entries e \
                  JOIN payments.payment_legs l ON l.split_id = e.split_id WHERE l.payment_id = p.id) AS booked, \
                (SELECT count(*) FROM payments.audit a WHERE a.subject_id = p.id \
                 AND a.action IN ('payment.leg_paid', 'payment.leg_unpaid')) AS said, \
                (SELECT count(*) FROM catalog.inventory_movements m JOIN orders.store_orders s ON s.number = m.reference \
                 WHERE s.order_id = p.reference AND m.on_hand_change > 0) AS back \
         FROM payments.payments p WHERE p.id = '{}'",
        placed.payment
    ));
    let expected =
        json!({"status": "completed", "legs": "paid unpaid", "booked": 1, "said": 2, "back": 1});
    assert_eq!(kept[0], expected);
}

/// An operator says of each part that its store has the money, until the server goes away.
fn is_killed(server: &Server, calls: &[String]) -> bool {
    let token = operator(server);
    calls.iter().any(|path| {
        let said = call(path, json!({})).post(server, &token);
        let answered = said.as_ref().is_none_or(|(status, _)| *status < 300);
        assert!(answered, "{path}: {said:?}");
        said.is_none()
    })
}

/// The order, which both stores were paid for in the end.
fn killed_while_a_leg_is_paid(data: &DataDir, point: &str) -> String {
    let start = |kill_at| Server::start_with(data, kill_at, BY_STORES);
    let server = start(None);
    let buyer = Buyer::with_cart(&server, &format!("kill {point}")).in_a_chat();
    // It waits for its stores, and is not settled before.
    let placed = buyer.insist(|| Some(server.url.clone()));
    let parts = [ANA, BENTO].map(|email| part(&server, &placed, email));
    let calls = parts.map(|part| format!("/admin/store-orders/{part}/collected"));
    server.stop();

    let server = start(Some(point));
    assert!(is_killed(&server, &calls), "{point} was not passed");
    server.wait_for_its_end();
    let server = start(None);
    let token = operator(&server);
    for path in &calls {
        call(path, json!({})).insist(&server, &token);
    }
    println!("{point}: killed, then said again");
    server.settle();
    server.stop();
    placed.order
}

#[test]
fn killed_while_it_is_said_that_a_store_was_paid() {
    let data = DataDir::with_demo();
    let orders: Vec<String> = POINTS
        .iter()
        .map(|point| killed_while_a_leg_is_paid(&data, point))
        .collect();
    data.check();
    for order in orders {
        let state = format!("SELECT status FROM orders.orders WHERE id = '{order}'");
        assert_eq!(data.rows(&state)[0]["status"], "confirmed");
        let owed = format!(
            "SELECT count(*) AS n FROM payments.ledger_entries e JOIN payments.payments p ON p.id = e.payment_id \
             WHERE p.reference = '{order}' AND e.account = 'seller_receivable'"
        );
        assert_eq!(data.rows(&owed)[0]["n"], 2, "{order}");
    }
}

/// What was not paid may be in stock again already: it comes back once.
#[test]
fn killed_while_it_is_sold_in_part_and_then_cancelled() {
    let on_hand = "SELECT sum(on_hand)::bigint AS n FROM catalog.inventory";
    let data = DataDir::with_demo();
    let start = |kill_at| Server::start_with(&data, kill_at, BY_STORES);
    let server = start(None);
    let before = server.rows(on_hand)[0]["n"].as_i64().expect("a sum");
    let buyer = Buyer::with_cart(&server, "in part").in_a_chat();
    let placed = buyer.insist(|| Some(server.url.clone()));
    let [of_ana, of_bento] = [ANA, BENTO].map(|email| part(&server, &placed, email));
    let path = format!("/admin/store-orders/{of_bento}/not-collected");
    let never = json!({"restock": false, "note": "no such transfer"});
    call(&path, never).insist(&server, &operator(&server));
    server.stop();

    let server = start(Some("checkout.confirm.before"));
    let paid = [format!("/admin/store-orders/{of_ana}/collected")];
    assert!(is_killed(&server, &paid), "the point was not passed");
    server.wait_for_its_end();
    let server = start(None);
    buyer.cancel(&server, &placed);
    until(&server, "orders", on_hand, before);
    server.stop();
    data.check();
}

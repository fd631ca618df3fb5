//! What the purchases left behind, and what becomes of them until everybody has her money.

use feira_kernel::Cursor;
use feira_web::cursor::List;
use serde_json::{Value, json};
use time::Duration;

use super::{
    OPERATOR,
    buying::{Buyer, GuestOrder},
    selling::Shop,
};
use crate::support::{Answer, Browser, Client, Market};

const COMMISSIONS: &str = "SELECT s.store_name, s.commission::text AS commission, s.earning::text AS earning \
    FROM orders.store_orders s JOIN orders.orders o ON o.id = s.order_id WHERE o.email = 'clara@test.example' ORDER BY 1";

/// One order of two store orders, whose commission stays what it was when it was made.
pub(super) async fn one_order_of_two_stores(market: &Market, operator: &Client, order: &Answer) {
    let clara = "SELECT count(*) FROM orders.orders WHERE email = 'clara@test.example'";
    assert_eq!(market.count(clara).await, 1);
    let parts = order.json["store_orders"].as_array().expect("store orders");
    let mut totals: Vec<String> = parts
        .iter()
        .map(|part| part["totals"]["total"]["amount"].to_string())
        .collect();
    totals.sort();
    assert_eq!(totals, ["\"239.50\"", "\"54.90\""]);
    // A tenth of the goods; a later rule is for later orders.
    let frozen = json!([
        {"store_name": "Ana Ceramica", "commission": "20.9600", "earning": "218.5400"},
        {"store_name": "Bento Cafe", "commission": "3.9900", "earning": "50.9100"},
    ]);
    assert_eq!(json!(market.rows(COMMISSIONS).await), frozen);
    let half = json!({"store_id": null, "category_id": null, "value": {"kind": "percentage", "percent": "50"}});
    operator
        .post("/api/v1/admin/commission-rules", half)
        .await
        .expect(201);
    market.settle().await;
    assert_eq!(json!(market.rows(COMMISSIONS).await), frozen);
}

pub(super) async fn stock_has_moved(market: &Market, ana: &Shop, bento: &Shop) {
    for (variant, sold) in [
        (ana.seller.variant(0), 3),
        (ana.seller.variant(1), 1),
        (bento.seller.variant(0), 1),
        (bento.seller.variant(1), 0),
    ] {
        let level = format!(
            "SELECT on_hand, reserved FROM catalog.inventory WHERE variant_id = '{variant}'"
        );
        let left = json!([{"on_hand": 10 - sold, "reserved": 0}]);
        assert_eq!(json!(market.rows(&level).await), left);
        let moved = market
            .rows(&format!(
                "SELECT reason, on_hand_change, reserved_change FROM catalog.inventory_movements \
                 WHERE variant_id = '{variant}' ORDER BY sequence"
            ))
            .await;
        let mut expected =
            vec![json!({"reason": "initial", "on_hand_change": 10, "reserved_change": 0})];
        if sold > 0 {
            expected
                .push(json!({"reason": "reserved", "on_hand_change": 0, "reserved_change": sold}));
            expected.push(json!({"reason": "order_placed", "on_hand_change": -sold, "reserved_change": -sold}));
        }
        assert_eq!(moved, expected);
    }
}

pub(super) async fn books_are_balanced(market: &Market) {
    let transactions = "SELECT count(*) FROM payments.ledger_transactions";
    assert_eq!(market.count(transactions).await, 2);
    let unbalanced = "SELECT count(*) FROM (SELECT FROM payments.ledger_entries GROUP BY transaction_id, currency HAVING sum(amount) <> 0) t";
    assert_eq!(market.count(unbalanced).await, 0);
}

/// Sends whatever waits on the seller's page, which another seller cannot open.
pub(super) async fn send(market: &Market, shop: &Shop, other: &Shop, tracking: &str) {
    let orders = shop
        .seller
        .client
        .get("/api/v1/seller/orders")
        .await
        .expect(200);
    let items = orders.json["items"].as_array().expect("orders");
    assert!(!items.is_empty());
    for order in items {
        let page = format!("/seller/orders/{}", order["id"].as_str().expect("an id"));
        let list = shop.browser.open("/seller/orders").await;
        assert!(list.text.contains(&page), "{}", list.text);
        let typed = [("carrier", "Correios"), ("tracking_number", tracking)];
        let action = format!("{page}/ship");
        shop.browser
            .submit(&page, &action, &typed)
            .await
            .expect(303);
        assert!(shop.browser.open(&page).await.text.contains(tracking));
        other.browser.client.get(&page).await.expect(404);
    }
    market.settle().await;
}

/// The buyer confirms with her account, the guest on the page that the link opens.
pub(super) async fn arrive(market: &Market, clara: &Buyer, order: &Answer, guest: &GuestOrder) {
    let told = market.mail("clara@test.example");
    let shipped = told.iter().filter(|mail| mail.text.contains("QB00000000"));
    assert_eq!(shipped.clone().count(), 2);
    // An account's mails have a link as a guest's do.
    for mail in shipped {
        let page = format!("/l/order/{}", mail.link_after("/l/order/"));
        let page = market.client().get(&page).await.expect(200);
        assert!(page.text.contains(&order.str("/number")), "{}", page.text);
    }
    let path = format!("/api/v1/orders/{}/confirm-delivery", order.str("/id"));
    let delivered = clara.client.post(&path, json!({})).await.expect(200);
    assert_eq!(delivered.str("/status"), "delivered");
    let page = format!("/l/order/{}", guest.token);
    let confirm = format!("{page}/confirm-delivery");
    market.client().form(&confirm, &[]).await.expect(303);
    let holder = market.client().with("x-order-token", &guest.token);
    let order = holder.get(&format!("/api/v1/orders/{}", guest.id)).await;
    assert_eq!(order.expect(200).str("/status"), "delivered");
}

/// Nothing is payable within the return window; after it the job makes the payouts, and the
/// operator says on the page that she paid them.
pub(super) async fn pay_out(market: &Market, shops: [&Shop; 2]) {
    market.pass(Duration::days(6)).await;
    let operator = Browser::sign_in(market, "/admin/login", OPERATOR).await;
    let home = operator.open("/admin").await.text;
    assert!(
        home.contains("mail.smtp_url") && !home.contains("payments.order"),
        "{home}"
    );
    let page = "/admin/payouts";
    operator
        .submit(page, "/admin/payouts/run", &[])
        .await
        .expect(303);
    let payouts = "SELECT id::text AS id, status, reference FROM payments.payouts ORDER BY id";
    assert_eq!(market.rows(payouts).await, Vec::<Value>::new());
    market.pass(Duration::days(9)).await;
    let due = market.rows(payouts).await;
    assert_eq!(due.len(), 2, "{due:?}");
    let operator = Browser::sign_in(market, "/admin/login", OPERATOR).await;
    refused_on_its_part_of_the_list(market, &operator).await;
    for payout in &due {
        let action = format!("{page}/{}/paid", payout["id"].as_str().expect("an id"));
        let reference = [("reference", "TED 20260317")];
        operator.submit(page, &action, &reference).await.expect(303);
    }
    let paid = market.rows(payouts).await;
    assert!(
        paid.iter()
            .all(|row| row["status"] == "paid" && row["reference"] == "TED 20260317"),
        "{paid:?}"
    );
    paid_once(market, &due).await;
    comes_back_and_is_paid_again(market, &operator, shops, &due).await;
    everybody_has_her_money(market, shops).await;
}

/// What is refused on a later part of the list is shown there, with all that was typed.
async fn refused_on_its_part_of_the_list(market: &Market, browser: &Browser) {
    let operator = market.log_in(OPERATOR, "admin").await;
    let list = "/api/v1/admin/payouts?limit=1";
    let first = operator.get(list).await.expect(200);
    let cursor = first.str("/next_cursor");
    let second = operator.get(&format!("{list}&cursor={cursor}")).await;
    let second = second.expect(200).str("/items/0/id");
    // Each says besides of which list it is, and the page's is another one.
    let (place, _) = cursor.split_once('.').expect("a place and a list");
    let place = List::of("", Vec::new()).given(&Cursor(place.to_owned()));
    let here = format!("/admin/payouts?cursor={place}");
    let action = format!("/admin/payouts/{second}/paid?cursor={place}");
    let reference = "TED".repeat(60);
    let typed = [("reference", reference.as_str())];
    let refused = browser.submit(&here, &action, &typed).await.expect(422);
    assert!(refused.text.contains(&reference), "{}", refused.text);
    assert!(!refused.text.contains(&first.str("/items/0/id")));
}

/// Said again it is the same; with another reference it is refused.
async fn paid_once(market: &Market, payouts: &[Value]) {
    let operator = market.log_in(OPERATOR, "admin").await;
    let id = payouts[0]["id"].as_str().expect("an id");
    let path = format!("/api/v1/admin/payouts/{id}/paid");
    let again = json!({"reference": "TED 20260317"});
    operator.post(&path, again).await.expect(200);
    operator
        .post(&path, json!({"reference": "another"}))
        .await
        .problem(409, "payment.payout_illegal_move");
}

/// The bank sends one back: the store reads why, and the operator pays it again.
async fn comes_back_and_is_paid_again(
    market: &Market,
    operator: &Browser,
    shops: [&Shop; 2],
    payouts: &[Value],
) {
    let id = payouts[0]["id"].as_str().expect("an id");
    let page = format!("/admin/payouts/{id}");
    let reason = [("reason", "The account is closed.")];
    let back = operator
        .submit(&page, &format!("{page}/returned"), &reason)
        .await;
    back.expect(303);
    let of = format!("SELECT store_id::text AS id FROM payments.payouts WHERE id = '{id}'");
    let store = market.rows(&of).await[0]["id"].clone();
    let shop = shops.into_iter().find(|shop| store == shop.seller.store);
    let email = &shop.expect("one of the two").seller.email;
    let browser = Browser::sign_in(market, "/seller/login", email).await;
    let shown = browser.open(&format!("/seller/payouts/{id}")).await.text;
    assert!(shown.contains("The account is closed."), "{shown}");
    let run = operator.submit("/admin/payouts", "/admin/payouts/run", &[]);
    run.await.expect(303);
    let waiting = "SELECT id::text AS id FROM payments.payouts WHERE status = 'pending'";
    let again = market.rows(waiting).await;
    assert_eq!(again.len(), 1, "{again:?}");
    let again = again[0]["id"].as_str().expect("an id");
    let paid = format!("/admin/payouts/{again}/paid");
    let reference = [("reference", "TED 20260318")];
    let paid = operator.submit("/admin/payouts", &paid, &reference);
    paid.await.expect(303);
    market.settle().await;
    let told = "SELECT count(*) FROM notifications.notifications WHERE kind = 'payout_returned'";
    assert_eq!(market.count(told).await, 1);
}

async fn everybody_has_her_money(market: &Market, shops: [&Shop; 2]) {
    for shop in shops {
        let client = market.log_in(&shop.seller.email, "seller").await;
        let balance = client.get("/api/v1/seller/balance").await.expect(200);
        assert_eq!(balance.str("/items/0/payable/amount"), "0.00");
        assert_ne!(balance.str("/items/0/paid/amount"), "0.00");
    }
    let operator = market.log_in(OPERATOR, "admin").await;
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], json!(true), "{}", books.text);
    // What the stores were paid and the commission is exactly what the buyers paid.
    let kept = "SELECT sum(amount)::text AS sum FROM payments.ledger_entries WHERE account = 'provider_clearing'";
    let commission = "SELECT sum(-amount)::text AS sum FROM payments.ledger_entries WHERE account = 'platform_commission'";
    assert_eq!(market.rows(kept).await, market.rows(commission).await);
}

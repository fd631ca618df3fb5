//! Buyers who pay each store when it hands its part over: no money moves before, the stores say what became of it,
//! and owe the commission.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, BY_HAND, Browser, Client, Market, Seller, card, cart_with, cash_on_delivery,
    choose_shipping, give_payout_account, two_sellers,
};

const OPERATOR: &str = "operator@test.example";

/// A guest's order of one unit of each.
async fn bought(market: &Market, sellers: &[&Seller], key: &str) -> Answer {
    let units: Vec<_> = sellers.iter().map(|one| (one.variant(0), 1)).collect();
    let (guest, cart) = cart_with(market, &units).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, cash_on_delivery()).await;
    let placed = placed.expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    assert_eq!(placed.str("/payment/status"), "authorized");
    market.settle().await;
    placed
}

/// The part of this store.
fn part(placed: &Answer, seller: &Seller) -> String {
    let parts = placed.json["order"]["store_orders"].as_array();
    let mut parts = parts.expect("parts").iter();
    let part = parts.find(|part| part["store_id"] == seller.store.as_str());
    let id = part.expect("its part")["id"].as_str();
    id.expect("an id").to_owned()
}

async fn moved(seller: &Seller, part: &str, step: &str) {
    let body = match step {
        "ship" => json!({"carrier": "Courier", "tracking_number": "1"}),
        _ => json!({}),
    };
    let path = format!("/api/v1/seller/orders/{part}/{step}");
    seller.client.post(&path, body).await.expect(200);
}

async fn said(seller: &Client, part: &str, what: &str, key: &str) -> Answer {
    let keyed = seller.with("idempotency-key", key);
    let path = format!("/api/v1/seller/orders/{part}/{what}");
    let body = match what {
        "not-collected" => json!({"restock": true, "note": "nobody at home"}),
        _ => json!({}),
    };
    keyed.post(&path, body).await
}

async fn on_hand(market: &Market, seller: &Seller) -> i64 {
    let of = seller.variant(0);
    market
        .count(&format!(
            "SELECT on_hand::bigint FROM catalog.inventory WHERE variant_id = '{of}'"
        ))
        .await
}

async fn balanced(operator: &Client) {
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
}

#[feira_testkit::test]
async fn each_store_is_paid_at_its_door_and_owes_the_commission(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, mut ana, bento) = two_sellers(&market).await;
    let before = on_hand(&market, &bento).await;
    let placed = bought(&market, &[&ana, &bento], "both").await;
    let legs = placed.json["payment"]["legs"].as_array().expect("legs");
    assert_eq!(legs.len(), 2);
    assert!(legs.iter().all(|leg| leg["status"] == "open"));
    let page = format!("/l/order/{}", placed.str("/order_token"));
    let shown = market.client().get(&page).await.expect(200).text;
    assert!(shown.contains("Cash at the door"), "{shown}");

    let [of_ana, of_bento] = [part(&placed, &ana), part(&placed, &bento)];
    // Nobody has anything yet: the store learns of it, and cannot have been paid.
    let early = said(&ana.client, &of_ana, "collected", "early").await;
    early.problem(409, "order.illegal_move");
    moved(&ana, &of_ana, "ship").await;
    moved(&ana, &of_ana, "deliver").await;
    // Another store's is not there.
    said(&bento.client, &of_ana, "collected", "foreign")
        .await
        .expect(404);
    for key in ["once", "once", "twice"] {
        let paid = said(&ana.client, &of_ana, "collected", key).await;
        assert_eq!(paid.expect(200).str("/settlement"), "paid");
    }
    let other = said(&ana.client, &of_ana, "not-collected", "other").await;
    other.problem(409, "order.illegal_move");
    market.settle().await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/payment/status"), "authorized");
    assert_eq!(order.str("/status"), "partially_delivered");

    // The other one's buyer was not at home: its goods are back.
    moved(&bento, &of_bento, "ship").await;
    let operator = market.log_in(OPERATOR, "admin").await;
    let gone = said(&bento.client, &of_bento, "not-collected", "gone")
        .await
        .expect(200);
    assert_eq!(gone.str("/fulfilment"), "returned");
    assert_eq!(gone.str("/settlement"), "unpaid");
    market.settle().await;
    assert_eq!(on_hand(&market, &bento).await, before);
    let order = market.order(&placed).await;
    assert_eq!(order.str("/payment/status"), "completed");
    assert_eq!(order.str("/status"), "delivered");
    balanced(&operator).await;

    // Its return window is over: there is nothing to pay out, and something to be paid.
    give_payout_account(&ana.client).await;
    market.pass(Duration::days(40)).await;
    ana.client = market.log_in(&ana.email, "seller").await;
    assert_eq!(market.order(&placed).await.str("/status"), "completed");
    let owed = "SELECT count(*) FROM payments.ledger_entries WHERE account = 'seller_receivable' AND amount > 0";
    assert_eq!(market.count(owed).await, 1);
    assert_eq!(
        market.count("SELECT count(*) FROM payments.payouts").await,
        0
    );

    // Until something else is payable, of which it is taken off.
    let (guest, cart) = cart_with(&market, &[(ana.variant(0), 2)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let paid = guest
        .check_out("card", &cart, card("tok_approved"))
        .await
        .expect(201);
    market.settle().await;
    let by_card = part(&paid, &ana);
    moved(&ana, &by_card, "ship").await;
    moved(&ana, &by_card, "deliver").await;
    market.pass(Duration::days(20)).await;
    let netted = "SELECT count(*) FROM payments.payout_items WHERE kind = 'netting' AND payout_id IS NOT NULL";
    assert_eq!(market.count(netted).await, 1);
    balanced(&market.log_in(OPERATOR, "admin").await).await;
}

#[feira_testkit::test]
async fn who_pays_on_delivery_may_cancel_until_it_is_sent(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let before = on_hand(&market, &ana).await;
    let placed = bought(&market, &[&ana, &bento], "mine").await;
    assert_eq!(on_hand(&market, &ana).await, before - 1);
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let holder = market.holder(&placed);
    holder
        .post(&cancel, json!({"reason": ""}))
        .await
        .expect(200);
    market.pass(Duration::minutes(5)).await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "cancelled");
    assert_eq!(order.str("/payment/status"), "cancelled");
    assert_eq!(on_hand(&market, &ana).await, before);
    assert_eq!(
        market
            .count("SELECT count(*) FROM payments.ledger_entries")
            .await,
        0
    );

    // What is on its way is not cancelled any more.
    let placed = bought(&market, &[&ana, &bento], "theirs").await;
    moved(&ana, &part(&placed, &ana), "ship").await;
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let holder = market.holder(&placed);
    let late = holder.post(&cancel, json!({"reason": ""})).await;
    late.problem(409, "order.illegal_move");
}

#[feira_testkit::test]
async fn seller_and_operator_say_it_on_their_pages(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let placed = bought(&market, &[&ana, &bento], "pages").await;
    let [of_ana, of_bento] = [part(&placed, &ana), part(&placed, &bento)];
    moved(&ana, &of_ana, "ship").await;
    moved(&bento, &of_bento, "ship").await;
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let home = browser.open("/seller").await.text;
    assert!(home.contains("/seller/orders?tab=on_delivery"), "{home}");
    let page = format!("/seller/orders/{of_ana}");
    let done = browser
        .submit(&page, &format!("{page}/collected"), &[("sure", "yes")])
        .await;
    done.expect(303);
    let shown = browser.open(&page).await.text;
    assert!(!shown.contains("/collected\""), "{shown}");

    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let page = format!("/admin/payments/{}", placed.str("/payment/id"));
    let action = format!("{page}/legs/{of_bento}/paid");
    let sure = [("sure", "yes")];
    browser.submit(&page, &action, &sure).await.expect(303);
    market.settle().await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/payment/status"), "completed");
    let shown = browser.open(&page).await.text;
    assert!(!shown.contains("/legs/"), "{shown}");
}

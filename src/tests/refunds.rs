//! Money of an order that goes back in parts, by the API and on pages, as every book tells it.

use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{
    Answer, Browser, Client, Market, Seller, card, cart_with, choose_shipping, fill_cart,
    give_payout_account, one_seller, two_sellers,
};

const OPERATOR: &str = "operator@test.example";

fn money(minor: i64) -> Value {
    json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "BRL"})
}

fn minor(money: &Value) -> i64 {
    let text = money["amount"]
        .as_str()
        .expect("an amount")
        .replace('.', "");
    text.parse().expect("digits")
}

/// A paid order of one unit of a seller's.
async fn bought(market: &Market, seller: &Seller, key: &str) -> Answer {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    placed
}

async fn give(client: &Client, path: &str, key: &str, body: Value) -> Answer {
    client.with("idempotency-key", key).post(path, body).await
}

/// What the simulated provider gave back of the order, in cents, and how often.
async fn at_the_provider(market: &Market, order: &str) -> (i64, i64) {
    let of = |what: &str| {
        format!(
            "SELECT {what}::bigint FROM sandbox.charges c \
             JOIN payments.payments p ON c.idempotency_key = p.id::text WHERE p.reference = '{order}'"
        )
    };
    let refunds = "(SELECT count(*) FROM sandbox.refunds r WHERE r.charge_id = c.id)";
    (
        market.count(&of("c.refunded")).await,
        market.count(&of(refunds)).await,
    )
}

#[feira_testkit::test]
async fn thirty_two_refunds_of_a_third_at_once_give_back_no_more_than_was_paid(market: Market) {
    let (operator, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &ana, &bento).await;
    let placed = guest.check_out("thirds", &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    let order = placed.str("/order/id");
    let total = minor(&placed.json["order"]["totals"]["total"]);
    let third = total * 30 / 100;
    let path = format!("/api/v1/admin/orders/{order}/refunds");
    let mut all = JoinSet::new();
    for n in 0..32 {
        let (operator, path) = (operator.clone(), path.clone());
        let body = json!({"amount": money(third), "reason": "damaged"});
        all.spawn(async move { give(&operator, &path, &format!("r{n}"), body).await });
    }
    for answer in all.join_all().await {
        // 503: its turn at a lock did not come.
        assert!([201, 409, 503].contains(&answer.status), "{}", answer.text);
    }
    // Whatever had no turn comes again, until nothing fits.
    let body = || json!({"amount": money(third), "reason": "damaged"});
    for n in 0..4 {
        let answer = give(&operator, &path, &format!("again{n}"), body()).await;
        if answer.status == 409 {
            let refused = answer.problem(409, "order.refund_too_large");
            assert_eq!(minor(&refused.json["left"]), total - 3 * third);
            break;
        }
        assert!(n < 3, "more than was paid was given back");
    }
    market.settle().await;
    assert_eq!(at_the_provider(&market, &order).await, (3 * third, 3));
    let shown = operator.get(&format!("/api/v1/admin/orders/{order}")).await;
    let shown = shown.expect(200).json;
    let refunds = shown["refunds"].as_array().expect("refunds");
    assert!(refunds.iter().all(|one| one["state"] == "completed"));
    assert_eq!(refunds.len(), 3);
    for part in shown["store_orders"].as_array().expect("parts") {
        assert_eq!(part["settlement"], "partially_refunded");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn an_operator_sees_the_figures_before_it_is_done(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = bought(&market, &seller, "figures").await;
    let order = placed.str("/order/id");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let page = format!("/admin/orders/{order}/refund");
    let overview = browser.open(&format!("/admin/orders/{order}")).await.text;
    assert!(overview.contains(&format!("href=\"{page}\"")), "{overview}");

    let much = [
        ("amount", "999999"),
        ("reason", "damaged"),
        ("step", "look"),
    ];
    let refused = browser.submit(&page, &page, &much).await.expect(422);
    assert!(
        refused.text.contains("is left to give back"),
        "{}",
        refused.text
    );
    let typed = [("amount", "1.50"), ("reason", "damaged"), ("step", "look")];
    let figures = browser.submit(&page, &page, &typed).await.expect(200);
    assert!(
        figures.text.contains("Give R$1.50 back"),
        "{}",
        figures.text
    );
    assert_eq!(at_the_provider(&market, &order).await, (0, 0));
    // Pressed twice it is one refund.
    for _ in 0..2 {
        let done = browser.save(&figures, &page, &[("step", "give")]).await;
        done.expect(303);
    }
    assert_eq!(at_the_provider(&market, &order).await, (150, 1));
    market.settle().await;
    let told = market.mail("guest@test.example");
    let told = told.iter().filter(|mail| mail.text.contains("R$1.50"));
    assert_eq!(told.count(), 1);
    let told = market.mail(&seller.email);
    let told = told.iter().filter(|mail| mail.text.contains("R$1.50"));
    assert_eq!(told.count(), 1);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_seller_gives_back_where_the_setting_lets_her(db: TestDb, market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = bought(&market, &seller, "seller").await;
    let part = placed.str("/order/store_orders/0/id");
    let path = format!("/api/v1/seller/orders/{part}/refunds");
    let preview = format!("{path}/preview?amount=1.00&currency=BRL");
    let told = seller.client.get(&preview).await.expect(200).json;
    assert_eq!(told["amount"], money(100));
    let body = json!({"amount": money(100), "reason": "damaged", "note": "The handle"});
    let keyless = seller.client.post(&path, body.clone()).await;
    assert_eq!(keyless.json["code"], "request.idempotency_key_missing");
    let done = give(&seller.client, &path, "one", body.clone())
        .await
        .expect(201);
    assert_eq!(done.str("/state"), "completed");
    let own = seller
        .client
        .get(&format!("/api/v1/seller/orders/{part}"))
        .await;
    assert_eq!(own.expect(200).str("/refunds/0/note"), "The handle");
    let buyers = market.order(&placed).await;
    assert_eq!(buyers.str("/refunds/0/reason"), "damaged");
    assert!(!buyers.text.contains("The handle"), "{}", buyers.text);
    market.stop().await;

    let closed = Market::start_with(&db, "[payments]\nsellers_refund = false").await;
    let client = closed.log_in(&seller.email, "seller").await;
    let refused = give(&client, &path, "two", body).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let browser = Browser::sign_in(&closed, "/seller/login", &seller.email).await;
    let page = browser.open(&format!("/seller/orders/{part}")).await.text;
    assert!(!page.contains("/refund\""), "{page}");
    closed.stop().await;
}

#[feira_testkit::test]
async fn what_goes_back_after_the_payout_is_owed_and_explained(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    give_payout_account(&seller.client).await;
    let placed = bought(&market, &seller, "owed").await;
    let part = placed.str("/order/store_orders/0/id");
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    market.pass(Duration::days(40)).await;
    let operator = market.log_in(OPERATOR, "admin").await;
    let run = "/api/v1/admin/payouts";
    give(&operator, run, "run", json!({})).await.expect(200);
    let order = placed.str("/order/id");
    let path = format!("/api/v1/admin/orders/{order}/refunds");
    let all = json!({"reason": "not_received"});
    let done = give(&operator, &path, "all", all).await.expect(201);
    assert_eq!(done.str("/state"), "completed");
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let page = browser.open("/seller/payouts").await.text;
    assert!(page.contains("your next earnings make up for it"), "{page}");
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    // Nothing is paid to who owes.
    let none = give(&operator, run, "none", json!({})).await.expect(200);
    assert_eq!(none.json["items"], json!([]));
    market.stop().await;
}

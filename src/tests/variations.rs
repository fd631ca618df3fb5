//! The same purchase when something goes another way.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{Market, card, fill_cart, pix, two_sellers};

#[feira_testkit::test]
async fn a_changed_total_is_refused_with_the_new_cart(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let path = format!(
        "/api/v1/seller/products/{}/variants/{}",
        a.product["id"].as_str().expect("id"),
        a.variant(0)
    );
    a.client
        .patch(
            &path,
            json!({"price": {"amount": "59.90", "currency": "BRL"}}),
        )
        .await
        .expect(200);
    let refused = guest
        .check_out("changed", &cart, pix())
        .await
        .problem(409, "cart.total_changed");
    let new_cart = refused.json["cart"].clone();
    assert_ne!(new_cart["totals"]["total"], cart["totals"]["total"]);
    assert_eq!(market.count("SELECT count(*) FROM orders.orders").await, 0);
    // With the new total the same key buys.
    let placed = guest
        .check_out("changed", &new_cart, card("tok_approved"))
        .await
        .expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    market.stop().await;
}

#[feira_testkit::test]
async fn without_a_provider_nothing_is_reserved_or_ordered(db: TestDb) {
    let market = Market::start_with(&db, "[payments]\norder = []\n").await;
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    guest
        .check_out("unpayable", &cart, pix())
        .await
        .problem(409, "payment.not_offered");
    let left = "SELECT (SELECT count(*) FROM orders.orders) \
         + (SELECT count(*) FROM catalog.reservations) AS count";
    assert_eq!(market.count(left).await, 0);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_declined_card_can_be_replaced(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest
        .check_out("declined", &cart, card("tok_declined"))
        .await
        .expect(201);
    assert_eq!(placed.str("/payment/status"), "failed", "{}", placed.text);
    assert_eq!(placed.str("/payment/failure"), "card_declined");
    assert_eq!(placed.str("/order/status"), "pending");
    let path = format!("/api/v1/payments/{}/retry", placed.str("/payment/id"));
    let retried = market
        .holder(&placed)
        .with("idempotency-key", "again")
        .post(&path, json!({"payment": card("tok_approved")}))
        .await
        .expect(200);
    assert_eq!(retried.str("/status"), "completed", "{}", retried.text);
    market.settle().await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "confirmed");
    market.stop().await;
}

#[feira_testkit::test]
async fn the_link_of_an_order_leads_on_after_a_declined_card(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest.check_out("declined", &cart, card("tok_declined"));
    let placed = placed.await.expect(201);
    let page = format!("/l/order/{}", placed.str("/order_token"));
    let (pay, cancel) = (format!("{page}/pay"), format!("{page}/cancel"));
    let shown = async || market.client().get(&page).await.expect(200).text;
    // The switch on the page goes before the language in which it was ordered.
    for tag in ["en", "pt-BR"] {
        let chosen = format!("feira_language={tag}");
        let seen = market.client().with("cookie", &chosen).get(&page).await;
        let spoken = format!("<html lang=\"{tag}\"");
        assert!(seen.text.contains(&spoken), "{}", seen.text);
    }
    let declined = shown().await;
    let after = placed.str("/payment/id");
    assert!(
        declined.contains(&format!("value=\"{after}\"")),
        "{declined}"
    );
    let form = [("after", after.as_str())];
    let store = format!("/api/v1/admin/stores/{}", b.store);
    let why = json!({"reason": "late parcels"});
    let closed = operator.post(&format!("{store}/suspend"), why).await;
    closed.expect(200);
    market.client().form(&pay, &form).await.expect(303);
    let opened = format!("{store}/approve");
    operator.post(&opened, json!({})).await.expect(200);
    for _ in 0..2 {
        let sent = market.client().form(&pay, &form).await.expect(303);
        assert_eq!(sent.header("location"), Some(page.as_str()));
    }
    let attempts = "SELECT count(*) FROM payments.payments";
    assert_eq!(market.count(attempts).await, 2, "sent twice it is one");
    let waiting = shown().await;
    assert!(waiting.contains("id=\"pix-code\""), "{waiting}");
    assert!(waiting.contains(&format!("action=\"{cancel}\"")));
    market.client().form(&cancel, &[]).await.expect(303);
    assert_eq!(market.order(&placed).await.str("/status"), "cancelled");
    let ended = shown().await;
    for gone in ["pix-code", cancel.as_str(), pay.as_str()] {
        assert!(!ended.contains(gone), "{gone}");
    }
    market.client().form(&pay, &[]).await.expect(303);
    market.settle().await;
    assert_eq!(market.count(attempts).await, 2, "nothing is paid any more");
    market.stop().await;
}

#[feira_testkit::test]
async fn an_order_that_is_never_paid_expires_and_its_stock_returns(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest
        .check_out("never-paid", &cart, pix())
        .await
        .expect(201);
    let reserved = "SELECT sum(reserved)::bigint FROM catalog.inventory";
    assert_eq!(market.count(reserved).await, 4);
    market.pass(Duration::minutes(31)).await;
    market.pass(Duration::minutes(1)).await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "cancelled", "{}", order.text);
    assert_eq!(market.count(reserved).await, 0);
    assert_eq!(
        market
            .count("SELECT sum(on_hand)::bigint FROM catalog.inventory")
            .await,
        40
    );
    // The cart is still there to be bought.
    let cart = guest
        .get(&format!(
            "/api/v1/carts/{}",
            cart["id"].as_str().expect("id")
        ))
        .await
        .expect(200);
    assert_eq!(cart.str("/status"), "open");
    market.stop().await;
}

#[feira_testkit::test]
async fn a_card_that_times_out_is_asked_about_and_not_charged_again(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest
        .check_out("timeout", &cart, card("tok_timeout_after_charge"))
        .await
        .expect(201);
    assert_eq!(placed.str("/payment/status"), "pending", "{}", placed.text);
    market.pass(Duration::minutes(1)).await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "confirmed", "{}", order.text);
    assert_eq!(
        market
            .count("SELECT count(*) FROM sandbox.charges WHERE status = 'captured'")
            .await,
        1
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn a_browser_buys_in_its_own_language(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    guest
        .with("accept-language", "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7")
        .check_out("browser", &cart, card("tok_approved"))
        .await
        .expect(201);
    market.settle().await;
    let told = market.mail("guest@test.example");
    assert!(told[0].text.contains("pedido"), "{}", told[0].text);
    // The answer had a credential: it is not kept.
    let kept = "SELECT count(*) FROM gateway.idempotency WHERE body LIKE '%order_token%'";
    assert_eq!(market.count(kept).await, 0);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_shop_that_always_sends_both_tokens_opens_cart_and_order(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let shop = guest.with("x-order-token", "");
    let placed = shop.check_out("both", &cart, pix()).await.expect(201);
    let shop = shop.with("x-order-token", &placed.str("/order_token"));
    let order = format!("/api/v1/orders/{}", placed.str("/order/id"));
    let cart = format!("/api/v1/carts/{}", cart["id"].as_str().unwrap_or_default());
    for path in [order, cart] {
        shop.get(&path).await.expect(200);
    }
    market.stop().await;
}

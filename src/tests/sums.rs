//! Amounts near the limit of one, what they add up to, and what no method of paying can carry.

use serde_json::{Value, json};

use crate::support::{Browser, Market, card, cart_with, choose_shipping, pix};

#[feira_testkit::test]
async fn three_large_orders_are_told_in_the_books_the_balance_and_on_pages(market: Market) {
    let operator = market.operator().await;
    let seller = market
        .seller(&operator, "Ana Ceramica", 0, "40000000000.00", 10)
        .await;
    for n in 0..3 {
        let (guest, id) = cart_with(&market, &[(seller.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &id).await.json;
        let refused = guest.check_out(&format!("pix {n}"), &cart, pix()).await;
        let refused = refused.problem(409, "payment.amount_not_accepted");
        assert_eq!(refused.str("/maximum/amount"), "9999999999.99");
        let orders = "SELECT count(*) FROM orders.orders";
        assert_eq!(market.count(orders).await, n);
        guest
            .check_out(&format!("card {n}"), &cart, card("tok_approved"))
            .await
            .expect(201);
    }
    market.settle().await;

    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    let accounts = books.json["accounts"].as_array().expect("accounts");
    let held: Vec<&Value> = accounts
        .iter()
        .filter(|account| account["account"] == "provider_clearing")
        .map(|account| &account["total"]["amount"])
        .collect();
    let paid = "SELECT sum(total)::numeric(38,2)::text AS sum FROM orders.orders";
    let paid = market.rows(paid).await;
    assert!(
        paid[0]["sum"].as_str().expect("a sum") > "120000000000",
        "{paid:?}"
    );
    assert_eq!(held, [&paid[0]["sum"]]);
    let balance = seller
        .client
        .get("/api/v1/seller/balance")
        .await
        .expect(200);
    // Nine tenths, and the shipping.
    let pending = balance.str("/items/0/pending/amount");
    assert!(pending.starts_with("108000000"), "{pending}");

    let admin = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    for (browser, page) in [
        (&admin, "/admin"),
        (&admin, "/admin/books"),
        (&own, "/seller"),
        (&own, "/seller/payouts"),
    ] {
        browser.open(page).await;
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_total_that_cannot_be_kept_is_refused_before_there_is_an_order(market: Market) {
    let operator = market.operator().await;
    let seller = market
        .seller(&operator, "Ana Ceramica", 0, "40000000000.00", 10)
        .await;
    let (guest, id) = cart_with(&market, &[(seller.variant(0), 2)]).await;
    let cart = choose_shipping(&guest, &id).await.json;
    let items = format!("/api/v1/carts/{id}/items");
    let third = json!({"variant_id": seller.variant(1), "quantity": 1});
    let refused = guest.post(&items, third).await.problem(422, "cart.invalid");
    assert_eq!(refused.str("/errors/0/code"), "cart.total_too_large");

    // What fitted when it was put in may not fit any more.
    let variant = format!(
        "/api/v1/seller/products/{}/variants/{}",
        seller.product["id"].as_str().expect("an id"),
        seller.variant(0)
    );
    let dearer = json!({"price": {"amount": "50000000000.00", "currency": "BRL"}});
    seller.client.patch(&variant, dearer).await.expect(200);
    let refused = guest.check_out("k", &cart, card("tok_approved")).await;
    let refused = refused.problem(422, "order.invalid");
    assert_eq!(refused.str("/errors/0/code"), "cart.total_too_large");
    let left = "SELECT (SELECT count(*) FROM orders.orders) \
         + (SELECT count(*) FROM catalog.reservations) AS count";
    assert_eq!(market.count(left).await, 0);
    market.stop().await;
}

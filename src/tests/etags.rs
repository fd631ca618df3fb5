//! Conditional requests: who has it is told so, who changes what somebody else changed is refused.

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Market, fill_cart, one_seller, pix, two_sellers};

#[feira_testkit::test]
async fn single_resources_have_an_etag(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let path = format!(
        "/api/v1/products/{}",
        seller.product["slug"].as_str().expect("a slug")
    );
    let first = market.client().get(&path).await.expect(200);
    let tag = first.header("etag").expect("an ETag").to_owned();
    assert!(
        first
            .header("cache-control")
            .is_some_and(|c| c.starts_with("public"))
    );
    market
        .client()
        .with("if-none-match", &tag)
        .get(&path)
        .await
        .expect(304);
    let own = format!(
        "/api/v1/seller/products/{}",
        seller.product["id"].as_str().expect("id")
    );
    let zipped = seller.client.with("accept-encoding", "gzip");
    let zipped = zipped.send(zipped.request(Method::HEAD, &own)).await;
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let seen = zipped.header("etag").expect("an ETag");
    // Whichever form of it was seen, wherever in the list it is named.
    let version = format!("\"a\", W/\"b\", {seen}");
    let weak = seller.client.with("if-match", &format!("W/{seen}"));
    let refused = weak.patch(&own, json!({"brand": "Ana"})).await;
    refused.problem(412, "catalog.version_mismatch");
    let variant = format!("{own}/variants/{}", seller.variant(0));
    let body = json!({"name": "Another mug"});
    seller
        .client
        .with("if-match", &version)
        .patch(&own, body.clone())
        .await
        .expect(200);
    seller
        .client
        .with("if-match", &version)
        .patch(&own, body)
        .await
        .problem(412, "catalog.version_mismatch");
    seller
        .client
        .with("if-match", &version)
        .patch(&variant, json!({"weight_grams": 1}))
        .await
        .problem(412, "catalog.version_mismatch");
    assert_ne!(
        market.client().get(&path).await.header("etag"),
        Some(tag.as_str())
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn every_single_resource_answers_304_to_who_has_it(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let cart_path = format!("/api/v1/carts/{}", cart["id"].as_str().expect("id"));
    unchanged(&guest, &cart_path).await;
    let placed = guest.check_out("buy", &cart, pix()).await.expect(201);
    market.settle().await;
    let buyer = guest.with("x-order-token", &placed.str("/order_token"));
    for path in [
        format!("/api/v1/orders/{}", placed.str("/order/id")),
        format!("/api/v1/payments/{}", placed.str("/payment/id")),
        format!("/api/v1/stores/{}", a.store),
    ] {
        unchanged(&buyer, &path).await;
    }
    unchanged(&a.client, "/api/v1/seller/store").await;
    let orders = a.client.get("/api/v1/seller/orders").await.expect(200);
    let order = format!("/api/v1/seller/orders/{}", orders.str("/items/0/id"));
    unchanged(&a.client, &order).await;
    market.stop().await;
}

/// The same resource, asked for again with its tag.
async fn unchanged(client: &Client, path: &str) {
    let first = client.get(path).await.expect(200);
    let tag = first
        .header("etag")
        .unwrap_or_else(|| panic!("{path} has no ETag"));
    let again = client
        .with("if-none-match", tag)
        .get(path)
        .await
        .expect(304);
    assert_eq!(again.text, "", "{path}");
    let other = client.with("if-none-match", "\"another\"");
    other.get(path).await.expect(200);
}

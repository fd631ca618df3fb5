//! Shops on other origins: what their browsers are told.

use feira_testkit::TestDb;
use reqwest::Method;

use crate::support::{Answer, Client, Market};

const SHOP: &str = "https://shop.example";

/// What a browser asks before it sends a checkout.
async fn preflight(client: &Client, origin: &str, path: &str) -> Answer {
    let request = client
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type, idempotency-key, x-cart-token, x-order-token, authorization, if-match, if-none-match",
        );
    client.send(request).await
}

#[feira_testkit::test]
async fn a_configured_shop_may_call_the_api_and_nothing_else(db: TestDb) {
    let settings = format!("[server]\ncors_origins = [\"{SHOP}\"]");
    let market = Market::start_with(&db, &settings).await;
    let client = market.client();
    let told = preflight(&client, SHOP, "/api/v1/checkouts")
        .await
        .expect(200);
    assert_eq!(told.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(told.header("access-control-allow-credentials"), None);
    let allowed = told
        .header("access-control-allow-headers")
        .expect("headers");
    for header in [
        "idempotency-key",
        "x-cart-token",
        "x-order-token",
        "if-match",
    ] {
        assert!(
            allowed.to_lowercase().contains(header),
            "{header}: {allowed}"
        );
    }
    let answer = client.with("origin", SHOP).get("/api/v1/products").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    let exposed = answer
        .header("access-control-expose-headers")
        .expect("headers");
    for header in [
        "allow",
        "etag",
        "location",
        "retry-after",
        "x-request-id",
        "idempotent-replayed",
        "link",
    ] {
        assert!(
            exposed.to_lowercase().contains(header),
            "{header}: {exposed}"
        );
    }
    // Refusals are readable too.
    let refused = client
        .with("origin", SHOP)
        .get("/api/v1/products?colour=red")
        .await;
    let refused = refused.problem(400, "request.unknown_parameter");
    assert_eq!(refused.header("access-control-allow-origin"), Some(SHOP));
    let shop = client.with("origin", SHOP);
    let refused = shop.send(shop.request(Method::DELETE, "/api/v1/products"));
    let refused = refused.await.problem(405, "request.method_not_allowed");
    assert_eq!(refused.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));
    for (origin, path) in [
        ("https://evil.example", "/api/v1/checkouts"),
        (SHOP, "/seller"),
    ] {
        let told = preflight(&client, origin, path).await;
        assert_eq!(
            told.header("access-control-allow-origin"),
            None,
            "{origin} {path}"
        );
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn no_other_origin_is_allowed_by_default_any_only_without_credentials(
    db: TestDb,
    market: Market,
) {
    let told = preflight(&market.client(), SHOP, "/api/v1/checkouts").await;
    assert_eq!(told.header("access-control-allow-origin"), None);
    let told = told.expect(204);
    assert_eq!(told.header("allow"), Some("POST, OPTIONS"));
    market.stop().await;
    let market = Market::start_with(&db, "[server]\ncors_origins = [\"*\"]").await;
    let told = preflight(&market.client(), SHOP, "/api/v1/checkouts")
        .await
        .expect(200);
    assert_eq!(told.header("access-control-allow-origin"), Some("*"));
    assert_eq!(told.header("access-control-allow-credentials"), None);
    market.stop().await;
}

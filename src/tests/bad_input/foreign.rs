//! What belongs to somebody else, and tokens that are forged or meant for something else.

use serde_json::json;

use crate::support::{Market, PASSWORD, fill_cart, one_seller, two_sellers};

#[feira_testkit::test]
async fn foreign_and_unknown_ids_look_the_same(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (_, cart) = fill_cart(&market, &a, &b).await;
    let cart_path = format!("/api/v1/carts/{}", cart["id"].as_str().expect("id"));
    for token in ["", "null", "[]", "\u{7f}", "another"] {
        let client = if token.is_empty() || token == "\u{7f}" {
            market.client()
        } else {
            market.client().with("x-cart-token", token)
        };
        client.get(&cart_path).await.problem(404, "cart.not_found");
    }
    market
        .client()
        .get("/api/v1/carts/not-an-id")
        .await
        .problem(404, "request.not_found");
    let product = a.product["id"].as_str().expect("id");
    for path in [
        format!("/api/v1/seller/products/{product}"),
        "/api/v1/seller/products/00000000-0000-7000-8000-000000000000".to_owned(),
    ] {
        b.client.get(&path).await.problem(404, "catalog.not_found");
        b.client
            .patch(&path, json!({"name": "Mine now"}))
            .await
            .problem(404, "catalog.not_found");
    }
    let variant = a.variant(0);
    b.client
        .post(
            &format!("/api/v1/seller/inventory/{variant}/movements"),
            json!({"to": 0}),
        )
        .await
        .problem(404, "catalog.not_found");
    b.client
        .with("x-store-id", &a.store)
        .get("/api/v1/seller/store")
        .await
        .problem(403, "store.not_a_member");
    for field in ["store_id", "role", "balance"] {
        let path = format!("/api/v1/seller/products/{product}");
        a.client
            .patch(&path, json!({field: "x"}))
            .await
            .problem(422, "request.unknown_field");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn tokens_of_another_surface_or_none_are_worth_nothing(market: Market) {
    let (operator, a) = one_seller(&market, 10).await;
    let customer = market.customer("clara@test.example").await;
    for path in [
        "/api/v1/seller/products",
        "/api/v1/admin/stores",
        "/api/v1/me",
        "/api/v1/orders",
    ] {
        market
            .client()
            .get(path)
            .await
            .problem(401, "request.unauthenticated");
        market
            .client()
            .with_bearer("eyJhbGciOiJub25lIn0.e30.")
            .get(path)
            .await
            .problem(401, "user.token_invalid");
        market
            .client()
            .with("authorization", "Basic Zm9v")
            .get(path)
            .await
            .problem(401, "request.unauthenticated");
    }
    customer
        .get("/api/v1/seller/products")
        .await
        .problem(401, "request.wrong_audience");
    customer
        .get("/api/v1/admin/stores")
        .await
        .problem(401, "request.wrong_audience");
    a.client
        .get("/api/v1/admin/stores")
        .await
        .problem(401, "request.wrong_audience");
    operator
        .get("/api/v1/seller/products")
        .await
        .problem(401, "request.wrong_audience");
    let login = json!({"email": "clara@test.example", "password": PASSWORD, "audience": "seller"});
    market
        .client()
        .post("/api/v1/auth/login", login)
        .await
        .problem(403, "store.not_a_member");
    let login = json!({"email": "clara@test.example", "password": PASSWORD, "audience": "admin"});
    assert!(matches!(
        market
            .client()
            .post("/api/v1/auth/login", login)
            .await
            .status,
        401 | 403
    ));
    market.stop().await;
}

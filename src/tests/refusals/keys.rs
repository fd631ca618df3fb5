//! Every POST honours an `Idempotency-Key`, and the document says where it may be sent.

use reqwest::{Method, RequestBuilder, header::HeaderValue};
use serde_json::Value;

use crate::{
    schema::{self, Filler},
    support::{Client, Market, access_key, one_seller},
};

use super::{Callers, NOBODY};

fn takes_key(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters
        .into_iter()
        .any(|p| p["in"] == "header" && p["name"] == "Idempotency-Key")
}

#[feira_testkit::test]
async fn every_post_takes_a_key(market: Market) {
    let callers = Callers::of(&market).await;
    let document = market.document().await;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let operation = &item["post"];
        if operation.is_null() || operation["x-idempotency"] == "none" {
            assert!(!takes_key(operation), "{path} is said to take a key");
            continue;
        }
        assert!(takes_key(operation), "{path} does not name the header");
        // A key that cannot be is refused before anything is done: so it was looked at.
        let client = callers.at(path).with("x-cart-token", "a guest's");
        for key in [&"k".repeat(256)[..], "açaí", "", " \t", "a\u{7f}b"] {
            let mut codes = Vec::new();
            let bad = HeaderValue::from_bytes(key.as_bytes());
            for request in requests(&client, &document, path, operation) {
                let request = match &bad {
                    Ok(key) => request.header("idempotency-key", key.clone()),
                    Err(_) => continue,
                };
                codes.push(client.send(request).await.json["code"].clone());
            }
            assert!(
                bad.is_err() || codes.iter().any(|c| c == "request.idempotency_key_invalid"),
                "{path} takes the key {key:?}: {codes:?}"
            );
        }
    }
    market.stop().await;
}

/// What keeps no key refuses one that cannot be used all the same: a guest's new cart.
#[feira_testkit::test]
async fn a_guest_is_told_that_her_key_cannot_be_used(market: Market) {
    let stranger = market.client();
    let guest = stranger.with("x-cart-token", "a guest's");
    for client in [&stranger, &guest] {
        for key in [&"k".repeat(256)[..], "açaí", "", "\u{1f6d2}"] {
            let key = HeaderValue::from_bytes(key.as_bytes()).expect("a header");
            let request = client.request(Method::POST, "/api/v1/carts");
            let refused = client.send(request.header("idempotency-key", key)).await;
            refused.problem(400, "request.idempotency_key_invalid");
        }
        let request = client.request(Method::POST, "/api/v1/carts");
        let made = client.send(request.header("idempotency-key", "k")).await;
        made.expect(201);
    }
    assert_eq!(market.count("SELECT count(*) FROM carts.carts").await, 2);
    market.stop().await;
}

/// Well-formed requests of one operation.
fn requests(
    client: &Client,
    document: &Value,
    path: &str,
    operation: &Value,
) -> Vec<RequestBuilder> {
    let path = path
        .replace("{id}", NOBODY)
        .replace("{variant_id}", NOBODY)
        .replace("{store_order_id}", NOBODY)
        .replace("{module}", "order")
        .replace("{event_id}", NOBODY)
        .replace("{subscriber}", "nobody");
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let asked = parameters.filter(|p| p["in"] == "query" && p["required"] == true);
    let query = asked.map(
        |parameter| match parameter["name"].as_str().expect("a name") {
            "format" => "format=shopify".to_owned(),
            "key" => format!("key={}", access_key(1)),
            "kind" => "kind=receipt".to_owned(),
            other => panic!("{path} asks for {other}"),
        },
    );
    let query = query.collect::<Vec<_>>().join("&");
    let path = format!("{path}?{query}");
    let post = || client.request(Method::POST, &path);
    let content = operation.pointer("/requestBody/content");
    let raw = content
        .and_then(Value::as_object)
        .and_then(|kinds| kinds.keys().find(|kind| *kind != "application/json"));
    if let Some(kind) = raw {
        return vec![post().header("content-type", kind).body("bytes")];
    }
    let Some(schema) = schema::body_of(operation) else {
        return vec![post()];
    };
    let filler = Filler {
        text: "words",
        number: 1,
        amount: "1.00",
    };
    let bodies = schema::bodies(document, schema, filler);
    bodies.iter().map(|body| post().json(body)).collect()
}

#[feira_testkit::test]
async fn a_repeat_with_a_key_is_answered_and_not_done_again(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let csv = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price\n\
               tray,Tray,Size,S,TRAY-S,400,5,30.00\n";
    let longest = "k".repeat(255);
    let client = seller.client.with("idempotency-key", &longest);
    let import = async |query: &str| {
        let path = format!("/api/v1/seller/imports?format=shopify{query}");
        let request = client.request(Method::POST, &path);
        let request = request.header("content-type", "text/csv").body(csv);
        client.send(request).await
    };
    let first = import("").await.expect(200);
    assert_eq!(first.json["products_created"], 1, "{}", first.text);
    let again = import("").await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json, first.json);
    import("&dry_run=true")
        .await
        .problem(422, "request.idempotency_key_reused");

    let product = seller.product["id"].as_str().expect("an id");
    let stock = format!("/api/v1/seller/inventory/{}/movements", seller.variant(0));
    for _ in 0..2 {
        let moved = client.post(&stock, serde_json::json!({"by": 5})).await;
        assert_eq!(moved.expect(200).json["on_hand"], 15);
    }
    let copy = serde_json::json!({
        "name": "A copy",
        "variants": [{"price": {"amount": "1.00", "currency": "BRL"}}]
    });
    let made = client.post("/api/v1/seller/products", copy.clone()).await;
    let made = made.expect(201).str("/id");
    let again = client.post("/api/v1/seller/products", copy).await;
    assert_eq!(again.expect(201).str("/id"), made);
    assert_ne!(made, product);

    let path = format!("/api/v1/admin/stores/{}/suspend", seller.store);
    let body = serde_json::json!({"reason": "sells nothing"});
    let operator = operator.with("idempotency-key", "once");
    operator.post(&path, body.clone()).await.expect(200);
    let again = operator.post(&path, body).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    market.stop().await;
}

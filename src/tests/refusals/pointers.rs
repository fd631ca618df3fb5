//! What is refused of a body is named by a field that the body has.

use reqwest::Method;
use serde_json::Value;

use crate::{
    schema::{self, Filler},
    support::{Client, Market},
};

use super::{Callers, NOBODY};

#[feira_testkit::test]
async fn every_pointer_names_a_field_of_the_request(market: Market) {
    let callers = Callers::of(&market).await;
    let (buyer, seller) = (&callers.buyer, &callers.seller);
    let cart = buyer
        .send(buyer.request(Method::POST, "/api/v1/carts"))
        .await
        .expect(201)
        .str("/id");
    let item = serde_json::json!({"variant_id": seller.variant(0), "quantity": 1});
    let item = buyer
        .post(&format!("/api/v1/carts/{cart}/items"), item)
        .await
        .expect(200)
        .str("/groups/0/items/0/id");
    let product = seller.product["id"].as_str().expect("an id");
    let filled = |path: &str| {
        let id = match path {
            p if p.starts_with("/api/v1/carts") => &cart,
            p if p.starts_with("/api/v1/seller/products") => product,
            _ => NOBODY,
        };
        path.replace("{id}", id)
            .replace("{item_id}", &item)
            .replace("{variant_id}", &seller.variant(0))
    };
    let document = market.document().await;
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let client = callers.at(path);
        for (method, operation) in item.as_object().expect("an item") {
            let Some(schema) = schema::body_of(operation) else {
                continue;
            };
            let method: Method = method.to_uppercase().parse().expect("a method");
            let what = (method, filled(path));
            seen += refused(client, &document, schema, &what).await;
        }
    }
    assert!(seen > 100, "only {seen} fields were refused");
    market.stop().await;
}

/// How many pointers one operation answered; each names a field.
async fn refused(
    client: &Client,
    document: &Value,
    schema: &Value,
    (method, path): &(Method, String),
) -> usize {
    let long = "x".repeat(30_000);
    let mut seen = 0;
    for (text, number, amount) in [
        ("", 0, "0.00"),
        (&*long, 2_000_000, "-1.00"),
        ("nul\u{0}", -2_000_000, "1.00"),
    ] {
        let filler = Filler {
            text,
            number,
            amount,
        };
        for (index, body) in schema::bodies(document, schema, filler).iter().enumerate() {
            let key = format!("{method} {path} {number} {index}");
            let client = client.with("idempotency-key", &key);
            let request = client.request(method.clone(), path).json(body);
            let answer = client.send(request).await;
            for error in answer.json["errors"].as_array().into_iter().flatten() {
                let pointer = error["pointer"].as_str().expect("a pointer");
                assert!(
                    schema::names(document, schema, pointer),
                    "{method} {path}: {pointer} is no field of it: {error}"
                );
                seen += 1;
            }
        }
    }
    seen
}

//! In a merge patch null clears what may be empty, and is refused of what may not.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::{
    schema,
    support::{Market, one_seller},
};

use super::{Callers, NOBODY};

/// What null clears. Another field that takes null takes it without effect, for want of `given`.
const CLEARED: &[&str] = &[
    "/api/v1/admin/categories/{id} parent_id",
    "/api/v1/admin/commission-rules/{id} ends_at",
    "/api/v1/admin/method-limits/{id} least",
    "/api/v1/admin/method-limits/{id} most",
    "/api/v1/admin/method-limits/{id} payee",
    "/api/v1/admin/payments/{id} notes",
    "/api/v1/seller/products/{id} brand",
    "/api/v1/seller/products/{id} category_id",
    "/api/v1/seller/products/{id}/variants/{variant_id} barcode",
    "/api/v1/seller/products/{id}/variants/{variant_id} compare_at",
];

/// Whether a property's schema lets it be null.
fn is_nullable(property: &Value) -> bool {
    let kinds = property["type"].as_array().into_iter().flatten();
    let branches = property["oneOf"].as_array().into_iter().flatten();
    let mut all = kinds.chain(branches.map(|branch| &branch["type"]));
    all.any(|kind| kind == "null")
}

#[feira_testkit::test]
async fn every_patch_refuses_null_where_the_document_has_none(market: Market) {
    let callers = Callers::of(&market).await;
    let document = market.document().await;
    let (mut seen, mut cleared) = (0, Vec::new());
    for (path, item) in document["paths"].as_object().expect("paths") {
        let operation = &item["patch"];
        let Some(schema) = schema::body_of(operation) else {
            continue;
        };
        let parts = path.split('/');
        let parts = parts.map(|part| if part.starts_with('{') { NOBODY } else { part });
        let there = parts.collect::<Vec<_>>().join("/");
        let client = callers.at(path);
        let schema = schema::resolve(&document, schema);
        for (name, property) in schema["properties"].as_object().expect("fields") {
            let body = Map::from_iter([(name.clone(), Value::Null)]);
            let request = client.request(Method::PATCH, &there).json(&body);
            let answer = client.send(request).await;
            let mut errors = answer.json["errors"].as_array().into_iter().flatten();
            let pointer = format!("/{name}");
            let refused = errors.any(|error| error["pointer"] == *pointer);
            assert_eq!(refused, !is_nullable(property), "{path}: {}", answer.text);
            if !refused {
                cleared.push(format!("{path} {name}"));
            }
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} fields");
    cleared.sort();
    assert_eq!(cleared, CLEARED);
    market.stop().await;
}

#[feira_testkit::test]
async fn null_clears_a_brand_and_leaves_a_name(market: Market) {
    let (_, seller) = one_seller(&market, 1).await;
    let path = format!(
        "/api/v1/seller/products/{}",
        seller.product["id"].as_str().expect("an id")
    );
    let patch = async |body: Value| seller.client.patch(&path, body).await;
    patch(json!({"brand": "Ana"})).await.expect(200);
    let both = patch(json!({"name": null, "tags": null, "brand": null})).await;
    both.problem(422, "request.invalid_value");
    let kept = seller.client.get(&path).await.expect(200);
    assert_eq!(kept.str("/brand"), "Ana");
    assert_eq!(kept.json["name"], seller.product["name"]);
    let cleared = patch(json!({"brand": null})).await.expect(200);
    assert_eq!(cleared.json["brand"], Value::Null);
    let variant = format!("{path}/variants/{}", seller.variant(0));
    for field in ["sku", "price", "stock_policy"] {
        let refused = seller.client.patch(&variant, json!({field: null})).await;
        let refused = refused.problem(422, "request.invalid_value");
        assert_eq!(refused.str("/errors/0/pointer"), format!("/{field}"));
    }
    seller
        .client
        .patch(&variant, json!({"barcode": null}))
        .await
        .expect(200);
    market.stop().await;
}

//! The document's examples of bodies, sent as they stand by who may, to what is there.

use std::collections::BTreeSet;

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::Value;

use crate::{
    refusals::{fixtures::Fixtures, things::Things},
    repeats::World,
    schema,
    support::{Answer, BY_HAND, Market},
};

/// What is well said of things that this market does not have: a person, her token, a variant, a shop in the cart, a
/// picture; and of a variant that it has already.
const REFUSED: &[(&str, &str)] = &[
    ("POST /api/v1/auth/login", "user.bad_credentials"),
    ("POST /api/v1/auth/login-link/redeem", "user.token_invalid"),
    ("POST /api/v1/auth/password/reset", "user.token_invalid"),
    ("POST /api/v1/auth/refresh", "user.token_invalid"),
    ("POST /api/v1/auth/verify-email", "user.token_invalid"),
    ("POST /api/v1/carts/{id}/items", "cart.unknown_variant"),
    (
        "POST /api/v1/seller/products/{id}/variants",
        "request.duplicate",
    ),
    ("PUT /api/v1/carts/{id}/shipping", "cart.store_not_in_cart"),
    ("PUT /api/v1/seller/products/{id}/images", "request.unknown"),
];

/// The code of the first field that is refused, or of the whole.
fn code(answer: &Answer) -> String {
    let field = answer.json.pointer("/errors/0/code");
    let code = field.unwrap_or(&answer.json["code"]).as_str();
    code.unwrap_or(&answer.text).to_owned()
}

/// The example of an operation's body, if it takes JSON.
fn example<'a>(document: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let schema = schema::body_of(operation)?;
    // One that may be left out is one of two.
    let schema = schema.pointer("/oneOf/0").unwrap_or(schema);
    let example = &schema::resolve(document, schema)["example"];
    assert!(example.is_object(), "no example: {operation}");
    Some(example)
}

/// Whether it names a thing, which this market does not have.
fn names_thing(body: &Value) -> bool {
    match body {
        Value::String(text) => uuid::Uuid::try_parse(text).is_ok(),
        Value::Array(items) => items.iter().any(names_thing),
        Value::Object(fields) => fields.values().any(names_thing),
        _ => false,
    }
}

#[feira_testkit::test]
async fn every_example_of_a_body_is_taken(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let mut world = World::of(&market).await;
    let fixtures = Fixtures::of(&mut world).await;
    let things = Things::of(&market, &world.buyer, &world.a).await;
    let document = market.document().await;
    let (mut sent, mut done) = (0, 0);
    let mut refused = BTreeSet::new();
    let paths = document["paths"].as_object().expect("paths");
    let mut paths: Vec<_> = paths.iter().collect();
    paths.sort_by_key(|(path, _)| last(path));
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("methods") {
            let Some(example) = example(&document, operation) else {
                continue;
            };
            let there = fixtures.at(path, &things);
            assert!(there.is_some() || !path.contains('{'), "{path}");
            let client = match path {
                p if p.starts_with("/api/v1/seller") => &world.a.client,
                p if p.starts_with("/api/v1/admin") => &world.operator,
                _ => &world.buyer,
            };
            let client = client.with("idempotency-key", &format!("{method} {path}"));
            let method: Method = method.to_uppercase().parse().expect("a method");
            let at = there.as_ref().unwrap_or(path);
            let request = client.request(method.clone(), at).json(example);
            let answer = client.send(request).await;
            let missing = answer.status == 404 && names_thing(example);
            if answer.status >= 300 && answer.status != 409 && !missing {
                refused.insert((format!("{method} {path}"), code(&answer)));
            }
            sent += 1;
            done += u32::from(answer.status < 300);
        }
    }
    let expected = REFUSED.iter();
    let expected = expected.map(|(route, code)| ((*route).to_owned(), (*code).to_owned()));
    assert_eq!(refused, expected.collect());
    assert!(sent > 20 && done > sent / 2, "{done} of {sent} are done");
    fixtures.finish(&world).await;
    market.stop().await;
}

/// What of it keeps others from what they may.
fn last(path: &str) -> (bool, bool, bool) {
    (
        path == "/api/v1/me/password",
        path.starts_with("/api/v1/admin"),
        path.starts_with("/api/v1/admin/stores"),
    )
}

//! The OpenAPI document is the truth: what it names is answered, and nothing else is.

use std::collections::BTreeSet;

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Market, one_seller};

/// `METHOD /path` of the document.
fn documented(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .expect("an item")
                .keys()
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[feira_testkit::test]
async fn every_operation_of_the_document_is_routed(market: Market) {
    let document = market.document().await;
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|v| v.starts_with("3.1")),
        "{}",
        document["openapi"]
    );
    for route in documented(&document) {
        let (method, path) = route.split_once(' ').expect("two words");
        let path = path
            .replace("{module}", "order")
            .replace("{subscriber}", "x");
        let path: String = path
            .split('/')
            .map(|s| {
                if s.starts_with('{') {
                    "00000000-0000-7000-8000-000000000000"
                } else {
                    s
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        let client = market.client();
        let answer = client
            .send(client.request(
                Method::from_bytes(method.as_bytes()).expect("a method"),
                &path,
            ))
            .await;
        assert!(answer.status < 500, "{route}: {}", answer.text);
        assert_ne!(
            answer.json["code"], "request.not_found",
            "{route} is not routed"
        );
    }
    market.stop().await;
}

/// Every schema of the document that gives an example.
fn with_example<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if value["type"].is_string() && !value["example"].is_null() {
        found.push(value);
    }
    let fields = value.as_object().into_iter().flat_map(|map| map.values());
    for below in fields.chain(value.as_array().into_iter().flatten()) {
        with_example(below, found);
    }
}

/// What stands at a reference, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(place) => {
            let there = document.pointer(place.trim_start_matches('#'));
            there.unwrap_or_else(|| panic!("nothing is at {place}"))
        }
        None => value,
    }
}

/// The examples of what is sent or answered in a type.
fn shown<'a>(document: &'a Value, content: &'a Value) -> Vec<&'a Value> {
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &resolved(document, example)["value"]);
    named.chain(content.get("example")).collect()
}

/// Fails if an example is not as the schema says, formats among it.
fn fits(document: &Value, what: &str, schema: &Value, example: &Value) {
    let mut whole = schema.clone();
    whole["components"] = json!({"schemas": document["components"]["schemas"]});
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options
        .build(&whole)
        .unwrap_or_else(|e| panic!("{what}: {e}"));
    let errors = validator.iter_errors(example);
    let errors: Vec<_> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?} of {example}");
}

#[feira_testkit::test]
async fn every_example_is_as_its_schema_says(market: Market) {
    let document = market.document().await;
    let mut found = Vec::new();
    with_example(&document["components"]["schemas"], &mut found);
    assert!(found.len() > 20, "only {} examples", found.len());
    for schema in found {
        fits(&document, "a schema", schema, &schema["example"]);
    }
    market.stop().await;
}

/// Of every answer in JSON, whether it is done or refused.
#[feira_testkit::test]
async fn every_answer_in_json_shows_an_example_that_is_as_its_schema_says(market: Market) {
    let document = market.document().await;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                let answer = resolved(&document, answer);
                let contents = answer["content"].as_object().into_iter().flatten();
                for (kind, content) in contents.filter(|(kind, _)| kind.ends_with("json")) {
                    let what = format!("{method} {path} {status} {kind}");
                    let examples = shown(&document, content);
                    assert!(!examples.is_empty(), "{what} shows nothing");
                    for example in examples {
                        fits(&document, &what, &content["schema"], example);
                    }
                }
            }
        }
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_known_path_says_which_methods_it_has(market: Market) {
    let client = market.client();
    let document = market.document().await;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let item = item.as_object().expect("an item");
        let mut has: BTreeSet<String> = item.keys().map(|m| m.to_uppercase()).collect();
        if has.contains("GET") {
            has.insert("HEAD".to_owned());
        }
        has.insert("OPTIONS".to_owned());
        let all = client.send(client.request(Method::OPTIONS, path)).await;
        let all = all.expect(204);
        let all = all.header("allow").expect("Allow").split(", ");
        assert_eq!(all.map(str::to_owned).collect::<BTreeSet<_>>(), has);
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"] {
            if has.contains(method) {
                continue;
            }
            let asked = Method::from_bytes(method.as_bytes()).expect("a method");
            let refused = client.send(client.request(asked, path)).await;
            let refused = match method {
                "HEAD" => refused.expect(405),
                _ => refused.problem(405, "request.method_not_allowed"),
            };
            let allow = refused.header("allow").expect("Allow");
            let allow: BTreeSet<String> = allow.split(", ").map(str::to_owned).collect();
            assert_eq!(allow, has, "{method} {path}");
        }
    }
    let unknown = client.request(Method::PUT, "/api/v1/nothing");
    let unknown = client.send(unknown).await;
    unknown.problem(404, "request.not_found");
    market.stop().await;
}

#[feira_testkit::test]
async fn what_is_no_operation_says_which_methods_it_has_too(market: Market) {
    let client = market.client().with("sec-fetch-site", "same-origin");
    for (path, allowed) in [
        ("/files/x", "GET, HEAD, OPTIONS"),
        ("/static/app.css", "GET, HEAD, OPTIONS"),
        ("/webhooks/sandbox", "POST, OPTIONS"),
        ("/webhooks/bank/its-secret/pix", "POST, OPTIONS"),
        ("/sandbox/v1/charges", "POST, GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/readyz", "GET, HEAD, OPTIONS"),
        ("/metrics", "GET, HEAD, OPTIONS"),
        ("/api/openapi.json", "GET, HEAD, OPTIONS"),
        ("/api/docs", "GET, HEAD, OPTIONS"),
        ("/api/docs/", "GET, HEAD, OPTIONS"),
    ] {
        let refused = client.send(client.request(Method::DELETE, path)).await;
        let refused = refused.problem(405, "request.method_not_allowed");
        assert_eq!(refused.header("allow"), Some(allowed), "{path}");
    }
    let pages = feira_pages::paths().map(|(_, path)| path);
    for path in pages.chain(["/logout", "/admin/payouts/run"]) {
        let refused = client.send(client.request(Method::DELETE, path)).await;
        let refused = refused.expect(405);
        let allow = refused.header("allow").expect(path);
        assert!(
            [
                "GET, HEAD, OPTIONS",
                "GET, HEAD, POST, OPTIONS",
                "POST, OPTIONS"
            ]
            .contains(&allow),
            "{path}: {allow}"
        );
        let kind = refused.header("content-type");
        assert_eq!(kind, Some("text/html; charset=utf-8"), "{path}");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_head_is_answered_as_a_get_without_its_body(market: Market) {
    let (_, seller) = one_seller(&market, 1).await;
    let product = seller.product["slug"].as_str().expect("a slug");
    let product = format!("/api/v1/products/{product}");
    let client = market.client();
    for path in [
        product.as_str(),
        "/api/v1/categories",
        "/api/v1/products?limit=1",
        "/api/v1/products?colour=red",
        "/api/v1/orders",
        "/api/v1/nothing",
        "/",
        "/seller",
        "/seller/login",
        "/files/none",
        "/static/app.css",
        "/healthz",
        "/api/openapi.json",
        "/webhooks/sandbox",
    ] {
        let whole = client.get(path).await;
        let head = client.send(client.request(Method::HEAD, path)).await;
        assert_eq!(
            (head.status, head.text.as_str()),
            (whole.status, ""),
            "{path}"
        );
        for name in ["etag", "content-type", "cache-control", "link"] {
            assert_eq!(head.header(name), whole.header(name), "{path} {name}");
        }
    }
    let tag = client.get(&product).await;
    let tag = tag.header("etag").expect("an ETag").to_owned();
    let head = client.with("if-none-match", &tag);
    let head = head.send(head.request(Method::HEAD, &product)).await;
    head.expect(304);
    market.stop().await;
}

#[feira_testkit::test]
async fn figures_are_for_who_may_read_them(db: TestDb) {
    let token = "a-token-of-thirty-two-characters";
    let closed = format!("[metrics]\nnetworks = ['10.0.0.0/8']\ntoken = '{token}'");
    let market = Market::start_with(&db, &closed).await;
    let stranger = market.client();
    let refused = stranger.get("/metrics").await;
    refused.problem(401, "request.unauthenticated");
    let guessed = stranger.with_bearer("guessed").get("/metrics").await;
    guessed.problem(401, "request.unauthenticated");
    let figures = stranger.with_bearer(token).get("/metrics").await;
    assert!(figures.expect(200).text.contains("feira_sql_commits_total"));
    for open in ["/healthz", "/readyz"] {
        stranger.get(open).await.expect(200);
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn every_answer_has_the_security_headers_and_a_request_id(market: Market) {
    for path in [
        "/api/v1/products",
        "/api/v1/nothing",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/docs/",
    ] {
        let answer = market.client().get(path).await;
        for header in [
            "x-request-id",
            "x-content-type-options",
            "content-security-policy",
            "referrer-policy",
        ] {
            assert!(answer.header(header).is_some(), "{path} has no {header}");
        }
    }
    let docs = market.client().get("/api/docs/").await.expect(200);
    assert!(
        !docs.text.contains("https://"),
        "the reader loads something from elsewhere"
    );
    let odd = Method::from_bytes(b"BREW").unwrap();
    market
        .client()
        .send(market.client().request(odd, "/api/v1/products"))
        .await;
    let metrics = market.client().get("/metrics").await.expect(200);
    assert!(
        !metrics.text.contains("BREW") && metrics.text.contains("method=\"other\""),
        "a stranger's word is kept as a label"
    );
    assert!(
        metrics.text.contains("feira_http_requests_total")
            && metrics.text.contains("feira_sql_commits_total")
    );
    assert_eq!(
        market
            .client()
            .get("/readyz")
            .await
            .expect(200)
            .str("/status"),
        "ready"
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn a_parameter_that_no_route_knows_is_refused_on_every_route(market: Market) {
    let client = market.client();
    for route in documented(&market.document().await) {
        let (method, path) = route.split_once(' ').expect("two words");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = client.request(method, &format!("{path}?colour=red"));
        let refused = client.send(request).await;
        let refused = refused.problem(400, "request.unknown_parameter");
        assert_eq!(refused.str("/parameter"), "colour", "{route}");
    }
    client.get("/api/v1/nothing?colour=red").await.expect(404);
    market.stop().await;
}

#[feira_testkit::test]
async fn https_is_for_ever_where_it_is_the_address(db: TestDb, market: Market) {
    let plain = market.client().get("/api/v1/products").await.expect(200);
    assert_eq!(plain.header("strict-transport-security"), None);
    market.stop().await;
    let secure = "[server]\nbase_url = \"https://shop.example\"";
    let market = Market::start_with(&db, secure).await;
    for path in ["/api/v1/products", "/seller/login", "/healthz"] {
        let answer = market.client().get(path).await.expect(200);
        let told = answer.header("strict-transport-security");
        assert_eq!(told, Some("max-age=31536000"), "{path}");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn categories_are_found_by_id_and_by_slug(market: Market) {
    let client = market.client();
    let tree = client.get("/api/v1/categories").await.expect(200);
    let first = &tree.json[0];
    for field in ["id", "slug"] {
        let key = first[field].as_str().expect("text");
        let found = client.get(&format!("/api/v1/categories/{key}")).await;
        assert_eq!(&found.expect(200).json, first);
        let list = client
            .get(&format!("/api/v1/products?category={key}"))
            .await;
        list.expect(200);
    }
    client
        .get("/api/v1/categories/no-such-thing")
        .await
        .problem(404, "catalog.not_found");
    market.stop().await;
}

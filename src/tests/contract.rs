//! The OpenAPI document is the truth: it names every route, and every route is in it.

use std::collections::BTreeSet;

use feira_testkit::run_system;
use reqwest::Method;
use serde_json::Value;

use crate::support::Market;

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

/// `METHOD /path` of the route table, read from its one screen.
fn routed() -> BTreeSet<String> {
    let source = include_str!("../http/mod.rs");
    let table = source
        .split("fn api(")
        .nth(1)
        .expect("the table")
        .split("\n}")
        .next()
        .expect("its end");
    table
        .lines()
        .filter_map(|line| {
            let (path, rest) = line.trim().strip_prefix(".route(\"")?.split_once("\", ")?;
            let method = rest.split("()").next()?.to_uppercase();
            Some(format!("{method} /api/v1{path}"))
        })
        .collect()
}

#[test]
fn the_document_and_the_routes_are_the_same() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let document = market
            .client()
            .get("/api/openapi.json")
            .await
            .expect(200)
            .json;
        assert!(
            document["openapi"]
                .as_str()
                .is_some_and(|v| v.starts_with("3.1")),
            "{}",
            document["openapi"]
        );
        assert_eq!(documented(&document), routed());
        for route in routed() {
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
    });
}

#[test]
fn every_answer_has_the_security_headers_and_a_request_id() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
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
        let metrics = market.client().get("/metrics").await.expect(200);
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
    });
}

#[test]
fn single_resources_have_an_etag() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let operator = market.operator().await;
        let seller = market
            .seller(&operator, "Ana Ceramica", 0, "49.90", 10)
            .await;
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
        let version = seller
            .client
            .get(&own)
            .await
            .expect(200)
            .header("etag")
            .expect("an ETag")
            .to_owned();
        let body = serde_json::json!({"name": "Another mug"});
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
        assert_ne!(
            market.client().get(&path).await.header("etag"),
            Some(tag.as_str())
        );
        market.stop().await;
    });
}

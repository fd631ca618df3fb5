//! Every route of the document, driven with what does not fit: never a 5xx, never a changed row.

use feira_testkit::run_system;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{Browser, Client, Market, Seller, one_seller};

mod keys;
mod pointers;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// For each part of the API somebody who may call it.
struct Callers {
    operator: Client,
    seller: Seller,
    buyer: Client,
}

impl Callers {
    async fn of(market: &Market) -> Self {
        let (operator, seller) = one_seller(market, 10).await;
        let buyer = market.customer("clara@test.example").await;
        Self {
            operator,
            seller,
            buyer,
        }
    }

    fn at(&self, path: &str) -> &Client {
        match path {
            p if p.starts_with("/api/v1/seller") => &self.seller.client,
            p if p.starts_with("/api/v1/admin") => &self.operator,
            _ => &self.buyer,
        }
    }
}

/// Texts and numbers that have broken parsers, databases and pages before.
fn nasty() -> Vec<Value> {
    vec![
        json!("\u{0}"),
        json!("x\u{0}y\r\nBcc: z"),
        json!("x".repeat(100_000)),
        json!("<script>{{7*7}}</script>=cmd()"),
        json!("\u{202e}\u{1f4a9}"),
        json!(-1),
        json!(9_223_372_036_854_775_807_i64),
        json!(1e300),
        json!(null),
        json!([]),
        json!({"amount": "1e9", "currency": "BRL"}),
        json!({"amount": "-0.001", "currency": "brl"}),
        json!(true),
    ]
}

/// The property names of an operation's JSON body.
fn properties(document: &Value, operation: &Value) -> Option<Vec<String>> {
    let schema = operation.pointer("/requestBody/content/application~1json/schema")?;
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let found = document["components"]["schemas"][name]["properties"].as_object()?;
    Some(found.keys().cloned().collect())
}

async fn drive(client: &Client, method: &Method, path: &str, body: Option<&Value>) {
    let mut request = client.request(method.clone(), path);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = client.send(request).await;
    let shown = body.map(ToString::to_string).unwrap_or_default();
    let shown: String = shown.chars().take(120).collect();
    assert!(
        answer.status < 500,
        "{method} {path} {shown}: {}",
        answer.text
    );
    if answer.status >= 400 {
        assert!(
            answer.json["code"].is_string(),
            "{method} {path}: {}",
            answer.text
        );
    }
}

#[test]
fn no_route_answers_nonsense_with_an_error_of_ours() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let callers = Callers::of(&market).await;
        let document = market.document().await;
        let rows = "SELECT (SELECT count(*) FROM catalog.products) + (SELECT count(*) FROM orders.orders) \
                    + (SELECT count(*) FROM catalog.inventory_movements) + (SELECT count(*) FROM payments.payments) \
                    + (SELECT count(*) FROM stores.stores) + (SELECT count(*) FROM carts.cart_items)";
        let before = market.count(rows).await;
        for (path, item) in document["paths"].as_object().expect("paths") {
            let client = callers.at(path);
            for (method, operation) in item.as_object().expect("an item") {
                let method: Method = method.to_uppercase().parse().expect("a method");
                one_operation(&document, client, &method, path, operation).await;
            }
        }
        assert_eq!(
            market.count(rows).await,
            before,
            "nonsense changed something"
        );
        pages(&market).await;
        market.stop().await;
    });
}

async fn one_operation(
    document: &Value,
    client: &Client,
    method: &Method,
    path: &str,
    operation: &Value,
) {
    let filled = |value: &str| -> String {
        path.split('/')
            .map(|s| if s.starts_with('{') { value } else { s })
            .collect::<Vec<_>>()
            .join("/")
    };
    let client = client.with("idempotency-key", &format!("nonsense {method} {path}"));
    for id in [NOBODY, "%00", "..%2f", "x", "%F0%9F%92%A9"] {
        drive(&client, method, &filled(id), None).await;
    }
    let path = filled(NOBODY);
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "query" {
            let name = parameter["name"].as_str().expect("a name");
            for value in [
                "%00",
                "-1",
                "99999999999999999999",
                "%27%3B--",
                "%F0%9F%92%A9",
            ] {
                drive(&client, method, &format!("{path}?{name}={value}"), None).await;
            }
        }
    }
    let Some(names) = properties(document, operation) else {
        return;
    };
    for (number, value) in nasty().into_iter().enumerate() {
        let client = client.with(
            "idempotency-key",
            &format!("nonsense {number} {method} {path}"),
        );
        drive(&client, method, &path, Some(&value)).await;
        let body: Map<String, Value> = names
            .iter()
            .map(|name| (name.clone(), value.clone()))
            .collect();
        drive(&client, method, &path, Some(&Value::Object(body))).await;
    }
}

/// The pages' queries too.
async fn pages(market: &Market) {
    let operator = Browser::sign_in(market, "/admin/login", "operator@test.example").await;
    for page in [
        "orders?number=",
        "mailbox?recipient=",
        "mailbox?cursor=",
        "events?cursor=",
        "events?module=",
        "stores?q=",
        "payouts?cursor=",
    ] {
        for value in [
            "%00",
            "%F0%9F%92%A9",
            "eyJhIjoxfQ",
            "WyIwMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiLCJcdTAwMDAiXQ",
        ] {
            let answer = operator.client.get(&format!("/admin/{page}{value}")).await;
            assert!(answer.status < 500, "{page}{value}: {}", answer.status);
        }
    }
}

//! SIGKILL after a command was carried out and before its answer was kept: the same key again is
//! answered, and has no second effect.

use serde_json::{Value, json};

use crate::support::Client;

use super::process::{Serving, feira};

/// What is asked, by whom, and how often it is there afterwards.
struct Case {
    who: [&'static str; 3],
    path: &'static str,
    body: Value,
    seen: fn(&Value) -> usize,
    list: &'static str,
}

#[test]
fn a_key_whose_server_was_killed_has_one_effect() {
    let data = feira_testkit::directory();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let serve = |kill: bool| {
        let mut command = feira(&data);
        command.env("FEIRA_DEVELOPMENT__DEMO", "true");
        if kill {
            command.env("FEIRA_DEVELOPMENT__KILL_AT", "gateway.finish.before:1");
        }
        Serving::start(&mut command, 1)
    };
    let price = json!({"kind": "flat", "price": {"amount": "9.90", "currency": "BRL"}});
    let cases = [
        Case {
            who: ["ana@demo.example", "feira-demo-seller", "seller"],
            path: "/api/v1/seller/shipping-methods",
            body: json!({"name": "Twice", "transit_days": 3, "price": price}),
            list: "/api/v1/seller/shipping-methods",
            seen: |list| named(list, "name", "Twice"),
        },
        Case {
            who: ["ana@demo.example", "feira-demo-seller", "seller"],
            path: "/api/v1/seller/products",
            body: json!({"name": "Twice", "variants": [{"price": {"amount": "1.00", "currency": "BRL"}}]}),
            list: "/api/v1/seller/products",
            seen: |list| named(list, "name", "Twice"),
        },
        Case {
            who: ["operator@demo.example", "feira-demo-operator", "admin"],
            path: "/api/v1/admin/categories",
            body: json!({"name": "Twice"}),
            list: "/api/v1/categories",
            seen: |list| named(list, "name", "Twice"),
        },
    ];
    runtime.block_on(async {
        for case in &cases {
            let killed = serve(true);
            let client = signed_in(&killed, case.who).await;
            let client = client.with("idempotency-key", "a key");
            let asked = client.request(reqwest::Method::POST, case.path);
            let answer = asked.json(&case.body).send().await;
            assert!(answer.is_err(), "{}: it was killed first", case.path);
            killed.ended();

            let serving = serve(false);
            let client = signed_in(&serving, case.who).await;
            let key = client.with("idempotency-key", "a key");
            for _ in 0..2 {
                key.post(case.path, case.body.clone()).await.expect(201);
            }
            let list = client.get(case.list).await.expect(200);
            assert_eq!((case.seen)(&list.json), 1, "{}: {}", case.path, list.text);
            serving.stop();
        }
        units_are_added_once(&serve).await;
    });
}

/// A buyer's line, in the cart that she has whichever answer was lost.
async fn units_are_added_once(serve: &impl Fn(bool) -> Serving) {
    let who = ["clara@demo.example", "feira-demo-buyer", "shop"];
    let first = serve(false);
    let client = signed_in(&first, who).await;
    let products = client
        .get("/api/v1/products?in_stock=true")
        .await
        .expect(200);
    let path = format!("/api/v1/products/{}", products.str("/items/0/id"));
    let variant = client.get(&path).await.expect(200).str("/variants/0/id");
    first.stop();
    let mut carts = Vec::new();
    for kill in [true, false, false] {
        let serving = serve(kill);
        let client = signed_in(&serving, who).await;
        let made = client.with("idempotency-key", "a cart");
        let made = made
            .request(reqwest::Method::POST, "/api/v1/carts")
            .json(&json!({}));
        match made.send().await {
            Err(_) => serving.ended(),
            Ok(answer) => {
                let cart: Value = answer.json().await.expect("a cart");
                carts.push(cart["id"].as_str().expect("an id").to_owned());
                serving.stop();
            }
        }
    }
    assert_eq!(carts.len(), 2);
    assert_eq!(carts[0], carts[1]);
    let path = format!("/api/v1/carts/{}/items", carts[0]);
    let line = json!({"variant_id": variant, "quantity": 2});
    let killed = serve(true);
    let client = signed_in(&killed, who)
        .await
        .with("idempotency-key", "a line");
    let asked = client.request(reqwest::Method::POST, &path).json(&line);
    assert!(asked.send().await.is_err(), "it was killed first");
    killed.ended();
    let serving = serve(false);
    let client = signed_in(&serving, who)
        .await
        .with("idempotency-key", "a line");
    let cart = client.post(&path, line).await.expect(200).json;
    let groups = cart["groups"].as_array().into_iter().flatten();
    let lines = groups.flat_map(|group| group["items"].as_array().into_iter().flatten());
    let mut of_it = lines.filter(|line| line["variant_id"] == variant.as_str());
    assert_eq!(
        of_it.next().map(|line| &line["quantity"]),
        Some(&json!(2)),
        "{cart}"
    );
    serving.stop();
}

fn named(list: &Value, field: &str, name: &str) -> usize {
    let items = list["items"].as_array().or(list.as_array());
    let items = items.expect("a list").iter();
    items.filter(|item| item[field] == name).count()
}

async fn signed_in(serving: &Serving, [email, password, audience]: [&str; 3]) -> Client {
    let client = Client::new(&serving.url());
    let body = json!({"email": email, "password": password, "audience": audience});
    let answer = client.post("/api/v1/auth/login", body).await.expect(200);
    client.with_bearer(&answer.str("/access_token"))
}

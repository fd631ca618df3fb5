//! Every route of the document, driven with what does not fit, for things that are there and for
//! things that are not: never a 5xx, never a changed row.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{Browser, Client, Market, Seller, one_seller};

pub(crate) mod contents;
pub(crate) mod fixtures;
mod kept;
mod keys;
mod money;
mod nulls;
mod pointers;
pub(crate) mod things;
mod waiting;

use contents::Contents;
use money::{Earned, Money};
use things::Things;

pub(crate) const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// What takes something of this as sense, and may change what it says.
const ACCEPTED: &[&str] = &[
    "PATCH /api/v1/admin/payments/{id}",
    "POST /api/v1/admin/payout-files",
    "POST /api/v1/admin/payouts",
    "POST /api/v1/admin/stores/{id}/payouts",
    "POST /api/v1/admin/stores/{id}/suspend",
    "POST /api/v1/auth/logout",
    "POST /api/v1/carts",
    "POST /api/v1/me/payment-methods",
    "POST /api/v1/orders/{id}/cancel",
    "PUT /api/v1/seller/products/{id}/images",
];

/// What needs nothing but the id of something of money, or any words: it would be done.
const DONE: &[&str] = &[
    "/api/v1/admin/bank-statement-lines/{id}/ignore",
    "/api/v1/admin/disputes/{id}/send-evidence",
    "/api/v1/admin/ledger/reserves/{id}/release",
    "/api/v1/admin/payouts/{id}/cancelled",
    "/api/v1/admin/payouts/{id}/paid",
    "/api/v1/admin/payouts/{id}/returned",
];

/// For each part of the API somebody who may call it.
pub(crate) struct Callers {
    operator: Client,
    seller: Seller,
    buyer: Client,
}

impl Callers {
    pub(crate) async fn of(market: &Market) -> Self {
        let (operator, seller) = one_seller(market, 10).await;
        let buyer = market.customer("clara@test.example").await;
        Self {
            operator,
            seller,
            buyer,
        }
    }

    /// After more time than their tokens last.
    async fn sign_in_again(&mut self, market: &Market) {
        self.operator = market.log_in("operator@test.example", "admin").await;
        self.seller.client = market.log_in(&self.seller.email, "seller").await;
        self.buyer = market.log_in("clara@test.example", "shop").await;
    }

    pub(crate) fn at(&self, path: &str) -> &Client {
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

/// Drives one route, and sees whether what it refused was done nevertheless.
struct Driver<'a> {
    market: &'a Market,
    contents: Contents,
    /// Of what changes something, the routes that took some nonsense as sense.
    accepted: BTreeSet<String>,
}

impl Driver<'_> {
    async fn drive(
        &mut self,
        client: &Client,
        route: (&Method, &str),
        path: &str,
        body: Option<&Value>,
    ) {
        let (method, of) = route;
        let mut request = client.request(method.clone(), path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = client.send(request).await;
        let shown = body.map(ToString::to_string).unwrap_or_default();
        let shown: String = shown.chars().take(120).collect();
        let what = format!("{method} {path} {shown}: {} {}", answer.status, answer.text);
        assert!(answer.status < 500, "{what}");
        if answer.status >= 400 {
            assert!(answer.json["code"].is_string(), "{what}");
        } else if *method != Method::GET {
            self.accepted.insert(format!("{method} {of}"));
            self.contents = Contents::of(self.market).await;
            return;
        }
        // Of any other route it is enough to look at the end.
        if ACCEPTED.contains(&format!("{method} {of}").as_str()) {
            self.same(&what).await;
        }
    }

    async fn same(&self, what: &str) {
        let now = Contents::of(self.market).await;
        assert_eq!(self.contents.changed(&now), [""; 0], "changed by {what}");
    }

    async fn operation(
        &mut self,
        document: &Value,
        caller: &Client,
        route: (&Method, &str),
        operation: &Value,
        (things, money): (&Things, &Money),
    ) {
        let (method, of) = route;
        let filled = |value: &str| -> String {
            of.split('/')
                .map(|s| if s.starts_with('{') { value } else { s })
                .collect::<Vec<_>>()
                .join("/")
        };
        let keyed = |number: usize, path: &str| {
            let key = format!("nonsense {number} {method} {path}");
            caller.with("idempotency-key", &key)
        };
        for id in [NOBODY, "%00", "..%2f", "x", "%F0%9F%92%A9"] {
            let path = filled(id);
            self.drive(&keyed(0, &path), route, &path, None).await;
        }
        let nobody = filled(NOBODY);
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
                    let path = format!("{nobody}?{name}={value}");
                    self.drive(&keyed(0, &path), route, &path, None).await;
                }
            }
        }
        let of_money = money.at(of).filter(|_| !DONE.contains(&of));
        let there = things.at(of).or(of_money);
        let paths = [Some(nobody), there.clone()].into_iter().flatten();
        if let Some(names) = properties(document, operation) {
            for path in paths {
                for (number, value) in nasty().into_iter().enumerate() {
                    let client = keyed(number + 1, &path);
                    self.drive(&client, route, &path, Some(&value)).await;
                    let body: Map<String, Value> = names
                        .iter()
                        .map(|name| (name.clone(), value.clone()))
                        .collect();
                    self.drive(&client, route, &path, Some(&Value::Object(body)))
                        .await;
                }
            }
        } else if let Some(path) = there
            && *method != Method::DELETE
        {
            // Nothing is wrong with it but the state of things.
            self.drive(&keyed(0, &path), route, &path, None).await;
        }
    }
}

#[feira_testkit::test]
async fn no_route_answers_nonsense_with_an_error_of_ours(market: Market) {
    let mut callers = Callers::of(&market).await;
    let earned = Earned::of(&market, &callers.seller).await;
    callers.sign_in_again(&market).await;
    let money = Money::of(&market, &callers.operator, &callers.seller, earned).await;
    let things = Things::of(&market, &callers.buyer, &callers.seller).await;
    let document = market.document().await;
    let mut driver = Driver {
        market: &market,
        contents: Contents::of(&market).await,
        accepted: BTreeSet::new(),
    };
    for (path, item) in document["paths"].as_object().expect("paths") {
        let caller = callers.at(path);
        for (method, operation) in item.as_object().expect("an item") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let route = (&method, path.as_str());
            driver
                .operation(&document, caller, route, operation, (&things, &money))
                .await;
            driver.same(&format!("{method} {path}")).await;
        }
    }
    let accepted: Vec<_> = driver.accepted.iter().map(String::as_str).collect();
    assert_eq!(accepted, ACCEPTED);
    pages(&market).await;
    market.stop().await;
}

/// The pages' queries too.
async fn pages(market: &Market) {
    let operator = Browser::sign_in(market, "/admin/login", "operator@test.example").await;
    for page in [
        "orders?q=",
        "mailbox?recipient=",
        "mailbox?cursor=",
        "events?cursor=",
        "events?module=",
        "stores?q=",
        "payouts?cursor=",
        "books/accounts/tax/BRL?store=",
        "books/accounts/tax/BRL?cursor=",
        "books/accounts/tax/BRL?from=",
        "books/stores?cursor=",
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

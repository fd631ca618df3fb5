use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{self, Server};

/// What a checkout came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The order's id.
    Acknowledged(String),
    /// No answer: the server went away.
    Lost,
    /// Try again: the server is not ready, or the first request is taken to be running.
    Later(String),
}

/// A guest with a cart of two stores' products.
pub(crate) struct Buyer {
    http: reqwest::blocking::Client,
    key: String,
    token: String,
    cart: Value,
}

impl Buyer {
    pub(crate) fn with_cart(server: &Server, key: &str) -> Self {
        let url = server.url.clone();
        Self::try_with_cart(move || Some(url.clone()), key).expect("the server answers")
    }

    /// `None` when the server went away meanwhile: nothing was bought, so nothing is lost.
    pub(crate) fn try_with_cart(url: impl Fn() -> Option<String>, key: &str) -> Option<Self> {
        let http = server::http();
        let base = url()?;
        let call =
            |method: reqwest::Method, path: &str, token: &str, body: Value| -> Option<Value> {
                let request = http
                    .request(method, format!("{base}/api/v1{path}"))
                    .header("x-cart-token", token)
                    .json(&body);
                request.send().ok()?.error_for_status().ok()?.json().ok()
            };
        let products: Value = http
            .get(format!("{base}/api/v1/products?limit=100&in_stock=true"))
            .send()
            .ok()?
            .json()
            .ok()?;
        let cart = call(reqwest::Method::POST, "/carts", "", json!({}))?;
        let token = cart["cart_token"].as_str()?.to_owned();
        let path = format!("/carts/{}", cart["id"].as_str()?);
        // The first product of each store.
        let items = products["items"].as_array()?;
        let mut stores = Vec::new();
        for card in items {
            if stores.contains(&card["store"]["id"]) {
                continue;
            }
            stores.push(card["store"]["id"].clone());
            let product: Value = http
                .get(format!("{base}/api/v1/products/{}", card["id"].as_str()?))
                .send()
                .ok()?
                .json()
                .ok()?;
            let variants = product["variants"].as_array()?;
            let variant = variants
                .iter()
                .find(|v| v["available"].as_u64() > Some(0))?;
            call(
                reqwest::Method::POST,
                &format!("{path}/items"),
                &token,
                json!({"variant_id": variant["id"], "quantity": 1}),
            )?;
        }
        let to = json!({"country": "BR", "state": "SP", "postal_code": "01304-001"});
        let cart = call(
            reqwest::Method::PUT,
            &format!("{path}/shipping"),
            &token,
            to,
        )?;
        Some(Self {
            http,
            key: key.to_owned(),
            token,
            cart,
        })
    }

    pub(crate) fn check_out(&self, server: &Server) -> Outcome {
        self.check_out_at(&server.url)
    }

    fn check_out_at(&self, base: &str) -> Outcome {
        let body = json!({
            "cart_id": self.cart["id"], "email": "guest@test.example", "expected_total": self.cart["totals"]["total"],
            "shipping_address": {"recipient": "Clara", "street": "Rua Augusta", "number": "1", "city": "São Paulo", "state": "SP",
                "postal_code": "01304-001", "country": "BR"},
            "payment": {"method": "card", "token": "tok_approved"},
        });
        let request = self.http.post(format!("{base}/api/v1/checkouts"));
        let sent = request
            .header("x-cart-token", &self.token)
            .header("idempotency-key", &self.key)
            .json(&body)
            .send();
        let Ok(response) = sent else {
            return Outcome::Lost;
        };
        let status = response.status().as_u16();
        let Ok(text) = response.text() else {
            return Outcome::Lost;
        };
        let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        match (status, json["order"]["id"].as_str()) {
            (201, Some(order)) => Outcome::Acknowledged(order.to_owned()),
            _ => Outcome::Later(text),
        }
    }

    /// Repeats the checkout with its key until the order is acknowledged.
    pub(crate) fn insist(&self, url: impl Fn() -> Option<String>) -> String {
        let deadline = Instant::now() + Duration::from_secs(90);
        let mut last = String::new();
        while Instant::now() < deadline {
            let Some(base) = url() else {
                std::thread::park_timeout(Duration::from_millis(20));
                continue;
            };
            match self.check_out_at(&base) {
                Outcome::Acknowledged(order) => return order,
                Outcome::Lost => std::thread::park_timeout(Duration::from_millis(20)),
                Outcome::Later(said) => {
                    last = said;
                    std::thread::park_timeout(Duration::from_millis(100));
                }
            }
        }
        panic!("{}: never acknowledged; last answer: {last}", self.key);
    }
}

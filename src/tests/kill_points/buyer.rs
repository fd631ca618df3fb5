use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{self, Server};

/// An order that the buyer was told of.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) order: String,
    /// With which a guest sees and cancels it.
    token: String,
    /// The payment's id, which is the provider's key.
    pub(crate) payment: String,
}

/// What a checkout came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    Acknowledged(Placed),
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
    pay: Value,
}

impl Buyer {
    /// Who pays by PIX; everybody else pays by card.
    pub(crate) fn by_pix(mut self) -> Self {
        self.pay = json!({"method": "pix"});
        self
    }

    /// Who transfers the money.
    pub(crate) fn by_transfer(mut self) -> Self {
        self.pay = json!({"method": "bank_transfer"});
        self
    }

    /// Who pays each store at the door.
    pub(crate) fn on_delivery(mut self) -> Self {
        self.pay = json!({"method": "cash_on_delivery"});
        self
    }

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
            pay: json!({"method": "card", "token": "tok_approved"}),
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
            "payment": self.pay,
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
        let word = |pointer: &str| json.pointer(pointer)?.as_str().map(str::to_owned);
        match (
            status,
            word("/order/id"),
            word("/order_token"),
            word("/payment/id"),
        ) {
            (201, Some(order), Some(token), Some(payment)) => Outcome::Acknowledged(Placed {
                order,
                token,
                payment,
            }),
            _ => Outcome::Later(text),
        }
    }

    /// The buyer's bank pays the PIX code.
    pub(crate) fn pay_at_bank(&self, server: &Server, placed: &Placed) {
        let charge = format!(
            "SELECT txid FROM sandbox.charges WHERE idempotency_key = '{}'",
            placed.payment
        );
        let charge = server.rows(&charge);
        let txid = charge[0]["txid"].as_str().expect("a PIX charge");
        // The server may be killed while it answers.
        let _ = self
            .http
            .post(format!("{}/sandbox/pix/{txid}/pay", server.url))
            .json(&json!({}))
            .send();
    }

    /// Cancels the order; the server may be killed before it answers.
    pub(crate) fn cancel(&self, server: &Server, placed: &Placed) {
        let path = format!("/api/v1/orders/{}/cancel", placed.order);
        let _ = self
            .http
            .post(format!("{}{path}", server.url))
            .header("x-order-token", &placed.token)
            .json(&json!({"reason": "changed my mind"}))
            .send();
    }

    /// Repeats the checkout with its key until the order is acknowledged.
    pub(crate) fn insist(&self, url: impl Fn() -> Option<String>) -> Placed {
        let deadline = Instant::now() + Duration::from_secs(90);
        let mut last = String::new();
        while Instant::now() < deadline {
            let Some(base) = url() else {
                std::thread::park_timeout(Duration::from_millis(20));
                continue;
            };
            match self.check_out_at(&base) {
                Outcome::Acknowledged(placed) => return placed,
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

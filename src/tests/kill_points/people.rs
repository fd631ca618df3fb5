//! The operator and the sellers of the demo, who go on where they were when the server was killed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, Placed},
    server::{self, DataDir, Server},
};

pub(crate) const ANA: &str = "ana@demo.example";
pub(crate) const BENTO: &str = "bento@demo.example";
pub(crate) const SELLER: &str = "feira-demo-seller";

/// Takes transfers, and payments at the door, beside what the simulated provider takes.
pub(crate) const BY_HAND: &[(&str, &str)] = &[
    ("FEIRA_PAYMENTS__ORDER", "[sandbox, hand]"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__KIND", "manual"),
    ("FEIRA_PAYMENTS__PROVIDERS__HAND__TRANSFER", "Bank 001"),
    (
        "FEIRA_PAYMENTS__PROVIDERS__HAND__ON_DELIVERY",
        "Cash at the door",
    ),
];

fn log_in(server: &Server, email: &str, password: &str, audience: &str) -> String {
    let body = json!({"email": email, "password": password, "audience": audience});
    let request = server::http().post(format!("{}/api/v1/auth/login", server.url));
    let answer: Value = request.json(&body).send().unwrap().json().unwrap();
    answer["access_token"].as_str().expect("a token").to_owned()
}

pub(crate) fn operator(server: &Server) -> String {
    log_in(
        server,
        "operator@demo.example",
        "feira-demo-operator",
        "admin",
    )
}

pub(crate) fn ana(server: &Server) -> String {
    log_in(server, ANA, SELLER, "seller")
}

pub(crate) fn bento(server: &Server) -> String {
    log_in(server, BENTO, SELLER, "seller")
}

/// What somebody asks for: a path, a body, and the key under which it is asked for again.
pub(crate) struct Call<'a> {
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    pub(crate) body: Value,
}

/// A call that has its path for a key.
pub(crate) fn call(path: &str, body: Value) -> Call<'_> {
    let key = path;
    Call { path, key, body }
}

impl Call<'_> {
    /// Status and answer, unless the server went away.
    pub(crate) fn post(&self, server: &Server, token: &str) -> Option<(u16, Value)> {
        let request = server::http().post(format!("{}/api/v1{}", server.url, self.path));
        let request = request
            .bearer_auth(token)
            .header("idempotency-key", self.key);
        let response = request.json(&self.body).send().ok()?;
        let status = response.status().as_u16();
        let text = response.text().ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// Repeats it with its key while the first one, which was killed, is taken to be running.
    pub(crate) fn insist(&self, server: &Server, token: &str) -> Value {
        let path = self.path;
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let (status, answer) = self.post(server, token).expect("an answer");
            if status < 300 {
                return answer;
            }
            let running = answer["code"] == "request.idempotency_key_running";
            assert!(running, "{path}: {status} {answer}");
            assert!(Instant::now() < deadline, "{path} is never done");
            std::thread::park_timeout(Duration::from_millis(200));
        }
    }

    /// Asked of a server that dies at the point, and of the next one again.
    pub(crate) fn killed(
        &self,
        data: &DataDir,
        point: &str,
        who: impl Fn(&Server) -> String,
    ) -> Value {
        let server = Server::start_with(data, Some(point), BY_HAND);
        let lost = self.post(&server, &who(&server));
        assert!(lost.is_none(), "{point} was not passed: {lost:?}");
        server.wait_for_its_end();
        let server = Server::start_with(data, None, BY_HAND);
        // A sign-in does not wait for the disk, so the one before may be gone.
        let answer = self.insist(&server, &who(&server));
        println!("{point}: killed, then answered");
        server.settle();
        server.stop();
        answer
    }
}

/// The part of the order that this seller sends.
pub(crate) fn part(server: &Server, placed: &Placed, email: &str) -> String {
    let of = format!(
        "SELECT s.id::text AS id FROM orders.store_orders s \
         JOIN stores.store_members m ON m.store_id = s.store_id \
         JOIN users.users u ON u.id = m.user_id AND u.email = '{email}' \
         WHERE s.order_id = '{}'",
        placed.order
    );
    let part = server.rows(&of)[0]["id"].clone();
    part.as_str().expect("an id").to_owned()
}

pub(crate) fn ship(server: &Server, token: &str, part: &str) {
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    call(&format!("/seller/orders/{part}/ship"), sent).insist(server, token);
}

/// Until this counts as many; meanwhile whatever a job of the schema does is due.
pub(crate) fn until(server: &Server, schema: &str, counted: &str, expected: i64) {
    let due = format!("UPDATE {schema}.job SET run_at = now() RETURNING id");
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut found = server.rows(counted)[0]["n"].as_i64();
    while found != Some(expected) {
        assert!(Instant::now() < deadline, "{counted}: {found:?}");
        server.rows(&due);
        std::thread::park_timeout(Duration::from_millis(500));
        found = server.rows(counted)[0]["n"].as_i64();
    }
}

/// A purchase of both stores that arrived, and whose return window is over.
pub(crate) fn payable(data: &DataDir, key: &str) -> Placed {
    let open = "SELECT count(*) AS n FROM payments.payout_items WHERE kind = 'release' AND payout_id IS NULL";
    let server = Server::start(data, None);
    let before = server.rows(open)[0]["n"].as_i64().expect("a count");
    let buyer = Buyer::with_cart(&server, key);
    let placed = buyer.insist(|| Some(server.url.clone()));
    server.settle();
    for (email, token) in [(ANA, ana(&server)), (BENTO, bento(&server))] {
        let part = part(&server, &placed, email);
        ship(&server, &token, &part);
        let arrived = format!("/seller/orders/{part}/deliver");
        call(&arrived, json!({})).insist(&server, &token);
    }
    until(&server, "orders", open, before + 2);
    server.stop();
    placed
}

use serde_json::{Value, json};
use time::Duration;

use super::{Answer, Client, Market, Seller, address};

/// A stranger's new cart with so many units of each variant: she, with its token, and its id.
pub(crate) async fn cart_with(market: &Market, lines: &[(String, u32)]) -> (Client, String) {
    let stranger = market.client();
    let made = stranger.post("/api/v1/carts", json!({})).await.expect(201);
    let guest = stranger.with("x-cart-token", &made.str("/cart_token"));
    let id = made.str("/id");
    for (variant, quantity) in lines {
        let item = json!({"variant_id": variant, "quantity": quantity});
        let path = format!("/api/v1/carts/{id}/items");
        guest.post(&path, item).await.expect(200);
    }
    (guest, id)
}

/// A guest, and her cart with three lines from both stores and shipping chosen for each.
pub(crate) async fn fill_cart(market: &Market, a: &Seller, b: &Seller) -> (Client, Value) {
    let lines = [(a.variant(0), 2), (a.variant(1), 1), (b.variant(0), 1)];
    let (guest, id) = cart_with(market, &lines).await;
    let cart = choose_shipping(&guest, &id).await;
    (guest, cart.json)
}

pub(crate) async fn choose_shipping(client: &Client, cart: &str) -> Answer {
    let to = json!({"country": "BR", "state": "SP", "postal_code": "01304-001"});
    client
        .put(&format!("/api/v1/carts/{cart}/shipping"), to)
        .await
        .expect(200)
}

pub(crate) fn checkout_body(cart: &Value, payment: Value) -> Value {
    json!({
        "cart_id": cart["id"], "email": "guest@test.example", "shipping_address": address(),
        "payment": payment, "expected_total": cart["totals"]["total"]
    })
}

pub(crate) fn pix() -> Value {
    json!({"method": "pix"})
}

pub(crate) fn bank_transfer() -> Value {
    json!({"method": "bank_transfer"})
}

pub(crate) fn cash_on_delivery() -> Value {
    json!({"method": "cash_on_delivery"})
}

/// Settings with which bank transfers are taken, and stores are paid on delivery, beside what the simulated
/// provider takes.
pub(crate) const BY_HAND: &str = "[payments]\norder = [\"sandbox\", \"hand\"]\nsellers_send_evidence = true\n\
    [payments.providers.hand]\nkind = \"manual\"\ntransfer = \"Bank 001, account 5678-9\"\n\
    on_delivery = \"Cash at the door\"";

/// The access key of a fiscal document of the first seller, of which the last digit follows from the others.
pub(crate) fn access_key(number: u32) -> String {
    let body = format!("35260311222333000181550010{number:08}1{number:08}");
    let digits = body.bytes().rev().map(|digit| u32::from(digit - b'0'));
    let sum: u32 = digits
        .zip((2..=9).cycle())
        .map(|(d, weight)| d * weight)
        .sum();
    let last = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    format!("{body}{last}")
}

pub(crate) fn card(token: &str) -> Value {
    json!({"method": "card", "token": token})
}

/// One of her saved ones.
pub(crate) fn saved(id: &str) -> Value {
    json!({"method": "card", "saved": id})
}

/// The buyer's own program sends a test card to the simulated provider.
pub(crate) async fn confirm_card(market: &Market, adding: &Answer, card: Value) {
    let mut card = card;
    card["client_secret"] = json!(adding.str("/client_secret"));
    let confirmed = market.client().post("/sandbox/setups/confirm", card).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
}

/// The buyer saves a test card: its id.
pub(crate) async fn save_card(market: &Market, buyer: &Client, token: &str) -> String {
    // Ids are in the order of time.
    market.clock().advance(Duration::seconds(1));
    let path = "/api/v1/me/payment-methods";
    let key = format!("card {}", market.clock().clock().now());
    let keyed = buyer.with("idempotency-key", &key);
    let adding = keyed.post(path, json!({})).await.expect(201);
    confirm_card(market, &adding, json!({"token": token})).await;
    let finish = format!("{path}/{}/finish", adding.str("/id"));
    buyer.post(&finish, json!({})).await.expect(200).str("/id")
}

/// The buyer's bank pays the code at the simulated provider.
pub(crate) async fn pay_pix(market: &Market, payment: &Value) {
    let br_code = payment["next_action"]["br_code"]
        .as_str()
        .expect("a PIX code");
    assert!(br_code.starts_with("000201"), "{br_code}");
    assert!(
        payment["next_action"]["qr_svg"]
            .as_str()
            .expect("a QR picture")
            .contains("<svg")
    );
    let charge = market
        .rows(&format!(
            "SELECT txid FROM sandbox.charges WHERE idempotency_key = '{}'",
            payment["id"].as_str().expect("an id")
        ))
        .await;
    let txid = charge[0]["txid"].as_str().expect("a txid");
    let paid = market
        .client()
        .post(&format!("/sandbox/pix/{txid}/pay"), json!({}))
        .await;
    assert!(paid.status < 400, "{}", paid.text);
    // The provider tells of it within seconds.
    market.pass(Duration::seconds(3)).await;
}

impl Client {
    pub(crate) async fn check_out(&self, key: &str, cart: &Value, payment: Value) -> Answer {
        self.with("idempotency-key", key)
            .post("/api/v1/checkouts", checkout_body(cart, payment))
            .await
    }
}

impl Market {
    /// Who holds the token of an order that a guest placed.
    pub(crate) fn holder(&self, placed: &Answer) -> Client {
        self.client()
            .with("x-order-token", &placed.str("/order_token"))
    }

    /// What became of an order that a guest placed.
    pub(crate) async fn order(&self, placed: &Answer) -> Answer {
        let path = format!("/api/v1/orders/{}", placed.str("/order/id"));
        self.holder(placed).get(&path).await.expect(200)
    }
}

/// An operator, and a seller who has so many units of each of two variants.
pub(crate) async fn one_seller(market: &Market, quantity: u32) -> (Client, Seller) {
    let operator = market.operator().await;
    let seller = market
        .seller(&operator, "Ana Ceramica", 0, "49.90", quantity)
        .await;
    (operator, seller)
}

pub(crate) async fn two_sellers(market: &Market) -> (Client, Seller, Seller) {
    let (operator, a) = one_seller(market, 10).await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 10).await;
    (operator, a, b)
}

/// A captured payment, and its part of which nobody knows whether its provider paid it to its store's account there.
pub(crate) async fn perhaps_split(
    market: &Market,
    operator: &Client,
    seller: &Seller,
    key: &str,
) -> (String, String) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, bank_transfer()).await;
    let payment = placed.expect(201).str("/payment/id");
    let keyed = operator.with("idempotency-key", key);
    let path = format!("/api/v1/admin/payments/{payment}/mark-paid");
    keyed.post(&path, json!({})).await.expect(200);
    let asked = format!(
        "WITH asked AS (UPDATE payments.payment_splits SET account = 'loja@feira.example', there = 'asked' \
                        WHERE payment_id = '{payment}' RETURNING part) \
         SELECT part::text AS part FROM asked"
    );
    let part = market.rows(&asked).await[0]["part"].clone();
    (payment, part.as_str().expect("an id").to_owned())
}

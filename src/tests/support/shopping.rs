use serde_json::{Value, json};
use time::Duration;

use super::{Answer, Client, Market, Seller, address};

/// A cart with three lines from both stores and shipping chosen for each.
pub(crate) async fn fill_cart(guest: &Client, a: &Seller, b: &Seller) -> (String, Value) {
    let made = guest.post("/api/v1/carts", json!({})).await.expect(201);
    let id = made.str("/id");
    let guest = match made.json["cart_token"].as_str() {
        Some(token) => guest.with("x-cart-token", token),
        None => guest.clone(),
    };
    for (variant, quantity) in [(a.variant(0), 2), (a.variant(1), 1), (b.variant(0), 1)] {
        guest
            .post(
                &format!("/api/v1/carts/{id}/items"),
                json!({"variant_id": variant, "quantity": quantity}),
            )
            .await
            .expect(200);
    }
    let cart = choose_shipping(&guest, &id).await;
    (
        made.json["cart_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        cart.json,
    )
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

pub(crate) fn card(token: &str) -> Value {
    json!({"method": "card", "token": token})
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

pub(crate) async fn two_sellers(market: &Market) -> (Client, Seller, Seller) {
    let operator = market.operator().await;
    let a = market
        .seller(&operator, "Ana Ceramica", 0, "49.90", 10)
        .await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 10).await;
    (operator, a, b)
}

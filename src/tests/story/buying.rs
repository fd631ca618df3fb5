//! A guest who logs in and pays by PIX, and one who stays a guest and pays by card.

use serde_json::{Value, json};

use super::selling::Shop;
use crate::support::{
    Answer, Client, Market, card, cart_with, checkout_body, choose_shipping, fill_cart, pay_pix,
    pix,
};

/// Clara, with the cart that she is about to buy.
pub(super) struct Buyer {
    pub(super) client: Client,
    cart: Value,
}

/// Where the order of a guest is read.
pub(super) struct GuestOrder {
    pub(super) token: String,
    pub(super) id: String,
}

/// For each store the last way that it offers; a cart has the first before anybody chooses.
async fn choose_last(client: &Client, cart: &Value) -> Value {
    let groups = cart["groups"].as_array().expect("groups");
    let choices: Vec<Value> = groups
        .iter()
        .map(|group| {
            let options = group["shipping_options"].as_array().expect("options");
            let last = options.last().expect("at least one way");
            json!({"store_id": group["store_id"], "shipping_method_id": last["shipping_method_id"]})
        })
        .collect();
    let body =
        json!({"country": "BR", "state": "SP", "postal_code": "01304-001", "choices": choices});
    let path = format!(
        "/api/v1/carts/{}/shipping",
        cart["id"].as_str().expect("id")
    );
    client.put(&path, body).await.expect(200).json
}

/// Subtotal, shipping and total of a store's part.
fn totals(cart: &Value, store: &str) -> Value {
    let groups = cart["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["store_id"] == store);
    let totals = &group.expect("a group of the store")["totals"];
    json!([
        totals["subtotal"]["amount"],
        totals["shipping"]["amount"],
        totals["total"]["amount"]
    ])
}

impl Buyer {
    /// As a guest she fills a cart; she logs in, where a cart of hers is waiting.
    pub(super) async fn from_guest(market: &Market, ana: &Shop, bento: &Shop) -> Self {
        let clara = market.customer("clara@test.example").await;
        let own = clara.post("/api/v1/carts", json!({})).await.expect(201);
        let path = format!("/api/v1/carts/{}/items", own.str("/id"));
        let item = json!({"variant_id": ana.seller.variant(0), "quantity": 1});
        clara.post(&path, item).await.expect(200);

        let (guest, cart) = fill_cart(market, &ana.seller, &bento.seller).await;
        let cart = choose_last(&guest, &cart).await;
        assert_eq!(
            totals(&cart, &ana.seller.store),
            json!(["159.70", "29.90", "189.60"])
        );
        assert_eq!(
            totals(&cart, &bento.seller.store),
            json!(["39.90", "15.00", "54.90"])
        );
        assert_eq!(cart["totals"]["total"]["amount"], "244.50");

        let path = format!("/api/v1/carts/{}/claim", cart["id"].as_str().expect("id"));
        let claim = guest.signed_in_as(&clara);
        let claimed = claim.post(&path, json!({})).await.expect(200);
        let mut report: Vec<Value> = claimed.json["report"]
            .as_array()
            .expect("a report")
            .iter()
            .map(|line| {
                json!([
                    line["variant"],
                    line["guest_quantity"],
                    line["own_quantity"],
                    line["quantity"],
                    line["outcome"]
                ])
            })
            .collect();
        let mut expected = vec![
            json!([ana.seller.variant(0), 2, 1, 3, "summed"]),
            json!([ana.seller.variant(1), 1, 0, 1, "moved"]),
            json!([bento.seller.variant(0), 1, 0, 1, "moved"]),
        ];
        for lines in [&mut report, &mut expected] {
            lines.sort_by_key(Value::to_string);
        }
        assert_eq!(report, expected);
        assert_eq!(claimed.str("/cart/id"), own.str("/id"));
        let cart = choose_last(&clara, &claimed.json["cart"]).await;
        assert_eq!(cart["totals"]["total"]["amount"], "294.40");
        Self {
            client: clara,
            cart,
        }
    }

    /// The answer has the code and its picture; the provider's signed notification confirms.
    pub(super) async fn check_out_with_pix(&self, market: &Market) -> Answer {
        let mut body = checkout_body(&self.cart, pix());
        body.as_object_mut().expect("an object").remove("email");
        let once = self.client.with("idempotency-key", "purchase-1");
        let placed = once
            .post("/api/v1/checkouts", body.clone())
            .await
            .expect(201);
        assert_eq!(placed.str("/order/status"), "pending");
        let replayed = once.post("/api/v1/checkouts", body).await.expect(201);
        assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
        assert_eq!(replayed.text, placed.text);
        pay_pix(market, &placed.json["payment"]).await;
        let notified = "SELECT count(*) FROM payments.provider_events WHERE kind = 'charge.captured' AND state = 'applied'";
        assert_eq!(market.count(notified).await, 1);
        let path = format!("/api/v1/orders/{}", placed.str("/order/id"));
        let order = self.client.get(&path).await.expect(200);
        assert_eq!(order.str("/status"), "confirmed", "{}", order.text);
        order
    }
}

/// One tray, by card, without an account: whoever holds the token of the answer sees the order.
pub(super) async fn guest_buys(market: &Market, tray: &Value) -> GuestOrder {
    let variant = tray["variants"][0]["id"].as_str().expect("a variant");
    let (guest, id) = cart_with(market, &[(variant.to_owned(), 1)]).await;
    let cart = choose_shipping(&guest, &id).await.json;
    let placed = guest.check_out("guest-1", &cart, card("tok_approved"));
    let placed = placed.await.expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed", "{}", placed.text);
    let id = placed.str("/order/id");
    let path = format!("/api/v1/orders/{id}");
    market
        .client()
        .get(&path)
        .await
        .problem(404, "order.not_found");
    let token = placed.str("/order_token");
    let holder = market.client().with("x-order-token", &token);
    assert_eq!(
        holder.get(&path).await.expect(200).str("/status"),
        "confirmed"
    );
    market.settle().await;
    // The link in the mail opens the same order.
    let mails = market.mail("guest@test.example");
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].link_after("/l/order/"), token);
    GuestOrder { token, id }
}

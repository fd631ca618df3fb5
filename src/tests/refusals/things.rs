//! Something of everything, whose ids routes take.

use reqwest::Method;
use serde_json::{Value, json};

use super::NOBODY;
use crate::support::{
    Client, Market, Seller, access_key, cart_with, checkout_body, choose_shipping, pix,
};

/// Ids of things that are there.
pub(crate) struct Things {
    cart: String,
    item: String,
    order: String,
    part: String,
    payment: String,
    store: String,
    product: Value,
    variant: String,
    event: String,
}

/// An open cart with a line, and the line.
async fn filled(buyer: &Client, seller: &Seller) -> (String, String) {
    let made = buyer.post("/api/v1/carts", json!({})).await.expect(201);
    let cart = made.str("/id");
    let line = json!({"variant_id": seller.variant(0), "quantity": 1});
    let path = format!("/api/v1/carts/{cart}/items");
    let filled = buyer.post(&path, line).await.expect(200);
    (cart, filled.str("/groups/0/items/0/id"))
}

/// The part has a fiscal document with a file.
async fn document(market: &Market, seller: &Seller, part: &str) {
    let number = market
        .count("SELECT count(*) FROM orders.fiscal_documents")
        .await;
    let key = access_key(u32::try_from(number).expect("few") + 1);
    let path = format!("/api/v1/seller/orders/{part}/fiscal-document?key={key}");
    let request = seller.client.request(Method::POST, &path);
    let request = request.header("content-type", "application/pdf");
    let set = seller.client.send(request.body("%PDF-1.7")).await;
    set.expect(200);
}

impl Things {
    /// A buyer's order that waits for its payment, her cart with a line, and the seller's things.
    pub(crate) async fn of(market: &Market, buyer: &Client, seller: &Seller) -> Self {
        let (bought, _) = filled(buyer, seller).await;
        Self::beside(market, buyer, seller, &bought).await
    }

    /// The same of a guest, and she with the token of her carts.
    pub(crate) async fn of_guest(market: &Market, seller: &Seller) -> (Client, Self) {
        let (guest, bought) = cart_with(market, &[(seller.variant(0), 1)]).await;
        let things = Self::beside(market, &guest, seller, &bought).await;
        (guest, things)
    }

    async fn beside(market: &Market, buyer: &Client, seller: &Seller, bought: &str) -> Self {
        let cart = choose_shipping(buyer, bought).await.json;
        let placed = buyer
            .with("idempotency-key", "things")
            .post("/api/v1/checkouts", checkout_body(&cart, pix()))
            .await
            .expect(201);
        let parts = seller.client.get("/api/v1/seller/orders").await.expect(200);
        market.settle().await;
        document(market, seller, &parts.str("/items/0/id")).await;
        let (cart, item) = filled(buyer, seller).await;
        let events = "SELECT id::text AS id FROM orders.outbox_event";
        let events = market.rows(events).await;
        Self {
            cart,
            item,
            order: placed.str("/order/id"),
            part: parts.str("/items/0/id"),
            payment: placed.str("/payment/id"),
            store: seller.store.clone(),
            product: seller.product.clone(),
            variant: seller.variant(0),
            event: events[0]["id"].as_str().expect("an event").to_owned(),
        }
    }

    /// Of the fields that name a thing in a body, the ids.
    pub(crate) fn named(&self) -> [(&'static str, String); 2] {
        [
            ("cart_id", self.cart.clone()),
            ("payment_id", self.payment.clone()),
        ]
    }

    /// The route's path with ids of things that are there, if it takes any.
    pub(crate) fn at(&self, route: &str) -> Option<String> {
        let product = |field: &str| self.product[field].as_str().expect("a text");
        let of = |prefix: &str| route.starts_with(&format!("/api/v1/{prefix}/{{"));
        let id = match route {
            _ if of("carts") => &self.cart,
            _ if of("orders") || of("admin/orders") => &self.order,
            _ if of("payments") || of("admin/payments") => &self.payment,
            _ if of("seller/orders") || of("admin/store-orders") => &self.part,
            _ if of("admin/stores") => &self.store,
            _ if of("stores") => &self.store,
            _ if of("products") => product("slug"),
            _ if of("seller/products") => product("id"),
            // Of these the market has none.
            _ => NOBODY,
        };
        let path = route
            .replace("{id}", id)
            .replace("{key}", id)
            // One of the settings, which nobody changes here.
            .replace("{name}", "sandbox")
            .replace("{item_id}", &self.item)
            .replace("{store_order_id}", &self.part)
            .replace("{variant_id}", &self.variant)
            // Its product has none.
            .replace("{image_id}", NOBODY)
            .replace("{module}", "order")
            .replace("{event_id}", &self.event)
            .replace("{subscriber}", "notification.messages");
        (path != route && !path.contains(NOBODY)).then_some(path)
    }
}

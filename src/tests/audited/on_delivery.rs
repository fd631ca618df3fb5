//! What people say of orders that are paid on delivery.

use serde_json::json;

use crate::support::{Client, Market, Seller, cart_with, cash_on_delivery, choose_shipping};

/// Two that were to be paid on delivery: one was, and of the other somebody says that it never will be.
pub(super) async fn on_delivery(market: &Market, operator: &Client, seller: &Seller) {
    for (key, who, path, body) in [
        ("collected", &seller.client, "seller/orders", json!({})),
        (
            "not-collected",
            operator,
            "admin/store-orders",
            json!({"restock": true}),
        ),
    ] {
        let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let placed = guest.check_out(key, &cart, cash_on_delivery()).await;
        let part = placed.expect(201).str("/order/store_orders/0/id");
        market.settle().await;
        let sent = json!({"carrier": "Correios", "tracking_number": format!("BR {key}")});
        let ship = format!("/api/v1/seller/orders/{part}/ship");
        seller.client.post(&ship, sent).await.expect(200);
        // Said again it is so already.
        for time in ["once", "twice"] {
            let keyed = who.with("idempotency-key", time);
            let path = format!("/api/v1/{path}/{part}/{key}");
            keyed.post(&path, body.clone()).await.expect(200);
        }
    }
}

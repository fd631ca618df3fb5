//! What operators note down of a payment.

use serde_json::json;

use super::Change;
use crate::support::{Client, Market, Seller, card, cart_with, choose_shipping};

pub(super) async fn changes(market: &Market, operator: &Client, seller: &Seller) -> Vec<Change> {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("noted", &cart, card("tok_approved")).await;
    let payment = placed.expect(201).str("/payment/id");
    let payment = format!("/api/v1/admin/payments/{payment}");
    vec![Change {
        client: operator.clone(),
        route: "PATCH /api/v1/admin/payments/{id}",
        path: payment.clone(),
        body: json!({"notes": "Two lines,\nor three"}),
        resource: payment.clone(),
        other: (payment, json!({"notes": "Somebody else's"})),
    }]
}

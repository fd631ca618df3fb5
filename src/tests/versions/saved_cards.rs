use serde_json::{Value, json};

use super::Change;
use crate::support::{Market, save_card};

/// Of cards that are saved beside another one.
pub(super) async fn changes(market: &Market) -> Vec<Change> {
    let buyer = market.customer("clara@test.example").await;
    let mut changes = Vec::new();
    save_card(market, &buyer, "tok_approved").await;
    for (route, body) in [
        (
            "PATCH /api/v1/me/payment-methods/{id}",
            json!({"is_default": false}),
        ),
        ("DELETE /api/v1/me/payment-methods/{id}", Value::Null),
    ] {
        let card = save_card(market, &buyer, "tok_approved").await;
        let card = format!("/api/v1/me/payment-methods/{card}");
        changes.push(Change {
            client: buyer.clone(),
            route,
            path: card.clone(),
            body,
            resource: card.clone(),
            other: (card, json!({"is_default": true})),
        });
    }
    changes
}

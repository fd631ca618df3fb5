//! Orders in the states in which something is told of them; and an import whose notes are not forgotten yet.

use reqwest::Method;
use serde_json::json;

use crate::{repeats::World, support::Client};

/// A paid one with its part; and parts of which money is to be given back by hand, or was.
pub(super) struct Orders {
    order: String,
    part: String,
    to_send: String,
    sent: String,
    import: String,
}

/// Of a file with a row that is refused.
async fn imported(seller: &Client) -> String {
    let csv = "Handle,Title,Variant Price,Variant Inventory Qty\nbowl,Bowl,dear,5\n";
    let path = "/api/v1/seller/imports?format=shopify";
    let file = seller.request(Method::POST, path);
    let file = file.header("content-type", "text/csv").body(csv);
    seller.send(file).await.expect(200).str("/id")
}

impl Orders {
    pub(super) async fn of(world: &mut World<'_>) -> Self {
        world.count_on();
        let (order, part) = world.paid().await;
        let (_, to_send) = world.to_be_sent_by_store().await;
        world.count_on();
        let (refund, sent) = world.to_be_sent_by_store().await;
        let keyed = world.a.client.with("idempotency-key", &refund);
        let path = format!("/api/v1/seller/refunds/{refund}/mark-sent");
        let said = keyed.post(&path, json!({"reference": "E1"})).await;
        said.expect(200);
        Self {
            order,
            part,
            to_send,
            sent,
            import: imported(&world.a.client).await,
        }
    }

    /// The route's path with the id of one, if it asks for what only such have.
    pub(super) fn at(&self, route: &str) -> Option<String> {
        let id = match route {
            "/api/v1/admin/orders/{id}/refunds/preview" => &self.order,
            "/api/v1/seller/orders/{id}/refunds/preview" | "/api/v1/seller/orders/{id}" => {
                &self.part
            }
            "/api/v1/seller/orders/{id}/refunds-to-send" => &self.to_send,
            "/api/v1/seller/orders/{id}/refunds-sent" => &self.sent,
            "/api/v1/seller/imports/{id}/notes" => &self.import,
            _ => return None,
        };
        Some(route.replace("{id}", id))
    }
}

//! What people say of refunds that wait to be sent by hand, or were sent.

use serde_json::json;

use super::{case::Case, disputes::to, world::World};
use crate::support::Client;

impl World<'_> {
    pub(super) async fn refunding(&self, route: &str, n: usize) -> Case {
        let by_store = route.starts_with("/api/v1/seller/");
        let refund = match by_store {
            true => self.to_be_sent_by_store().await.0,
            false => self.to_be_sent().await,
        };
        let by = match by_store {
            true => &self.a.client,
            false => &self.operator,
        };
        let body = match route.rsplit('/').next() {
            Some("mark-sent") => json!({"reference": format!("E {n}")}),
            Some("settled") => {
                self.given_back(&refund).await;
                json!({"outcome": "this_refund", "reference": format!("re_{n}")})
            }
            Some("returned") => {
                sent(by, &route.replace("{id}/returned", &refund)).await;
                json!({})
            }
            _ => json!({}),
        };
        to(by, &route.replace("{id}", &refund), body)
    }
}

async fn sent(by: &Client, refund: &str) {
    let keyed = by.with("idempotency-key", refund);
    let path = format!("{refund}/mark-sent");
    let sent = keyed.post(&path, json!({"reference": "E1"})).await;
    sent.expect(200);
}

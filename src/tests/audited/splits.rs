//! What an operator says of a part that its provider perhaps paid to its store's account there.

use serde_json::json;

use crate::support::{Client, Market, Seller, perhaps_split};

pub(super) async fn say_split(market: &Market, operator: &Client, seller: &Seller) {
    let (payment, part) = perhaps_split(market, operator, seller, "perhaps split").await;
    let path = format!("/api/v1/admin/payments/{payment}");
    let told = operator.get(&path).await.expect(200);
    assert_eq!(told.str("/asked_splits/0/store_order_id"), part);
    // Said again it is so already.
    for key in ["once", "twice"] {
        let keyed = operator.with("idempotency-key", key);
        let path = format!("{path}/splits/{part}/settled");
        let said = keyed.post(&path, json!({"split": false})).await;
        assert_eq!(said.expect(200).json["asked_splits"], json!([]));
    }
}

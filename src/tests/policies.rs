//! What is counted, what is sold on below zero and what is not counted, in one order.

use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{
    Browser, Market, Seller, card, cart_with, choose_shipping, one_seller, product,
};

/// On hand, reserved, and how often it was moved.
async fn level(market: &Market, variant: &str) -> (i64, i64, i64) {
    let from = |what: &str, table: &str| {
        format!("SELECT {what}::bigint FROM catalog.{table} WHERE variant_id = '{variant}'")
    };
    (
        market.count(&from("on_hand", "inventory")).await,
        market.count(&from("reserved", "inventory")).await,
        market.count(&from("count(*)", "inventory_movements")).await,
    )
}

/// What is on hand then, and how it is counted.
async fn one_more(seller: &Seller, variant: &str) -> (Value, Value) {
    let stock = format!("/api/v1/seller/inventory/{variant}/movements");
    let moved = seller.client.post(&stock, json!({"by": 1})).await;
    let level = moved.expect(200).json;
    (level["on_hand"].clone(), level["stock_policy"].clone())
}

#[feira_testkit::test]
async fn three_policies_are_bought_and_refunded_in_one_order(db: TestDb, market: Market) {
    let (_, seller) = one_seller(&market, 3).await;
    let mut other = product("policies", "9.90", 0, None);
    other["variants"][0]["stock_policy"] = json!("continue");
    other["variants"][0]["quantity"] = json!(1);
    other["variants"][1]["stock_policy"] = json!("not_counted");
    let other = seller.client.post("/api/v1/seller/products", other).await;
    let other = other.expect(201);
    let counted = seller.variant(0);
    let (on, free) = (other.str("/variants/0/id"), other.str("/variants/1/id"));

    let lines = [(counted.clone(), 2), (on.clone(), 3), (free.clone(), 4)];
    let (guest, id) = cart_with(&market, &lines).await;
    let cart = choose_shipping(&guest, &id).await.json;
    assert_eq!(cart["problems"], json!([]));
    let placed = guest.check_out("three", &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    market.settle().await;
    assert_eq!(feira::check::run(&db.url()).await.unwrap(), []);
    assert_eq!(level(&market, &counted).await, (1, 0, 3));
    assert_eq!(level(&market, &on).await, (-2, 0, 3));
    assert_eq!(level(&market, &free).await, (0, 0, 0));

    // Buyers and the seller are told; what is counted is still bounded.
    let path = format!("/api/v1/products/{}", other.str("/id"));
    let shown = market.client().get(&path).await.expect(200);
    let first = &shown.json["variants"][0];
    assert_eq!(first["stock_policy"], "continue");
    assert_eq!(
        (&first["available"], &first["on_hand"]),
        (&json!(0), &Value::Null)
    );
    let path = format!("/api/v1/seller/products/{}", other.str("/id"));
    let shown = seller.client.get(&path).await.expect(200);
    assert_eq!(shown.json["variants"][0]["on_hand"], -2);
    assert_eq!(shown.json["variants"][1]["stock_policy"], "not_counted");
    let (stranger, more) = cart_with(&market, &[]).await;
    let two = json!({"variant_id": counted, "quantity": 2});
    let items = format!("/api/v1/carts/{more}/items");
    let refused = stranger.post(&items, two).await;
    refused.problem(409, "cart.out_of_stock");
    let stock = format!("/api/v1/seller/inventory/{free}/movements");
    let refused = seller.client.post(&stock, json!({"by": 5})).await;
    refused.problem(409, "catalog.stock_not_counted");
    assert_eq!(one_more(&seller, &on).await, (json!(-1), json!("continue")));
    let variant = format!("{path}/variants/{on}");
    let policy = json!({"stock_policy": "counted"});
    let refused = seller.client.patch(&variant, policy).await;
    refused.problem(422, "catalog.invalid");

    // On its page it becomes counted before the money goes back: it was not sold as such.
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let page = format!("/seller/products/{}/variants/{free}", other.str("/id"));
    let chosen = "<option value=\"not_counted\" selected>";
    assert!(browser.open(&page).await.text.contains(chosen));
    let typed = [("price", "9.90"), ("stock_policy", "counted")];
    browser.submit(&page, &page, &typed).await.expect(303);
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let why = json!({"reason": "changed my mind"});
    let cancelled = market.holder(&placed).post(&cancel, why).await;
    cancelled.expect(200);
    market.pass(Duration::minutes(1)).await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/payment/status"), "refunded");
    assert_eq!(level(&market, &counted).await, (3, 0, 4));
    assert_eq!(level(&market, &on).await, (2, 0, 5));
    assert_eq!(level(&market, &free).await, (0, 0, 0));
    market.stop().await;
}

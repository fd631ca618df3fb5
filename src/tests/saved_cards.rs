//! A customer saves cards at the simulated provider, and pays with them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Market, Seller, cart_with, choose_shipping, confirm_card, one_seller, save_card, saved,
};

const PATH: &str = "/api/v1/me/payment-methods";

/// The customer's cart with one unit, ready to be bought.
async fn filled(buyer: &Client, seller: &Seller) -> Value {
    let made = buyer.post("/api/v1/carts", json!({})).await.expect(201);
    let cart = made.str("/id");
    let line = json!({"variant_id": seller.variant(0), "quantity": 1});
    let items = format!("/api/v1/carts/{cart}/items");
    buyer.post(&items, line).await.expect(200);
    choose_shipping(buyer, &cart).await.json
}

async fn cards(buyer: &Client) -> Vec<Value> {
    let list = buyer.get(PATH).await.expect(200);
    for name in ["cus_", "card_", "seti_", "secret_", "tok_"] {
        assert!(!list.text.contains(name), "{}", list.text);
    }
    list.json["items"].as_array().expect("a list").clone()
}

async fn remove(buyer: &Client, id: &str, status: u16) {
    let request = buyer.request(Method::DELETE, &format!("{PATH}/{id}"));
    buyer.send(request).await.expect(status);
}

#[feira_testkit::test]
async fn a_card_is_saved_paid_with_and_removed(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let buyer = market.customer("clara@test.example").await;
    market.client().get(PATH).await.expect(401);
    assert!(cards(&buyer).await.is_empty());

    let keyed = buyer.with("idempotency-key", "first");
    let adding = keyed.post(PATH, json!({})).await.expect(201);
    assert_eq!(adding.str("/provider"), "sandbox");
    let again = keyed.post(PATH, json!({})).await.expect(201);
    assert_eq!(again.json, adding.json);
    let finish = format!("{PATH}/{}/finish", adding.str("/id"));
    let early = buyer.post(&finish, json!({})).await;
    early.problem(409, "payment.method_not_confirmed");
    let unknown = format!("{PATH}/{}", adding.str("/id"));
    let unknown = buyer.get(&unknown).await;
    unknown.problem(404, "payment.method_not_found");
    confirm_card(&market, &adding, json!({"token": "tok_approved"})).await;
    for _ in 0..2 {
        let kept = buyer.post(&finish, json!({})).await.expect(200);
        assert_eq!(
            (kept.str("/brand"), kept.str("/last4")),
            ("visa".into(), "4242".into())
        );
        assert_eq!(kept.json["expiry_month"], 12);
        assert_eq!(kept.json["is_default"], true);
    }
    let first = adding.str("/id");
    let second = save_card(&market, &buyer, "tok_declined").await;
    let all = cards(&buyer).await;
    assert_eq!(all.len(), 2);
    assert_eq!(
        (&all[0]["id"], &all[1]["is_default"]),
        (&json!(first), &json!(false))
    );

    // It pays at once, as a token does.
    let cart = filled(&buyer, &seller).await;
    let paid = buyer
        .check_out("paid", &cart, saved(&first))
        .await
        .expect(201);
    assert_eq!(paid.str("/payment/status"), "completed");
    assert_eq!(paid.str("/payment/method"), "card");
    market.settle().await;
    let order = format!("/api/v1/orders/{}", paid.str("/order/id"));
    assert_eq!(
        buyer.get(&order).await.expect(200).str("/status"),
        "confirmed"
    );

    // One that is declined leaves an order that another one pays.
    let cart = filled(&buyer, &seller).await;
    let declined = buyer
        .check_out("declined", &cart, saved(&second))
        .await
        .expect(201);
    assert_eq!(declined.str("/payment/status"), "failed");
    let retry = format!("/api/v1/payments/{}/retry", declined.str("/payment/id"));
    let retry_with = async |key: &str, payment: Value| {
        let keyed = buyer.with("idempotency-key", key);
        keyed.post(&retry, json!({"payment": payment})).await
    };
    let nobodys = retry_with("nobodys", saved(&seller.variant(0))).await;
    let nobodys = nobodys.problem(422, "order.invalid");
    assert_eq!(nobodys.str("/errors/0/code"), "request.unknown");
    assert_eq!(nobodys.str("/errors/0/pointer"), "/payment/saved");
    let retried = retry_with("good", saved("default")).await.expect(200);
    assert_eq!(retried.str("/status"), "completed");

    // The default moves, and goes with what is removed.
    let body = json!({"is_default": true});
    let preferred = buyer.patch(&format!("{PATH}/{second}"), body).await;
    assert_eq!(preferred.expect(200).json["is_default"], true);
    assert_eq!(cards(&buyer).await[0]["is_default"], false);
    remove(&buyer, &second, 204).await;
    remove(&buyer, &second, 404).await;
    let left = cards(&buyer).await;
    assert_eq!((left.len(), &left[0]["is_default"]), (1, &json!(true)));
    let kept = "card IS NOT NULL AND forgotten_at IS NULL";
    let kept = format!("SELECT count(*) FROM sandbox.setups WHERE {kept}");
    assert_eq!(market.count(&kept).await, 1);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_card_that_may_not_be_used_is_refused_before_anything_is_bought(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let (hers, other) = (
        market.customer("clara@test.example").await,
        market.customer("rita@test.example").await,
    );
    let card = save_card(&market, &hers, "tok_approved").await;
    let removed = save_card(&market, &hers, "tok_approved").await;
    remove(&hers, &removed, 204).await;
    let keyed = hers.with("idempotency-key", "old");
    let adding = keyed.post(PATH, json!({})).await.expect(201);
    let old = json!({"token": "tok_approved", "expiry_month": 2, "expiry_year": 2026});
    confirm_card(&market, &adding, old).await;
    let old = adding.str("/id");
    let finish = format!("{PATH}/{old}/finish");
    let kept = hers.post(&finish, json!({})).await.expect(200);
    assert_eq!(kept.json["expired"], true);

    // Another's is as one that never was.
    for path in [
        format!("{PATH}/{card}"),
        format!("{PATH}/{}", seller.variant(0)),
    ] {
        let hidden = other.get(&path).await;
        hidden.problem(404, "payment.method_not_found");
        let hidden = other.patch(&path, json!({"is_default": true})).await;
        hidden.problem(404, "payment.method_not_found");
        let hidden = other.post(&format!("{path}/finish"), json!({})).await;
        hidden.problem(404, "payment.method_not_found");
        let hidden = other.send(other.request(Method::DELETE, &path)).await;
        hidden.problem(404, "payment.method_not_found");
    }
    let (guest, of_guest) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let of_guest = choose_shipping(&guest, &of_guest).await.json;
    let (cart, of_other) = (filled(&hers, &seller).await, filled(&other, &seller).await);
    let both = json!({"method": "card", "token": "tok_approved", "saved": card});
    for (who, cart, payment, code) in [
        (&other, &of_other, saved(&card), "request.unknown"),
        (&guest, &of_guest, saved(&card), "request.unknown"),
        (&hers, &cart, saved(&removed), "request.unknown"),
        (&hers, &cart, saved(&old), "payment.card_expired"),
    ] {
        let refused = who.check_out(code, cart, payment).await;
        let refused = refused.problem(422, "order.invalid");
        assert_eq!(refused.str("/errors/0/pointer"), "/payment/saved");
        assert_eq!(refused.str("/errors/0/code"), code);
    }
    // Nobody's is the default by now, and a guest has none.
    for (who, cart) in [(&other, &of_other), (&guest, &of_guest)] {
        let refused = who.check_out("default", cart, saved("default")).await;
        let refused = refused.problem(422, "request.unknown");
        assert_eq!(refused.str("/errors/0/pointer"), "/payment/saved");
    }
    for (payment, code, pointer) in [
        (both, "request.invalid_value", "/payment/saved"),
        (
            json!({"method": "card"}),
            "request.missing_field",
            "/payment/token",
        ),
    ] {
        let refused = hers.check_out(code, &cart, payment).await;
        let refused = refused.problem(422, code);
        assert_eq!(refused.str("/errors/0/pointer"), pointer);
    }
    for nothing in ["orders.orders", "payments.payments", "sandbox.charges"] {
        let rows = format!("SELECT count(*) FROM {nothing}");
        assert_eq!(market.count(&rows).await, 0, "{nothing}");
    }
    market.stop().await;
}

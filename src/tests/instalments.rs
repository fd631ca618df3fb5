//! A card pays in instalments at the simulated provider, whoever bears the interest.

use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Client, Market, card, cart_with, choose_shipping, one_seller};

/// The plans of cards that are offered there.
async fn offered(buyer: &Client, path: &str) -> Vec<Value> {
    let path = format!("{path}/payment-methods");
    let list = buyer.get(&path).await.expect(200);
    let methods = list.json["items"].as_array().expect("a list").clone();
    let of = |name: &str| methods.iter().find(|one| one["method"] == name);
    assert_eq!(of("pix").expect("PIX")["instalments"], json!([]));
    let card = of("card").expect("cards");
    card["instalments"].as_array().expect("plans").clone()
}

fn cents(money: &Value) -> i64 {
    let amount = money["amount"].as_str().expect("an amount");
    amount.replace('.', "").parse().expect("a number")
}

fn in_parts(token: &str, count: u32) -> Value {
    let mut card = card(token);
    card["instalments"] = json!(count);
    card
}

#[feira_testkit::test]
async fn a_buyer_chooses_a_plan_and_sees_it_everywhere(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let (buyer, id) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&buyer, &id).await.json;
    let plans = offered(&buyer, &format!("/api/v1/carts/{id}")).await;
    let price = cents(&cart["totals"]["total"]);
    assert_eq!(
        (&plans[0]["count"], cents(&plans[0]["total"])),
        (&json!(1), price)
    );
    assert_eq!(plans[0]["interest_free"], true);
    let third = &plans[2];
    assert_eq!(
        (&third["count"], &third["interest_free"]),
        (&json!(3), &json!(false))
    );
    // Two percent for each instalment but the first.
    assert_eq!(cents(&third["total"]), price + (price * 4 + 50) / 100);
    assert_eq!(cents(&third["amount"]), cents(&third["total"]) / 3);

    for count in [0, 25, 99, 300] {
        let refused = buyer
            .check_out(
                &format!("bad {count}"),
                &cart,
                in_parts("tok_approved", count),
            )
            .await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.str("/errors/0/code"), "payment.instalments");
        assert_eq!(refused.str("/errors/0/pointer"), "/payment/instalments");
    }

    // The chosen count is a part of what the key stands for, and a further attempt may have another one.
    let placed = buyer
        .check_out("first", &cart, in_parts("tok_declined", 2))
        .await
        .expect(201);
    assert_eq!(placed.json["payment"]["instalments"]["count"], 2);
    let other = buyer
        .check_out("first", &cart, in_parts("tok_declined", 3))
        .await;
    assert!(other.status >= 400, "{}", other.text);
    let token = placed.str("/order_token");
    let guest = market.client().with("x-order-token", &token);
    let order = format!("/api/v1/orders/{}", placed.str("/order/id"));
    assert_eq!(offered(&guest, &order).await, plans);
    let retry = format!("/api/v1/payments/{}/retry", placed.str("/payment/id"));
    let body = json!({"payment": in_parts("tok_approved", 3)});
    let paid = guest
        .with("idempotency-key", "again")
        .post(&retry, body)
        .await
        .expect(200);
    assert_eq!(paid.str("/status"), "completed");
    assert_eq!(paid.json["instalments"]["total"], third["total"]);
    assert_eq!(cents(&paid.json["amount"]), price);
    market.settle().await;
    let shown = guest.get(&order).await.expect(200);
    assert_eq!(
        shown.json["payment"]["instalments"]["amount"],
        third["amount"]
    );

    // The shop has the price, and gives no more back.
    let charge = market
        .rows("SELECT amount, interest, instalments FROM sandbox.charges WHERE status = 'captured'")
        .await;
    assert_eq!(charge[0]["amount"], price);
    assert_eq!(charge[0]["interest"], cents(&third["total"]) - price);
    let page = market
        .client()
        .get(&format!("/l/order/{token}"))
        .await
        .expect(200);
    assert!(page.text.contains("3x of R$"), "{}", page.text);
    let cancelled = guest
        .request(Method::POST, &format!("{order}/cancel"))
        .json(&json!({"reason": "mine"}));
    guest.send(cancelled).await.expect(200);
    market.pass(Duration::minutes(1)).await;
    let details = format!("/api/v1/admin/payments/{}", paid.str("/id"));
    let details = operator.get(&details).await.expect(200);
    assert_eq!(details.str("/payment/status"), "refunded");
    assert_eq!(cents(&details.json["payment"]["refunded"]), price);
    market.stop().await;
}

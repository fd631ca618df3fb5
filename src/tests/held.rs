//! A cart whose order waits for its payment: its buyer goes on in another one, comes back to the
//! order with what she has, and has the lines again if the order ends.

use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{
    Answer, Client, Market, card, choose_shipping, fill_cart, pay_pix, pix, two_sellers,
};

/// Her open cart with so many units more, ready to be bought.
async fn fill(client: &Client, variant: &str, quantity: u32) -> Value {
    let cart = client.post("/api/v1/carts", json!({})).await.expect(201);
    let item = json!({"variant_id": variant, "quantity": quantity});
    let path = format!("/api/v1/carts/{}", cart.str("/id"));
    client
        .post(&format!("{path}/items"), item)
        .await
        .expect(200);
    choose_shipping(client, &cart.str("/id")).await.json
}

async fn cart(client: &Client, id: &Value) -> Answer {
    let id = id.as_str().expect("an id");
    client.get(&format!("/api/v1/carts/{id}")).await.expect(200)
}

/// All units of a cart.
fn units(cart: &Value) -> u64 {
    let groups = cart["groups"].as_array().into_iter().flatten();
    let items = groups.flat_map(|group| group["items"].as_array().into_iter().flatten());
    items.filter_map(|item| item["quantity"].as_u64()).sum()
}

#[feira_testkit::test]
async fn a_buyer_with_an_unpaid_order_buys_other_things_and_gives_it_up(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let clara = market.customer("clara@test.example").await;
    let first = fill(&clara, &a.variant(0), 2).await;
    let waiting = clara.check_out("first", &first, pix()).await.expect(201);
    let order = waiting.str("/order/id");
    let held = cart(&clara, &first["id"]).await;
    assert_eq!(
        (held.str("/status"), held.str("/order_id")),
        ("held".to_owned(), order.clone())
    );
    let items = format!("/api/v1/carts/{}/items", held.str("/id"));
    let more = json!({"variant_id": a.variant(1), "quantity": 1});
    let refused = clara.post(&items, more).await.problem(409, "cart.held");
    assert_eq!(refused.str("/order_id"), order);

    let second = fill(&clara, &b.variant(0), 1).await;
    assert_ne!(second["id"], first["id"]);
    let bought = clara
        .check_out("second", &second, card("tok_approved"))
        .await
        .expect(201);
    assert_eq!(bought.str("/order/status"), "confirmed");

    let third = fill(&clara, &a.variant(0), 1).await;
    let cancel = format!("/api/v1/orders/{order}/cancel");
    let cancelled = clara
        .post(&cancel, json!({"reason": "too slow"}))
        .await
        .expect(200);
    assert_eq!(cancelled.json["returned"]["cart_id"], third["id"]);
    let report = &cancelled.json["returned"]["report"];
    assert_eq!(
        (&report[0]["quantity"], &report[0]["outcome"]),
        (&json!(3), &json!("summed"))
    );
    assert_eq!(units(&cart(&clara, &third["id"]).await.json), 3);
    let old = cart(&clara, &first["id"]).await;
    assert_eq!(
        (old.str("/status"), &old.json["continued_in"]),
        ("merged".to_owned(), &third["id"])
    );
    market.settle().await;
    market.stop().await;
}

#[feira_testkit::test]
async fn a_guest_who_left_comes_back_with_her_carts_token(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, filled) = fill_cart(&market, &a, &b).await;
    guest.check_out("left", &filled, pix()).await.expect(201);
    // The answer never reached her; of an older order she has another token.
    let (other, others) = fill_cart(&market, &a, &b).await;
    let older = other
        .check_out("older", &others, card("tok_approved"))
        .await
        .expect(201);
    let shop = guest.with("x-order-token", &older.str("/order_token"));

    let order = cart(&guest, &filled["id"]).await.str("/order_id");
    let order = format!("/api/v1/orders/{order}");
    for client in [&guest, &shop] {
        let seen = client.get(&order).await.expect(200);
        let payment = format!("/api/v1/payments/{}", seen.str("/payment/id"));
        client.get(&payment).await.expect(200);
        let retry = format!("{payment}/retry");
        let key = seen.str("/payment/id");
        let client = client.with("idempotency-key", &key);
        let again = client.post(&retry, json!({"payment": pix()})).await;
        assert_ne!(again.expect(200).str("/id"), key);
    }
    let stranger = market.client().with("x-cart-token", "guessed");
    stranger.get(&order).await.problem(404, "order.not_found");

    let next = guest.post("/api/v1/carts", json!({})).await.expect(201);
    assert_ne!(next.json["id"], filled["id"]);
    assert!(next.json["cart_token"].is_string(), "the one that she sent");
    cart(&guest, &next.json["id"]).await;
    let new = market
        .client()
        .post("/api/v1/carts", json!({}))
        .await
        .expect(201);
    assert_ne!(new.json["cart_token"], next.json["cart_token"]);

    let cancel = format!("{order}/cancel");
    let cancelled = guest.post(&cancel, json!({"reason": ""})).await.expect(200);
    assert_eq!(cancelled.json["returned"]["cart_id"], next.json["id"]);
    assert_eq!(units(&cart(&guest, &next.json["id"]).await.json), 4);
    market.settle().await;
    market.stop().await;
}

/// She sends what she has: the bearer, the token of the cart, of another order, or of this one.
async fn sees_order_and_payment(client: &Client, placed: &Answer) {
    let order = format!("/api/v1/orders/{}", placed.str("/order/id"));
    let seen = client.get(&order).await.expect(200);
    let payment = format!("/api/v1/payments/{}", seen.str("/payment/id"));
    client.get(&payment).await.expect(200);
}

#[feira_testkit::test]
async fn a_guest_who_signs_in_while_her_orders_wait_keeps_carts_and_orders(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let clara = market.customer("clara@test.example").await;
    let dora = market.customer("dora@test.example").await;
    let (mut carts, mut orders) = (Vec::new(), Vec::new());
    for pays in [true, false] {
        let (guest, filled) = fill_cart(&market, &a, &b).await;
        let key = format!("pays {pays}");
        let placed = guest.check_out(&key, &filled, pix()).await.expect(201);
        let order = format!("/api/v1/orders/{}", placed.str("/order/id"));
        let both = guest.signed_in_as(&clara);
        let holder = market.holder(&placed).signed_in_as(&clara);
        let all = both.with("x-order-token", "another order's");
        for client in [&both, &holder, &all] {
            sees_order_and_payment(client, &placed).await;
        }
        clara.get(&order).await.problem(404, "order.not_found");
        if !pays {
            let retry = format!("/api/v1/payments/{}/retry", placed.str("/payment/id"));
            let again = both.with("idempotency-key", "again");
            let again = again.post(&retry, json!({"payment": pix()})).await;
            assert_ne!(again.expect(200).str("/id"), placed.str("/payment/id"));
        }

        let claim = format!("/api/v1/carts/{}/claim", filled["id"].as_str().expect("id"));
        let claimed = both.post(&claim, json!({})).await.expect(200);
        assert_eq!(claimed.str("/cart/status"), "open");
        for client in [&clara, &both, &holder] {
            sees_order_and_payment(client, &placed).await;
        }
        dora.get(&order).await.problem(404, "order.not_found");
        if pays {
            pay_pix(&market, &placed.json["payment"]).await;
        }
        carts.push(filled);
        orders.push(order);
    }
    let own = clara.post("/api/v1/carts", json!({})).await.expect(201);
    market.pass(Duration::minutes(31)).await;
    market.pass(Duration::minutes(1)).await;
    let clara = market.log_in("clara@test.example", "shop").await;
    let statuses = [
        cart(&clara, &carts[0]["id"]).await,
        cart(&clara, &carts[1]["id"]).await,
    ];
    let statuses = statuses.map(|cart| cart.str("/status"));
    assert_eq!(statuses, ["completed", "merged"]);
    assert_eq!(units(&cart(&clara, &own.json["id"]).await.json), 4);
    let paid = clara.get(&orders[0]).await.expect(200);
    assert_eq!(paid.json["returned"], Value::Null);
    // Nobody asked for it: it expired.
    let expired = clara.get(&orders[1]).await.expect(200);
    assert_eq!(expired.json["returned"]["cart_id"], own.json["id"]);
    let report = expired.json["returned"]["report"].as_array();
    assert_eq!(report.expect("a report").len(), 3);
    market.stop().await;
}

#[feira_testkit::test]
async fn the_buyer_of_a_guests_order_cancels_it_signed_in(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let clara = market.customer("clara@test.example").await;
    let (guest, filled) = fill_cart(&market, &a, &b).await;
    let placed = guest.check_out("k", &filled, pix()).await.expect(201);
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let no = json!({"reason": ""});
    clara
        .post(&cancel, no.clone())
        .await
        .problem(404, "order.not_found");
    let both = guest.signed_in_as(&clara);
    let first = both.post(&cancel, no.clone()).await.expect(200);
    assert_eq!(first.json["returned"]["cart_id"], filled["id"]);
    let keyed = both.with("idempotency-key", "again");
    for client in [&both, &keyed, &keyed, &market.holder(&placed)] {
        let again = client.post(&cancel, no.clone()).await.expect(200);
        assert_eq!(again.json["returned"], first.json["returned"]);
    }
    market.stop().await;
}

/// Release 0.1.0 held no carts: while its orders wait they are open, or merged into her own.
#[feira_testkit::test]
async fn an_order_of_0_1_0_that_is_paid_after_the_upgrade_takes_what_it_bought(
    db: TestDb,
    market: Market,
) {
    let (_, a, b) = two_sellers(&market).await;
    let clara = market.customer("clara@test.example").await;
    let own = fill(&clara, &b.variant(1), 1).await;
    for claims in [false, true] {
        let (guest, filled) = fill_cart(&market, &a, &b).await;
        let key = format!("claims {claims}");
        let placed = guest.check_out(&key, &filled, pix()).await.expect(201);
        let owner = db.owner().await;
        for sql in [
            "UPDATE orders.orders SET cart_held = false",
            "UPDATE carts.carts SET status = 'open', order_id = NULL, held_at = NULL WHERE status = 'held'",
        ] {
            owner.execute_unprepared(sql).await.expect("it is valid");
        }
        let path = format!("/api/v1/carts/{}", filled["id"].as_str().expect("an id"));
        for (variant, quantity) in [(a.variant(0), 1), (b.variant(1), 2)] {
            let more = json!({"variant_id": variant, "quantity": quantity});
            guest.post(&format!("{path}/items"), more).await.expect(200);
        }
        let both = guest.signed_in_as(&clara);
        if claims {
            let claim = both.post(&format!("{path}/claim"), json!({})).await;
            assert_eq!(claim.expect(200).json["cart"]["id"], own["id"]);
        }
        pay_pix(&market, &placed.json["payment"]).await;
        let paid = market.order(&placed).await;
        assert_eq!(paid.str("/status"), "confirmed");
        let old = cart(&guest, &filled["id"]).await;
        assert_eq!(old.str("/status"), "completed");
        let (rest, of) = match claims {
            true => (own["id"].clone(), &clara),
            false => (old.json["continued_in"].clone(), &guest),
        };
        let rest = cart(of, &rest).await;
        assert_eq!(rest.str("/status"), "open");
        let expected = if claims { 1 + 3 } else { 3 };
        assert_eq!(units(&rest.json), expected, "{}", rest.text);
    }
    market.stop().await;
}

//! The same purchase wanted by many, many times, out of order.

use feira_testkit::run_system;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::{
    purchase::{card, checkout_body, choose_shipping, fill_cart, pay_pix, pix},
    support::{Client, Market},
};

/// A guest with one unit of a variant in her cart, ready to buy.
async fn ready(market: &Market, variant: &str, key: &str) -> (Client, serde_json::Value) {
    let made = market
        .client()
        .post("/api/v1/carts", json!({}))
        .await
        .expect(201);
    let guest = market
        .client()
        .with("x-cart-token", &made.str("/cart_token"))
        .with("idempotency-key", key);
    let id = made.str("/id");
    guest
        .post(
            &format!("/api/v1/carts/{id}/items"),
            json!({"variant_id": variant, "quantity": 1}),
        )
        .await
        .expect(200);
    let cart = choose_shipping(&guest, &id).await.json;
    (guest, checkout_body(&cart, card("tok_approved")))
}

#[test]
fn the_last_unit_is_sold_once() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let operator = market.operator().await;
        let seller = market
            .seller(&operator, "Ana Ceramica", 0, "49.90", 1)
            .await;
        let mut buyers = Vec::new();
        for number in 0..16 {
            buyers.push(ready(&market, &seller.variant(0), &format!("last-{number}")).await);
        }
        let calls = buyers
            .iter()
            .map(|(guest, body)| guest.post("/api/v1/checkouts", body.clone()));
        let answers = futures::future::join_all(calls).await;
        let sold = answers.iter().filter(|a| a.status == 201).count();
        assert_eq!(
            sold,
            1,
            "{:?}",
            answers.iter().map(|a| a.status).collect::<Vec<_>>()
        );
        for answer in answers.into_iter().filter(|a| a.status != 201) {
            assert_eq!(answer.status, 409, "{}", answer.text);
            let code = answer.str("/code");
            assert!(
                code == "catalog.out_of_stock" || code == "cart.problems",
                "{code}"
            );
        }
        market.settle().await;
        assert_eq!(
            market.count("SELECT count(*) FROM sandbox.charges").await,
            1
        );
        market.stop().await;
    });
}

#[test]
fn one_cart_completed_sixteen_times_at_once_is_one_order() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let operator = market.operator().await;
        let a = market
            .seller(&operator, "Ana Ceramica", 0, "49.90", 10)
            .await;
        let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 10).await;
        let (token, cart) = fill_cart(&market.client(), &a, &b).await;
        let guest = market.client().with("x-cart-token", &token);
        let body = checkout_body(&cart, card("tok_approved"));
        // Half of them with one key, half with keys of their own.
        let clients: Vec<Client> = (0..16)
            .map(|n| {
                guest.with(
                    "idempotency-key",
                    &if n % 2 == 0 {
                        "same".to_owned()
                    } else {
                        format!("own-{n}")
                    },
                )
            })
            .collect();
        let answers = futures::future::join_all(
            clients
                .iter()
                .map(|c| c.post("/api/v1/checkouts", body.clone())),
        )
        .await;
        for answer in &answers {
            assert!(
                answer.status == 201 || answer.status == 409,
                "{} {}",
                answer.status,
                answer.text
            );
        }
        let mut orders: Vec<String> = answers
            .iter()
            .filter(|a| a.status == 201)
            .map(|a| a.str("/order/id"))
            .collect();
        orders.sort();
        orders.dedup();
        assert_eq!(orders.len(), 1);
        market.settle().await;
        assert_eq!(market.count("SELECT count(*) FROM orders.orders").await, 1);
        assert_eq!(
            market
                .count("SELECT count(*) FROM sandbox.charges WHERE status = 'captured'")
                .await,
            1
        );
        market.stop().await;
    });
}

#[test]
fn the_webhook_may_come_twice_late_or_before_our_own_commit() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let operator = market.operator().await;
        let a = market
            .seller(&operator, "Ana Ceramica", 0, "49.90", 10)
            .await;
        let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 10).await;
        let (token, cart) = fill_cart(&market.client(), &a, &b).await;
        let guest = market
            .client()
            .with("x-cart-token", &token)
            .with("idempotency-key", "hooks");
        let placed = guest
            .post("/api/v1/checkouts", checkout_body(&cart, pix()))
            .await
            .expect(201);
        pay_pix(&market, &placed.json["payment"]).await;
        let charge = market.rows("SELECT id FROM sandbox.charges").await[0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        // The provider tells of the capture and, out of order, of the creation, several times.
        for (event, kind) in [
            ("evt_2", "charge.captured"),
            ("evt_1", "charge.created"),
            ("evt_2", "charge.captured"),
            ("evt_9", "charge.unheard_of"),
        ] {
            hook(&market, event, kind, &charge, 0).await.expect(204);
        }
        // Forged, stale and unsigned ones change nothing.
        hook(&market, "evt_3", "charge.captured", &charge, 301)
            .await
            .problem(401, "payment.bad_signature");
        market
            .client()
            .post("/webhooks/sandbox", json!({"id": "evt_4"}))
            .await
            .problem(401, "payment.bad_signature");
        market.settle().await;
        let holder = market
            .client()
            .with("x-order-token", &placed.str("/order_token"));
        let order = holder
            .get(&format!("/api/v1/orders/{}", placed.str("/order/id")))
            .await
            .expect(200);
        assert_eq!(order.str("/status"), "confirmed");
        assert_eq!(
            market
                .count("SELECT count(*) FROM payments.ledger_transactions")
                .await,
            1
        );
        // And long after.
        market.pass(time::Duration::days(3)).await;
        hook(&market, "evt_2", "charge.captured", &charge, 0)
            .await
            .expect(204);
        market.settle().await;
        assert_eq!(
            market
                .count("SELECT count(*) FROM payments.ledger_transactions")
                .await,
            1
        );
        market.stop().await;
    });
}

/// A notification as the simulated provider signs it, `age` seconds old.
async fn hook(
    market: &Market,
    event: &str,
    kind: &str,
    charge: &str,
    age: i64,
) -> crate::support::Answer {
    let body = json!({"id": event, "type": kind, "charge_id": charge}).to_string();
    let at = market.clock().now().unix_timestamp() - age;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(b"sandbox-webhook-secret-of-the-development-profile")
            .expect("any length");
    mac.update(format!("{at}.{body}").as_bytes());
    let signature: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let client = market.client();
    let request = client
        .request(reqwest::Method::POST, "/webhooks/sandbox")
        .header("content-type", "application/json")
        .header("feira-signature", format!("t={at},v1={signature}"))
        .body(body);
    client.send(request).await
}

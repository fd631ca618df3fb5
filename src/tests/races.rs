//! The same purchase wanted by many, many times.

use feira_testkit::run_system;
use serde_json::Value;

use crate::support::{
    Client, Market, card, cart_with, checkout_body, choose_shipping, fill_cart, one_seller,
    two_sellers,
};

/// A guest with one unit of a variant in her cart, ready to buy.
async fn ready(market: &Market, variant: &str, key: &str) -> (Client, Value) {
    let (guest, id) = cart_with(market, &[(variant.to_owned(), 1)]).await;
    let cart = choose_shipping(&guest, &id).await.json;
    let body = checkout_body(&cart, card("tok_approved"));
    (guest.with("idempotency-key", key), body)
}

#[test]
fn the_last_unit_is_sold_once() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let (_, seller) = one_seller(&market, 1).await;
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
        let (_, a, b) = two_sellers(&market).await;
        let (guest, cart) = fill_cart(&market, &a, &b).await;
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

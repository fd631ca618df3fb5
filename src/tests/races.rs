//! The same purchase wanted by many, many times.

use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;

use crate::support::{
    Answer, Client, Market, card, cart_with, checkout_body, choose_shipping, fill_cart, one_seller,
    two_sellers,
};

/// A guest with one unit of a variant in her cart, ready to buy.
async fn ready(market: &Market, variant: &str, key: &str) -> (Client, Value) {
    let (guest, id) = cart_with(market, &[(variant.to_owned(), 1)]).await;
    let cart = choose_shipping(&guest, &id).await.json;
    let body = checkout_body(&cart, card("tok_approved"));
    (guest.with("idempotency-key", key), body)
}

/// All check out at once, of whom one is answered 201.
async fn one_wins(buyers: &[(Client, Value)]) -> Vec<Answer> {
    let calls = buyers
        .iter()
        .map(|(guest, body)| guest.post("/api/v1/checkouts", body.clone()));
    let answers = futures::future::join_all(calls).await;
    let statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
    let sold = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(sold, 1, "{statuses:?}");
    answers
}

#[feira_testkit::test]
async fn the_last_unit_is_sold_once(market: Market) {
    let (_, seller) = one_seller(&market, 1).await;
    let mut buyers = Vec::new();
    for number in 0..16 {
        buyers.push(ready(&market, &seller.variant(0), &format!("last-{number}")).await);
    }
    let answers = one_wins(&buyers).await;
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
}

#[feira_testkit::test]
async fn the_last_units_of_two_stores_go_to_one_buyer_together(db: TestDb, market: Market) {
    let (operator, a) = one_seller(&market, 1).await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 1).await;
    let mut buyers = Vec::new();
    for number in 0..16 {
        let mut lines = [(a.variant(0), 1), (b.variant(0), 1)];
        if number % 2 == 1 {
            lines.reverse();
        }
        let (guest, id) = cart_with(&market, &lines).await;
        let cart = choose_shipping(&guest, &id).await.json;
        let body = checkout_body(&cart, card("tok_approved"));
        let guest = guest.with("idempotency-key", &format!("both-{number}"));
        buyers.push((guest, body));
    }
    let answers = one_wins(&buyers).await;
    assert!(answers.iter().all(|a| a.status == 201 || a.status == 409));
    market.settle().await;
    for (what, count) in [
        ("orders.orders WHERE status = 'confirmed'", 1),
        ("orders.orders", 1),
        ("sandbox.charges", 1),
        ("catalog.reservations", 1),
        ("catalog.inventory WHERE on_hand = 0 AND reserved = 0", 2),
    ] {
        let sql = format!("SELECT count(*) FROM {what}");
        assert_eq!(market.count(&sql).await, count, "{what}");
    }
    market.stop().await;
    assert_eq!(deadlocks(&db).await, 0);
}

/// How many deadlocks a database has had, of which the loser was silently repeated. A connection
/// tells of its own when it ends, so this is for when the marketplace has stopped.
async fn deadlocks(db: &TestDb) -> i64 {
    let owner = db.owner().await;
    let ask = async |sql: &str| -> i64 {
        let row = owner.query_one_raw(Statement::from_string(DbBackend::Postgres, sql));
        let row = row.await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    };
    // The owner asks by any of a pool's connections.
    let others = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND backend_type = 'client backend' AND usename <> current_user";
    while ask(others).await > 0 {
        tokio::task::yield_now().await;
    }
    let counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let deadlocks = ask(counted).await;
    owner.close().await.unwrap();
    deadlocks
}

#[feira_testkit::test]
async fn one_cart_completed_sixteen_times_at_once_is_one_order(market: Market) {
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
}

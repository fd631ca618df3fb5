//! More commands than may wait for their turn.

use std::time::Duration;

use feira_testkit::{Proxy, TestDb};
use serde_json::Value;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::support::{Answer, Client, Market, card, cart_with, choose_shipping, one_seller};

const ONE_WAITS: &str = "[database]\nmost_waiting = 1";

/// A guest with a cart of one unit, and the key of her checkout.
#[derive(Clone)]
struct Buyer {
    guest: Client,
    cart: Value,
    key: String,
}

impl Buyer {
    async fn buy(&self) -> Answer {
        let card = card("tok_approved");
        self.guest.check_out(&self.key, &self.cart, card).await
    }
}

/// The batch of the first is held before anything is locked; of those behind it one finds a place.
#[feira_testkit::test]
async fn who_finds_no_place_is_told_to_come_again(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_on(&db, &line, ONE_WAITS).await;
    let (_, seller) = one_seller(&market, 10).await;
    let mut buyers = Vec::new();
    for number in 0..4 {
        let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let key = format!("crowd {number}");
        buyers.push(Buyer { guest, cart, key });
    }

    let held = line.hold("BEGIN");
    let first = buyers[0].clone();
    let first: JoinHandle<Answer> = tokio::spawn(async move { first.buy().await });
    let held = timeout(Duration::from_secs(30), held).await;
    let held = held
        .expect("its stock is to be held")
        .expect("and its line");
    let mut rest = JoinSet::new();
    for buyer in buyers[1..].iter().cloned() {
        rest.spawn(async move { (buyer.buy().await, buyer) });
    }
    let mut refused = Vec::new();
    while refused.len() < 2 {
        let (answer, buyer) = rest.join_next().await.unwrap().unwrap();
        let answer = answer.expect(503);
        let again: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!(again > 0, "{}", answer.text);
        refused.push(buyer);
    }
    assert!(!first.is_finished());
    let orders = "SELECT count(*) FROM orders.orders";
    assert_eq!(market.count(orders).await, 0);

    held.release();
    first.await.unwrap().expect(201);
    let (waited, _) = rest.join_next().await.unwrap().unwrap();
    waited.expect(201);
    // What was refused is done under the same key.
    for buyer in refused {
        buyer.buy().await.expect(201);
    }
    assert_eq!(market.count(orders).await, 4);
    let left = format!(
        "SELECT (on_hand - reserved)::bigint FROM catalog.inventory WHERE variant_id = '{}'",
        seller.variant(0)
    );
    assert_eq!(market.count(&left).await, 6);
    market.stop().await;
}

//! More commands than may wait for their turn.

use std::time::Duration;

use feira_testkit::{Line, Proxy, TestDb};
use serde_json::Value;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::support::{
    Answer, Client, Market, Seller, card, cart_with, choose_shipping, one_seller,
};

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

/// A batch that is held before anything is locked, and three buyers behind it.
struct Crowd {
    held: Line,
    first: JoinHandle<Answer>,
    rest: JoinSet<(Answer, Buyer)>,
    seller: Seller,
}

impl Crowd {
    async fn gather(market: &Market, line: &Proxy) -> Self {
        let (_, seller) = one_seller(market, 10).await;
        let mut buyers = Vec::new();
        for number in 0..4 {
            let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
            let cart = choose_shipping(&guest, &cart).await.json;
            let key = format!("crowd {number}");
            buyers.push(Buyer { guest, cart, key });
        }
        let held = line.hold("BEGIN");
        let first = buyers.remove(0);
        let first = tokio::spawn(async move { first.buy().await });
        let held = timeout(Duration::from_secs(30), held).await;
        let held = held.expect("its stock is to be held");
        let mut rest = JoinSet::new();
        for buyer in buyers {
            rest.spawn(async move { (buyer.buy().await, buyer) });
        }
        Self {
            held: held.expect("and its line"),
            first,
            rest,
            seller,
        }
    }

    /// One of the three finds the only place: the others are told to come again.
    async fn refused(&mut self) -> Vec<Buyer> {
        let mut refused = Vec::new();
        while refused.len() < 2 {
            let (answer, buyer) = self.rest.join_next().await.unwrap().unwrap();
            let answer = answer.expect(503);
            let again: u32 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!(again > 0, "{}", answer.text);
            refused.push(buyer);
        }
        assert!(!self.first.is_finished());
        refused
    }

    /// The one that was held and the one that waited are done.
    async fn served(mut self) {
        self.held.release();
        self.first.await.unwrap().expect(201);
        let (waited, _) = self.rest.join_next().await.unwrap().unwrap();
        waited.expect(201);
    }
}

const ORDERS: &str = "SELECT count(*) FROM orders.orders";

#[feira_testkit::test]
async fn who_finds_no_place_is_told_to_come_again(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_on(&db, &line, ONE_WAITS).await;
    let mut crowd = Crowd::gather(&market, &line).await;
    let refused = crowd.refused().await;
    assert_eq!(market.count(ORDERS).await, 0);
    let left = format!(
        "SELECT (on_hand - reserved)::bigint FROM catalog.inventory WHERE variant_id = '{}'",
        crowd.seller.variant(0)
    );
    crowd.served().await;
    // What was refused is done under the same key.
    for buyer in refused {
        buyer.buy().await.expect(201);
    }
    assert_eq!(market.count(ORDERS).await, 4);
    assert_eq!(market.count(&left).await, 6);
    market.stop().await;
}

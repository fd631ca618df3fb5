//! More commands than may wait for their turn.

use std::time::Duration;

use feira_testkit::{Line, Proxy, TestDb};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::support::{
    Answer, BY_HAND, Client, Market, Seller, bank_transfer, card, cart_with, choose_shipping,
    one_seller,
};

const ONE_WAITS: &str = "[database]\nmost_waiting = 1";

/// A guest with a cart of one unit, and the key of her checkout.
#[derive(Clone)]
struct Buyer {
    guest: Client,
    cart: Value,
    key: String,
    way: Value,
}

impl Buyer {
    async fn buy(&self) -> Answer {
        let way = self.way.clone();
        self.guest.check_out(&self.key, &self.cart, way).await
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
    async fn gather(market: &Market, line: &Proxy, way: Value) -> Self {
        let (_, seller) = one_seller(market, 10).await;
        let mut buyers = Vec::new();
        for number in 0..4 {
            let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
            let cart = choose_shipping(&guest, &cart).await.json;
            let key = format!("crowd {number}");
            let way = way.clone();
            buyers.push(Buyer {
                guest,
                cart,
                key,
                way,
            });
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
    let mut crowd = Crowd::gather(&market, &line, card("tok_approved")).await;
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

/// Until nobody is let in any more.
async fn is_closed(url: &str) {
    let address = url.strip_prefix("http://").expect("an address");
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

/// The one whose batch is at work is answered after the stop began, and so is the one behind it. Who pays by hand needs
/// no provider: the simulated one is reached by a door of this process, which is closed by then.
#[feira_testkit::test]
async fn a_stop_waits_for_what_was_taken_in(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let settings = format!("{ONE_WAITS}\n[server]\nshutdown_seconds = 30\n{BY_HAND}");
    let market = Market::start_on(&db, &line, &settings).await;
    let mut crowd = Crowd::gather(&market, &line, bank_transfer()).await;
    crowd.refused().await;
    let url = market.url.clone();
    let answered = async {
        is_closed(&url).await;
        crowd.served().await;
    };
    tokio::join!(market.stop_at_once(), answered);
    let next = Market::start_with(&db, BY_HAND).await;
    assert_eq!(next.count(ORDERS).await, 2);
    next.stop().await;
}

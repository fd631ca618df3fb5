//! A second request with the key of one that is still at work: after a reset a client asks again
//! at once.

use std::time::Duration;

use feira_testkit::{Line, Proxy, TestDb};
use serde_json::json;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use crate::support::{Answer, Client, Market, one_seller};

/// Asked of the gateway's keys only where one is taken.
const LOOK: &str = "FROM \"idempotency\"";

/// How the stock is changed.
const CHANGE: &str = "WITH changed AS (";

/// A seller of a market in which one thing is done at a time, and the line on which it is held.
struct Twins {
    line: Proxy,
    market: Market,
    client: Client,
    movements: String,
    on_hand: String,
}

/// Something that the proxy is to hold, once it is there.
async fn seen(held: oneshot::Receiver<Line>) -> Line {
    let held = timeout(Duration::from_secs(30), held).await;
    held.expect("it is sent").expect("and its line")
}

impl Twins {
    async fn start(db: &TestDb, wait_ms: u32) -> Self {
        let line = Proxy::start(&db.url()).await;
        let wait = format!("idempotency_wait_ms = {wait_ms}");
        let market = Market::start_narrow_with(db, &line, &wait).await;
        let (_, seller) = one_seller(&market, 10).await;
        let variant = seller.variant(0);
        Self {
            client: seller.client.with("idempotency-key", "twins"),
            movements: format!("/api/v1/seller/inventory/{variant}/movements"),
            on_hand: format!(
                "SELECT on_hand::bigint FROM catalog.inventory WHERE variant_id = '{variant}'"
            ),
            line,
            market,
        }
    }

    fn send(&self) -> JoinHandle<Answer> {
        let (client, path) = (self.client.clone(), self.movements.clone());
        tokio::spawn(async move { client.post(&path, json!({"by": 1})).await })
    }

    /// The first is held in the middle of its transaction, and the second has seen that it is at
    /// work.
    async fn both(&self) -> (JoinHandle<Answer>, Line, JoinHandle<Answer>) {
        let held = self.line.hold(CHANGE);
        let first = self.send();
        let held = seen(held).await;
        let look = self.line.hold(LOOK);
        let second = self.send();
        seen(look).await.release();
        (first, held, second)
    }

    async fn on_hand(&self) -> i64 {
        self.market.count(&self.on_hand).await
    }
}

#[feira_testkit::test]
async fn it_is_answered_as_the_first_when_that_ends(db: TestDb) {
    let twins = Twins::start(&db, 30_000).await;
    let (first, held, second) = twins.both().await;
    held.release();
    let first = first.await.expect("an answer").expect(200);
    let second = second.await.expect("an answer").expect(200);
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.json, first.json);
    assert_eq!(twins.on_hand().await, 11);
    twins.market.stop().await;
}

#[feira_testkit::test]
async fn it_is_told_when_to_come_again_if_the_first_takes_longer(db: TestDb) {
    let twins = Twins::start(&db, 0).await;
    let (first, held, second) = twins.both().await;
    let second = second.await.expect("an answer");
    let second = second.problem(409, "request.idempotency_key_running");
    let after = second.header("retry-after").expect("when to come again");
    let after: u32 = after.parse().expect("seconds");
    // The clock stands still: as long as the first may go without a sign of life.
    assert_eq!(after, 16);
    assert!(!first.is_finished());
    held.release();
    let first = first.await.expect("an answer").expect(200);
    let third = twins.send().await.expect("an answer").expect(200);
    assert_eq!(third.header("idempotent-replayed"), Some("true"));
    assert_eq!((third.json, twins.on_hand().await), (first.json, 11));
    twins.market.stop().await;
}

#[feira_testkit::test]
async fn it_does_the_work_when_the_first_failed(db: TestDb) {
    let twins = Twins::start(&db, 30_000).await;
    let (first, held, second) = twins.both().await;
    held.cut();
    let first = first.await.expect("an answer");
    first.problem(503, "catalog.unavailable");
    let second = second.await.expect("an answer").expect(200);
    assert_eq!(second.header("idempotent-replayed"), None);
    assert_eq!(twins.on_hand().await, 11);
    twins.market.stop().await;
}

//! A client whose connection is reset in the middle of a request, at the worst moments.

use std::time::Duration;

use feira_testkit::{Proxy, TestDb};
use reqwest::Method;
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Market, Raw, Seller, one_seller};

fn movements(seller: &Seller, variant: usize) -> String {
    format!(
        "/api/v1/seller/inventory/{}/movements",
        seller.variant(variant)
    )
}

/// The next write on the same connection to the database is kept, whatever became of the first.
#[feira_testkit::test]
async fn a_reset_in_the_middle_of_a_transaction_costs_nobody_elses_write(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_narrow(&db, &line).await;
    let (_, seller) = one_seller(&market, 10).await;
    for (round, moment) in ["BEGIN", "COMMIT"].into_iter().enumerate() {
        let held = line.hold(moment);
        let change = seller.client.request(Method::POST, &movements(&seller, 0));
        let stream = Raw::send_only(&market, change.json(&json!({"by": 1}))).await;
        let held = timeout(Duration::from_secs(30), held).await;
        let held = held.expect("a transaction").expect("and its line");
        drop(stream);
        // The only worker answers this after it was told of the reset.
        market.client().get("/healthz").await.expect(200);
        held.release();

        let change = json!({"by": 1});
        let next = seller.client.post(&movements(&seller, 1), change).await;
        next.expect(200);
        let on_hand = format!(
            "SELECT on_hand::bigint FROM catalog.inventory WHERE variant_id = '{}'",
            seller.variant(1)
        );
        let kept = market.count(&on_hand).await;
        assert_eq!(usize::try_from(kept), Ok(11 + round), "{moment}");
        market
            .wait_for(
                "SELECT count(*) = 0 FROM pg_stat_activity \
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
            )
            .await;
    }
    market.stop().await;
}

//! A client whose connection is reset in the middle of a request, at the worst moments.

use std::{net::SocketAddr, time::Duration};

use feira_testkit::{Proxy, run_system};
use reqwest::Method;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

use crate::support::{Market, Seller, one_seller};

fn movements(seller: &Seller, variant: usize) -> String {
    format!(
        "/api/v1/seller/inventory/{}/movements",
        seller.variant(variant)
    )
}

/// Sends a change of stock and waits for no answer; the connection is reset when it is dropped.
async fn send_only(market: &Market, seller: &Seller) -> TcpStream {
    let request = seller
        .client
        .request(Method::POST, &movements(seller, 0))
        .json(&json!({"by": 1}));
    let request = request.build().expect("a request");
    let body = request.body().and_then(|body| body.as_bytes());
    let body = body.expect("a body in memory");
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\n",
        request.url().path()
    );
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().expect("text"));
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    let address: SocketAddr = market
        .url
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(body).await.expect("sent");
    stream.set_zero_linger().expect("a reset, not an end");
    stream
}

/// The next write on the same connection to the database is kept, whatever became of the first.
#[test]
fn a_reset_in_the_middle_of_a_transaction_costs_nobody_elses_write() {
    run_system(|db| async move {
        let line = Proxy::start(&db.url()).await;
        let market = Market::start_narrow(&db, &line).await;
        let (_, seller) = one_seller(&market, 10).await;
        for (round, moment) in ["BEGIN", "COMMIT"].into_iter().enumerate() {
            let held = line.hold(moment);
            let stream = send_only(&market, &seller).await;
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
    });
}

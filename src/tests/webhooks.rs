//! The provider's notifications: twice, out of order, forged, late, and before its own answer.

use std::time::Duration;

use feira_testkit::{Proxy, TestDb};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tokio::time::timeout;

use crate::support::{Answer, Market, fill_cart, pay_pix, pix, two_sellers};

#[feira_testkit::test]
async fn the_webhook_may_come_twice_out_of_order_or_late(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest.check_out("hooks", &cart, pix()).await.expect(201);
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
        hook(&market, event, kind, &charge, 0).await.expect(200);
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
    let order = market.order(&placed).await;
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
        .expect(200);
    market.settle().await;
    assert_eq!(
        market
            .count("SELECT count(*) FROM payments.ledger_transactions")
            .await,
        1
    );
    market.stop().await;
}

/// The provider has made the charge, the buyer has paid it and the notification is there, all
/// before we have the answer that tells us of the charge.
#[feira_testkit::test]
async fn the_webhook_may_come_before_our_own_commit(db: TestDb) {
    let wire = Proxy::http().await;
    let provider = format!(
        "[payments]\ncharge_timeout_seconds = 60\n[payments.providers.sandbox]\nurl = \"{}\"",
        wire.url()
    );
    let market = Market::start_with(&db, &provider).await;
    wire.lead_to(&market.url);
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let held = wire.hold("POST /sandbox/v1/charges");
    let buying = tokio::spawn(async move { guest.check_out("early", &cart, pix()).await });
    let line = timeout(Duration::from_secs(30), held).await;
    let line = line.expect("the provider is asked").expect("on a line");
    market
        .wait_for("SELECT count(*) = 1 FROM sandbox.charges")
        .await;
    let charge = market.rows("SELECT id, txid FROM sandbox.charges").await[0].clone();
    let text = |name: &str| charge[name].as_str().expect(name).to_owned();
    let pay = format!("/sandbox/pix/{}/pay", text("txid"));
    assert!(market.client().post(&pay, json!({})).await.status < 400);
    let unknown = "SELECT count(*) FROM payments.payments WHERE status = 'pending' AND transaction_id IS NULL";
    assert_eq!(market.count(unknown).await, 1);
    hook(&market, "evt_1", "charge.captured", &text("id"), 0)
        .await
        .expect(200);
    let captured = "SELECT count(*) FROM payments.payments WHERE status = 'completed'";
    assert_eq!(market.count(captured).await, 1);

    line.release();
    let placed = buying.await.expect("answered").expect(201);
    market.settle().await;
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "confirmed", "{}", order.text);
    for (table, count) in [
        ("orders.orders", 1),
        ("payments.payments", 1),
        ("sandbox.charges", 1),
        ("payments.ledger_transactions", 1),
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(market.count(&sql).await, count, "{table}");
    }
    let stock = "SELECT sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved FROM catalog.inventory";
    assert_eq!(
        market.rows(stock).await,
        [json!({"on_hand": 36, "reserved": 0})]
    );
    market.stop().await;
}

/// A notification as the simulated provider signs it, `age` seconds old.
async fn hook(market: &Market, event: &str, kind: &str, charge: &str, age: i64) -> Answer {
    let body = json!({"id": event, "type": kind, "charge_id": charge}).to_string();
    let at = market.clock().now().unix_timestamp() - age;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(b"sandbox-webhook-secret-of-the-development-profile")
            .expect("any length");
    mac.update(format!("{at}.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let client = market.client();
    let request = client
        .request(reqwest::Method::POST, "/webhooks/sandbox")
        .header("content-type", "application/json")
        .header("feira-signature", format!("t={at},v1={signature}"))
        .body(body);
    client.send(request).await
}

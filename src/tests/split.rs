//! The catalogue in a second process: the same story, with a wire in between that can fail.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::{Arc, atomic::Ordering},
};

use feira_testkit::{Process, TestDb};

use crate::support::{Browser, Client, Market, card, fill_cart, one_seller, pay_pix, pix};

mod wire;

use wire::Wire;

const KEY: &str = "a-key-that-both-processes-share-0123456789";

/// The process that serves the catalogue; it ends with the test.
fn start_catalog(db: &TestDb, stores_url: &str, data: &std::path::Path) -> (Process, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feira"));
    command
        .args(["serve", "--only", "catalog"])
        .env("FEIRA_DATA", data)
        .env("FEIRA_DATABASE__URL", db.url())
        .env("FEIRA_DATABASE__ROLE_PREFIX", db.role_prefix())
        .env("FEIRA_DEVELOPMENT__DEMO", "false")
        .env("FEIRA_SERVER__PORT", "0")
        .env("FEIRA_MODULES__STORES_URL", stores_url)
        .env("FEIRA_MODULES__RPC_KEY", KEY)
        .stdout(Stdio::piped());
    let mut process = Process::spawn(&mut command).expect("the binary starts");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("a line");
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|p| p.parse().ok())
        .unwrap_or_else(|| panic!("no port in {line:?}"));
    (process, port)
}

/// A market whose catalogue is at the other end of a wire.
async fn without_catalog(db: &TestDb) -> (Arc<Wire>, Market) {
    let wire = Wire::lay().await;
    let modules = format!(
        "[modules]\ncatalog_url = \"http://127.0.0.1:{}\"\nrpc_key = \"{KEY}\"",
        wire.port
    );
    let market = Market::start_live(db, &modules).await;
    (wire, market)
}

#[feira_testkit::test]
async fn the_checkout_story_passes_with_the_catalogue_in_a_second_process(db: TestDb) {
    let (wire, market) = without_catalog(&db).await;
    let (process, port) = start_catalog(&db, &market.url, &market.data_dir);
    wire.target.store(port, Ordering::SeqCst);
    let (operator, a) = one_seller(&market, 10).await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 3).await;

    // The story.
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest
        .check_out("split-1", &cart, card("tok_approved"))
        .await
        .expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed", "{}", placed.text);
    assert_eq!(
        market
            .count("SELECT sum(on_hand)::bigint FROM catalog.inventory")
            .await,
        22
    );

    // A reserve whose answer is lost is repeated safely.
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let buy = async || {
        guest
            .check_out("split-2", &cart, card("tok_approved"))
            .await
    };
    wire.lose_answer_to_reserve.store(true, Ordering::SeqCst);
    buy().await.problem(503, "order.unavailable");
    assert_eq!(market.count("SELECT count(*) FROM orders.orders").await, 1);
    assert_eq!(
        market
            .count("SELECT sum(reserved)::bigint FROM catalog.inventory")
            .await,
        4
    );
    let placed = buy().await.expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    assert_eq!(
        market
            .count("SELECT count(*) FROM catalog.reservations")
            .await,
        2
    );
    assert_eq!(
        market
            .count("SELECT sum(on_hand)::bigint FROM catalog.inventory")
            .await,
        18
    );

    // While it is down checkout answers 503 with nothing half-done, and works after it returns.
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let buy = async || {
        guest
            .check_out("split-3", &cart, card("tok_approved"))
            .await
    };
    drop(process);
    wire.cut.store(true, Ordering::SeqCst);
    assert_eq!(buy().await.status, 503);
    assert_eq!(market.count("SELECT count(*) FROM orders.orders").await, 2);
    assert_eq!(
        market
            .count("SELECT sum(reserved)::bigint FROM catalog.inventory")
            .await,
        0
    );
    let (process, port) = start_catalog(&db, &market.url, &market.data_dir);
    wire.target.store(port, Ordering::SeqCst);
    wire.cut.store(false, Ordering::SeqCst);
    let placed = buy().await.expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");

    // Its events are pulled: little is left at one of the sellers, who is told once.
    market
        .wait_for("SELECT count(*) > 0 FROM notifications.notifications WHERE kind = 'stock_low'")
        .await;
    for (seller, messages) in [(&a, 0), (&b, 1)] {
        let told = format!(
            "SELECT count(*) FROM notifications.notifications WHERE kind = 'stock_low' AND recipient = '{}'",
            seller.email
        );
        assert_eq!(market.count(&told).await, messages, "{}", seller.email);
    }
    // And its own ear is open: a suspended store's products are not offered any more.
    let path = format!("/api/v1/products/{}", a.product["id"].as_str().expect("id"));
    market.client().get(&path).await.expect(200);
    operator
        .post(
            &format!("/api/v1/admin/stores/{}/suspend", a.store),
            serde_json::json!({"reason": "a test"}),
        )
        .await
        .expect(200);
    let mut answer = market.client().get(&path).await;
    for _ in 0..2000 {
        if answer.status == 404 {
            break;
        }
        answer = market.client().get(&path).await;
    }
    answer.problem(404, "catalog.not_found");
    its_dead_deliveries_wait_for_our_operator(&market, &operator, port).await;
    unsigned_calls_are_refused(&market, port).await;
    market.stop().await;
    drop(process);
}

/// A paid order is finished, and a cancelled one gives its stock back, when the catalogue is there
/// again.
#[feira_testkit::test]
async fn what_is_begun_without_the_catalogue_is_finished_after_it_returns(db: TestDb) {
    let (wire, market) = without_catalog(&db).await;
    let start = || {
        let (process, port) = start_catalog(&db, &market.url, &market.data_dir);
        wire.target.store(port, Ordering::SeqCst);
        wire.cut.store(false, Ordering::SeqCst);
        process
    };
    let stop = |process: Process| {
        drop(process);
        wire.cut.store(true, Ordering::SeqCst);
    };
    let process = start();
    let (operator, a) = one_seller(&market, 10).await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 3).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest.check_out("away-1", &cart, pix()).await.expect(201);
    let units = "SELECT sum(on_hand)::bigint FROM catalog.inventory";
    assert_eq!(market.count(units).await, 26);

    stop(process);
    pay_pix(&market, &placed.json["payment"]).await;
    market
        .wait_for(
            "SELECT count(*) > 0 FROM payments.outbox_delivery \
             WHERE subscriber = 'order.payment_captured' AND state = 'pending' AND attempts > 0",
        )
        .await;
    let shown = market.order(&placed).await;
    assert_eq!(shown.str("/status"), "pending", "its stock is not sold");
    assert_eq!(shown.str("/payment/status"), "completed");
    assert_eq!(market.count(units).await, 26);
    let process = start();
    let state = |state: &str| format!("SELECT bool_and(state = '{state}') FROM orders.checkouts");
    market.wait_for(&state("confirmed")).await;
    assert_eq!(market.count(units).await, 22);

    stop(process);
    let path = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let why = serde_json::json!({"reason": "changed my mind"});
    let holder = market.holder(&placed);
    holder.post(&path, why).await.expect(200);
    market
        .wait_for("SELECT bool_and(state = 'cancelling' AND tries > 0) FROM orders.checkouts")
        .await;
    assert_eq!(market.count(units).await, 22);
    let process = start();
    // Or the sweeper would let it wait for a while after the failure.
    market
        .rows("UPDATE orders.checkouts SET due_at = now() RETURNING id")
        .await;
    market.wait_for(&state("cancelled")).await;
    assert_eq!(market.count(units).await, 26);
    assert_eq!(
        market.order(&placed).await.str("/payment/status"),
        "refunded"
    );
    market.stop().await;
    drop(process);
}

async fn its_dead_deliveries_wait_for_our_operator(market: &Market, operator: &Client, port: u16) {
    let its = "catalog.outbox_delivery WHERE subscriber = 'catalog.store_cards'";
    let settled = format!("SELECT count(*) > 0 AND bool_and(state = 'done') FROM {its}");
    market.wait_for(&settled).await;
    market
        .rows(
            "UPDATE catalog.outbox_delivery SET state = 'dead', last_error = 'as this test wants it' \
             WHERE event_id = (SELECT event_id FROM catalog.outbox_delivery ORDER BY event_id LIMIT 1) \
             RETURNING event_id",
        )
        .await;
    let watched = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let metrics = market.client().get(&watched("/metrics")).await.expect(200);
    let counted = "feira_outbox_dead{module=\"catalog\"} 1";
    assert!(metrics.text.contains(counted), "{}", metrics.text);
    market.client().get(&watched("/readyz")).await.expect(200);

    let list = "/api/v1/admin/events?module=catalog&dead=true";
    let found = operator.get(list).await.expect(200);
    assert_eq!(found.str("/items/0/last_error"), "as this test wants it");
    let retry = format!(
        "/api/v1/admin/events/catalog/{}/{}/retry",
        found.str("/items/0/event_id"),
        found.str("/items/0/subscriber")
    );
    operator
        .post(&retry, serde_json::json!({}))
        .await
        .expect(204);
    market.wait_for(&settled).await;
    operator
        .post(&retry, serde_json::json!({}))
        .await
        .problem(404, "events.not_dead");

    // Who did it is written where it was done, and read on our page.
    let browser = Browser::sign_in(market, "/admin/login", "operator@test.example").await;
    let log = browser.open("/admin/audit?module=catalog").await;
    let event = format!("<code>{}</code>", found.str("/items/0/event_id"));
    assert!(log.text.contains(&event), "{}", log.text);
}

async fn unsigned_calls_are_refused(market: &Market, port: u16) {
    let body = serde_json::json!([{"type": "system", "module": "order", "on_behalf_of": null}, []]);
    for url in [
        format!("http://127.0.0.1:{port}/rpc/catalog/categories"),
        format!("{}/rpc/store/commission_rules", market.url),
    ] {
        market
            .client()
            .post(&url, body.clone())
            .await
            .problem(401, "request.bad_signature");
        market
            .client()
            .with("x-feira-signature", "1.abc")
            .post(&url, body.clone())
            .await
            .problem(401, "request.bad_signature");
    }
}

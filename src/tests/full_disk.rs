//! A disk that is full for a while: what is refused says so, and nothing needs a restart.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{Answer, Market, PASSWORD, one_seller, picture};

/// Longer than a write without room keeps the process out of service.
const HOLD: Duration = Duration::seconds(11);

async fn readiness(market: &Market) -> Answer {
    market.client().get("/readyz").await
}

#[feira_testkit::test]
async fn without_room_the_answer_and_readiness_are_503_until_there_is_room(
    db: TestDb,
    market: Market,
) {
    let kept = market.client().post("/api/v1/carts", json!({})).await;
    let kept = kept.expect(201);
    for sqlstate in ["53100", "53200", "58030", "25006"] {
        readiness(&market).await.expect(200);
        for table in ["carts.carts", "carts.inbox"] {
            db.fill_up(table, sqlstate).await;
        }
        let refused = market.client().post("/api/v1/carts", json!({})).await;
        let refused = refused.problem(503, "cart.unavailable");
        assert_eq!(refused.header("retry-after"), Some("2"), "{sqlstate}");
        let not_ready = readiness(&market).await.expect(503);
        assert!(not_ready.str("/reason").contains("no room"), "{sqlstate}");
        assert!(not_ready.header("retry-after").is_some());
        // It tries by itself, and there is none yet.
        market.clock().advance(HOLD);
        readiness(&market).await.expect(503);

        for table in ["carts.carts", "carts.inbox"] {
            db.mend(table).await;
        }
        let taken = market.client().post("/api/v1/carts", json!({})).await;
        taken.expect(201);
        market.clock().advance(HOLD);
    }
    readiness(&market).await.expect(200);
    let token = kept.str("/cart_token");
    let guest = market.client().with("x-cart-token", &token);
    let path = format!("/api/v1/carts/{}", kept.str("/id"));
    guest.get(&path).await.expect(200);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_database_that_does_not_answer_is_not_said_to_be_full(db: TestDb, market: Market) {
    // It is starting up, a lock was not to be had, it has too many connections.
    for sqlstate in ["57P03", "55P03", "53300"] {
        db.fill_up("carts.carts", "53100").await;
        let refused = market.client().post("/api/v1/carts", json!({})).await;
        refused.expect(503);
        let reason = readiness(&market).await.expect(503).str("/reason");
        assert!(reason.contains("no room"), "{reason}");
        db.mend("carts.carts").await;
        db.fill_up("carts.inbox", sqlstate).await;
        market.clock().advance(HOLD);
        let reason = readiness(&market).await.expect(503).str("/reason");
        assert_eq!(reason, "the database does not answer", "{sqlstate}");
        db.mend("carts.inbox").await;
        readiness(&market).await.expect(200);
    }
    market.stop().await;
}

/// The device answers every write with a real ENOSPC.
#[cfg(target_os = "linux")]
#[feira_testkit::test]
async fn a_full_disk_of_files_is_remembered_while_the_database_has_room(market: Market) {
    market.register("clara@test.example").await;
    let mails = market.data_dir.join("mail");
    let full = |name: &str| {
        std::os::unix::fs::symlink("/dev/full", mails.join(name)).expect("a link");
    };
    // As if it had not been sent yet.
    let again = "UPDATE notifications.notifications \
                 SET status = 'pending', sent_at = NULL, next_attempt_at = '2026-01-01'";
    let again = format!(
        "WITH again AS ({again} RETURNING id, attempts) \
         SELECT concat('.', id, '.', attempts + 1, '.part') AS part FROM again"
    );
    let part = market.rows(&again).await[0]["part"].clone();
    full(part.as_str().expect("a name"));
    market.settle().await;
    for _ in 0..3 {
        let reason = readiness(&market).await.expect(503).str("/reason");
        assert!(reason.contains("no room"), "{reason}");
        let taken = market.client().post("/api/v1/carts", json!({})).await;
        taken.expect(201);
        full(".room.part");
        market.clock().advance(HOLD);
    }
    readiness(&market).await.expect(503);
    market.clock().advance(HOLD);
    readiness(&market).await.expect(200);
    market.settle().await;
    let sent = "SELECT count(*) FROM notifications.notifications WHERE status = 'written'";
    assert_eq!(market.count(sent).await, 1, "what waited is sent");
    market.stop().await;
}

#[feira_testkit::test]
async fn a_page_says_when_to_come_again(db: TestDb, market: Market) {
    let (_, seller) = one_seller(&market, 1).await;
    db.fill_up("users.sessions", "53100").await;
    let fields = [("login", &*seller.email), ("password", PASSWORD)];
    let page = market.client().form("/seller/login", &fields).await;
    let page = page.expect(503);
    assert_eq!(page.header("retry-after"), Some("2"));
    assert!(page.text.contains("<h1"), "{}", page.text);
    db.mend("users.sessions").await;
    let page = market.client().form("/seller/login", &fields).await;
    page.expect(303);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_picture_that_cannot_be_written_is_unavailable_and_leaves_nothing(market: Market) {
    let (_, seller) = one_seller(&market, 1).await;
    let path = format!(
        "/api/v1/seller/products/{}/images",
        seller.product["id"].as_str().expect("an id")
    );
    let upload = async || {
        let request = seller.client.request(reqwest::Method::POST, &path);
        let request = request.header("content-type", "image/png").body(picture());
        seller.client.send(request).await
    };
    // A file where the directory belongs: no write succeeds, whoever the test runs as.
    let files = market.data_dir.join("files");
    let _ = std::fs::remove_dir_all(&files);
    std::fs::write(&files, "in the way").expect("written");
    let refused = upload().await.problem(503, "catalog.unavailable");
    assert!(refused.header("retry-after").is_some());
    let images = "SELECT count(*) FROM catalog.product_images";
    assert_eq!(market.count(images).await, 0);
    std::fs::remove_file(&files).expect("removed");
    upload().await.expect(201);
    market.stop().await;
}
